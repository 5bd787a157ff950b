import sharp from 'sharp';

const [WIDTH, HEIGHT] = [64, 48];
const HDRGM = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"';
const RANGE =
  'hdrgm:GainMapMin="0" hdrgm:GainMapMax="2.5" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" ' +
  'hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2.5"';

/** A gain map as Ultra HDR has it: dark on its left, bright on its right. */
export async function gainMap(): Promise<Buffer> {
  const bytes = await grey(WIDTH / 2, HEIGHT / 2, (x) => 8 * x)
    .jpeg({ quality: 90 })
    .toBuffer();
  return Buffer.concat([bytes.subarray(0, 2), xmp(`${HDRGM} ${RANGE}`), bytes.subarray(2)]);
}

/** A photo of one grey, 64 x 48, with that behind it. @param inside further segments of the photo */
export async function ultraHdr(...inside: Buffer[]): Promise<Buffer> {
  const bytes = await grey(WIDTH, HEIGHT, () => 128)
    .toColourspace('srgb')
    .jpeg()
    .toBuffer();
  const claim = xmp(`${HDRGM} xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"`);
  return Buffer.concat([bytes.subarray(0, 2), ...inside, claim, bytes.subarray(2), await gainMap()]);
}

const grey = (width: number, height: number, value: (x: number) => number) =>
  sharp(
    Uint8Array.from({ length: width * height }, (_, i) => value(i % width)),
    { raw: { width, height, channels: 1 } },
  );

function xmp(attributes: string): Buffer {
  const text =
    'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" ${attributes}/></rdf:RDF></x:xmpmeta>`;
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}
