import ndarray from 'ndarray';
import sharp from 'sharp';
import type { Format } from '../../src/images/formats/registry.js';
import {
  serialiseDirectory,
  type TiffDirectory,
  type TiffEntry,
  tiffEntry,
  tiffHeader,
} from '../../src/images/metadata/tiffStructure.js';
import type { Metadata, Raster, Samples } from '../../src/images/raster.js';

type BitDepth = 8 | 16 | 32;

/** Samples that differ from neighbour to neighbour and reach both ends of the range. */
export function samples(count: number, bitDepth: BitDepth, seed = 1): Samples {
  const array = { 8: Uint8Array, 16: Uint16Array, 32: Float32Array }[bitDepth];
  const white = { 8: 255, 16: 65_535, 32: 1 }[bitDepth];
  const values = new array(count);
  for (let i = 0; i < count; i++) {
    const value = (((i + seed) * 2_654_435_761) >>> 0) / 2 ** 32;
    values[i] = bitDepth === 32 ? value * 3 - 1 : Math.round(value * white);
  }
  values[0] = 0;
  values[count - 1] = white;
  return values;
}

export interface PictureOptions extends Partial<Metadata> {
  height?: number;
  width?: number;
  channels?: 1 | 3;
  alpha?: boolean;
}

export function picture(
  format: Format,
  { height = 7, width = 5, channels = 3, alpha = false, bitDepth = 8, ...metadata }: PictureOptions = {},
): Raster {
  return {
    pixels: ndarray(samples(height * width * channels, bitDepth), [height, width, channels]),
    ...(alpha ? { alpha: ndarray(samples(height * width, bitDepth, 7), [height, width]) } : {}),
    metadata: { format, bitDepth, ...metadata },
  };
}

/** A real wide-gamut profile: any conversion on the way would change samples. */
export async function wideGamutProfile(): Promise<Buffer> {
  const carrier = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#888' } })
    .withIccProfile('p3')
    .png()
    .toBuffer();
  return (await sharp(carrier).metadata()).icc!;
}

export const XMP = Buffer.from(
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
);

/** IPTC-IIM with one record, 2:5, object name. */
export const IPTC = Buffer.from('\x1c\x02\x05\0\x06Harbor', 'latin1');

export const MAKER_NOTE = Buffer.from('ACME maker note \x00\x01\x02\xff, known to nobody', 'latin1');

/** Make, model, orientation, times, a maker note, a latitude. */
export function exifBlob({ littleEndian = false, orientation = 1 } = {}): Buffer {
  const directory = (entries: TiffEntry[], children: [number, TiffDirectory][] = []): TiffDirectory => ({
    littleEndian,
    entries,
    children: new Map(children),
  });
  const rationals = tiffEntry(2, 4, [48, 1, 8, 1, 15, 1], littleEndian).value;
  const gps = directory([text(1, 'N'), { tag: 2, type: 5, count: 3, value: rationals }]);
  const exposure = tiffEntry(33434, 4, [1, 250], littleEndian).value;
  const exif = directory([
    { tag: 33434, type: 5, count: 1, value: exposure },
    text(36867, '2024:05:06 07:08:09'),
    { tag: 37500, type: 7, count: MAKER_NOTE.length, value: MAKER_NOTE },
  ]);
  const first = directory(
    [
      text(271, 'ACME'),
      text(272, 'Model 1'),
      tiffEntry(274, 3, [orientation], littleEndian),
      text(306, '2024:05:06 07:08:10'),
    ],
    [
      [34665, exif],
      [34853, gps],
    ],
  );
  return Buffer.concat([tiffHeader(littleEndian, 8), serialiseDirectory(first, 8)]);
}

function text(tag: number, value: string): TiffEntry {
  const bytes = Buffer.from(`${value}\0`, 'latin1');
  return { tag, type: 2, count: bytes.length, value: bytes };
}
