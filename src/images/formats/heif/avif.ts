import type { ByteSource } from '../../byteSource.js';
import { codePoints } from '../../metadata/colour.js';
import { requireSize } from '../../pixelLimit.js';
import type { Raster } from '../../raster.js';
import type { Edit } from '../edits.js';
import type { ImageFormat } from '../format.js';
import { unmultiply } from '../unmultiply.js';
import { withUpright } from '../withUpright.js';
import { factsOf, requireHeifLength } from './heifFacts.js';
import { type Box, box, boxesIn, numbers } from './isoBoxes.js';
import { type ItemLocation, readItemLocations, writeItemLocations } from './itemLocations.js';

/** Of H.273: what makes RGB of the coded planes. */
const BT601 = 6;

/** HEIF, where EXIF and XMP are items beside the picture, and profile, colours and the shape of pixels are properties of it. */
export const avif: ImageFormat<'avif'> = {
  name: 'avif',
  title: 'AVIF',
  extensions: ['avif'],
  signature: /^.{4}ftyp(?:avif|(?:mif1|miaf).{4}(?:.{4}){0,6}?avif)/s,
  depths: [8, 16],
  holds: ['alpha', 'colour', 'icc', 'exif', 'xmp', 'pixelAspect'],
  greyAsColour: true,
  quality: 90,
  longestSide: 65_535,
  codec: 'heif',

  async read(file, options) {
    await requireHeifLength(file);
    // A copy that may be written into.
    const bytes = Buffer.from(await file.read(0, file.size));
    const { metadata, ...facts } = factsOf(bytes);
    if (facts.size) requireSize(...facts.size, options.limitPixels);
    const { decode } = await import('../libvips.js');
    const picture = await withUpright(metadata, () => decode(bytes, { ...options, channels: facts.isGrey ? 1 : 3 }), {
      turns: true,
    });
    if (facts.isPremultiplied) unmultiply(picture);
    return picture;
  },

  async write(raster, encoding) {
    const { encoderOf } = await import('../libvips.js');
    const { quality, lossless, codedBits = 12 } = encoding;
    const chromaSubsampling = lossless ? '4:4:4' : encoding.chromaSubsampling;
    const bitdepth = encoding.bitDepth === 8 ? 8 : codedBits;
    const image = encoderOf(raster, encoding.bitDepth).avif({ quality, lossless, chromaSubsampling, bitdepth });
    return { file: image, edits: (encoded) => edits(encoded, raster.metadata) };
  },
};

interface NewItem {
  /** The entry for `iinf`, behind the item's number. */
  kind: Buffer;
  data: Buffer;
}

async function edits(encoded: ByteSource, metadata: Raster['metadata']): Promise<Edit[]> {
  const { icc, exif, xmp, colour, pixelAspect, ownSegments = [] } = metadata;
  const items: NewItem[] = [];
  // EXIF begins with how many bytes stand before its TIFF header: none.
  if (exif) items.push({ kind: Buffer.from('Exif\0', 'latin1'), data: Buffer.concat([numbers(4, 0), exif]) });
  if (xmp) items.push({ kind: Buffer.from('mime\0application/rdf+xml\0', 'latin1'), data: xmp });
  const code = colour && codePoints(colour);
  const properties = (matrix: number) => [
    ...(code
      ? [
          box(
            'colr',
            Buffer.from('nclx', 'latin1'),
            numbers(2, code.primaries, code.transfer, matrix),
            numbers(1, 0x80),
          ),
        ]
      : []),
    ...(icc ? [box('colr', Buffer.from('prof', 'latin1'), icc)] : []),
    ...(pixelAspect ? [box('pasp', numbers(4, pixelAspect[1], pixelAspect[0]))] : []),
    ...ownSegments.map(({ bytes }) => bytes),
  ];
  if (items.length === 0 && properties(0).length === 0) return [];

  const { meta, length } = await metaBox(encoded);
  const build = (growth: number) => rebuiltMeta(meta.body, { items, properties, growth, end: encoded.size });
  const growth = build(0).length - length;
  return [
    { at: meta.at, remove: length, insert: build(growth) },
    { at: encoded.size, remove: 0, insert: box('mdat', ...items.map(({ data }) => data)) },
  ];
}

async function metaBox(encoded: ByteSource): Promise<{ meta: Box; length: number }> {
  let at = 0;
  while (at < encoded.size) {
    const head = await encoded.read(at, 8);
    const length = head.readUInt32BE(0);
    if (head.toString('latin1', 4, 8) === 'meta') {
      const body = Buffer.from(await encoded.read(at + 8, length - 8));
      return { meta: { type: 'meta', at, body }, length };
    }
    at += length;
  }
  throw new Error('an AVIF without a meta box');
}

interface Additions {
  items: readonly NewItem[];
  /** Of the picture itself, whose pixels were made with that matrix. */
  properties(matrix: number): Buffer[];
  /** Bytes that the box grows by. */
  growth: number;
  /** Of the old file; the items' bytes follow there. */
  end: number;
}

function rebuiltMeta(body: Buffer, { items, properties, growth, end }: Additions): Buffer {
  const children = boxesIn(body, 4);
  const bodyOf = (type: string) => children.find((child) => child.type === type)?.body ?? Buffer.alloc(0);
  const primary = bodyOf('pitm').readUInt16BE(4);
  const locations = readItemLocations(bodyOf('iloc'));
  const firstId = Math.max(...locations.map(({ id }) => id)) + 1;

  const parts = children
    .filter(({ type }) => type !== 'iref')
    .map(({ type, body: child }) => {
      if (type === 'iloc') return box(type, writeItemLocations(movedLocations(locations, items, firstId, growth, end)));
      if (type === 'iinf') return box(type, withEntries(child, items, firstId));
      if (type === 'iprp') return box(type, ...withProperties(child, properties, primary));
      return box(type, child);
    });
  const oldReferences = children.find(({ type }) => type === 'iref')?.body ?? numbers(4, 0);
  const references = items.map((_, i) => box('cdsc', numbers(2, firstId + i, 1, primary)));
  return box('meta', body.subarray(0, 4), ...parts, box('iref', oldReferences, ...references));
}

function movedLocations(
  locations: readonly ItemLocation[],
  items: readonly NewItem[],
  firstId: number,
  growth: number,
  end: number,
): ItemLocation[] {
  const moved = locations.map(({ id, method, extents }) => ({
    id,
    method,
    extents: extents.map(({ offset, length }) => ({ offset: method === 0 ? offset + growth : offset, length })),
  }));
  let offset = end + growth + 8;
  const added = items.map(({ data }, i) => {
    const location = { id: firstId + i, method: 0, extents: [{ offset, length: data.length }] };
    offset += data.length;
    return location;
  });
  return [...moved, ...added];
}

/** Item information, 8.11.6: a count and one `infe` an item. */
function withEntries(iinf: Buffer, items: readonly NewItem[], firstId: number): Buffer {
  const wide = iinf[0] > 0;
  const count = (wide ? iinf.readUInt32BE(4) : iinf.readUInt16BE(4)) + items.length;
  // The type stands before the name, which is empty.
  const entries = items.map(({ kind }, i) =>
    box(
      'infe',
      numbers(4, 0x02000000),
      numbers(2, firstId + i, 0),
      kind.subarray(0, 4),
      Buffer.alloc(1),
      kind.subarray(5),
    ),
  );
  return Buffer.concat([iinf.subarray(0, 4), numbers(wide ? 4 : 2, count), iinf.subarray(wide ? 8 : 6), ...entries]);
}

/** Item properties: the new ones join the list (`ipco`), and the primary item points to them (`ipma`). */
function withProperties(iprp: Buffer, properties: Additions['properties'], primary: number): Buffer[] {
  const old = boxesIn(boxesIn(iprp).find(({ type }) => type === 'ipco')?.body ?? Buffer.alloc(0));
  const own = old.findIndex(({ type, body }) => type === 'colr' && body.toString('latin1', 0, 4) === 'nclx');
  // What the encoder does not say, every reader takes for this.
  const added = properties(own < 0 ? BT601 : old[own].body.readUInt16BE(8));
  const isNclx = (property: Buffer) => property.toString('latin1', 4, 12) === 'colrnclx';
  const replaced = own >= 0 && added.some(isNclx);
  const boxes = old.map(({ type, body }, i) => (replaced && i === own ? added.find(isNclx)! : box(type, body)));
  const more = replaced ? added.filter((property) => !isNclx(property)) : added;
  const indices = more.map((_, i) => old.length + 1 + i);
  return boxesIn(iprp).map(({ type, body }) =>
    type === 'ipco' ? box(type, ...boxes, ...more) : box(type, withAssociations(body, primary, indices)),
  );
}

function withAssociations(ipma: Buffer, item: number, properties: readonly number[]): Buffer {
  const idBytes = ipma[0] > 0 ? 4 : 2;
  const propertyBytes = ipma[3] & 1 ? 2 : 1;
  let at = 8;
  for (let i = ipma.readUInt32BE(4); i > 0; i--) {
    const id = ipma.readUIntBE(at, idBytes);
    const countAt = at + idBytes;
    const end = countAt + 1 + ipma[countAt] * propertyBytes;
    if (id === item) {
      const entry = Buffer.concat([ipma.subarray(countAt, end), numbers(propertyBytes, ...properties)]);
      entry[0] += properties.length;
      return Buffer.concat([ipma.subarray(0, countAt), entry, ipma.subarray(end)]);
    }
    at = end;
  }
  return ipma;
}
