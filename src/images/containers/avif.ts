import sharp from 'sharp';
import type { ByteSource } from '../byteSource.js';
import type { Container, ContainerMetadata } from './container.js';
import { type Box, box, boxesIn, numbers } from './isoBoxes.js';
import { type ItemLocation, readItemLocations, writeItemLocations } from './itemLocations.js';

interface Item {
  /** The entry for `iinf`, behind the item's number. */
  kind: Buffer;
  data: Buffer;
}

/**
 * AVIF: a HEIF file, where EXIF and XMP are items beside the picture and the profile is a property of it.
 * Metadata is read by libheif, which answers with the bytes as they are, and written here.
 */
export const avif: Container = {
  async read(file) {
    const bytes = await file.read(0, file.size);
    const facts = await sharp(bytes, { limitInputPixels: false, unlimited: true }).metadata();
    const { exif, icc, xmp, chromaSubsampling } = facts;
    const metadata: ContainerMetadata = { icc, xmp };
    if (exif) metadata.exif = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
    if (chromaSubsampling) metadata.chromaSubsampling = chromaSubsampling === '4:2:0' ? '4:2:0' : '4:4:4';
    return metadata;
  },

  async edits(encoded, { icc, exif, xmp }) {
    const items: Item[] = [];
    // EXIF begins with how many bytes stand before its TIFF header: none.
    if (exif) items.push({ kind: Buffer.from('Exif\0', 'latin1'), data: Buffer.concat([numbers(4, 0), exif]) });
    if (xmp) items.push({ kind: Buffer.from('mime\0application/rdf+xml\0', 'latin1'), data: xmp });
    if (items.length === 0 && !icc) return [];

    const { meta, length } = await metaBox(encoded);
    const build = (growth: number) => rebuiltMeta(meta.body, items, icc, growth, encoded.size);
    const growth = build(0).length - length;
    return [
      { at: meta.at, remove: length, insert: build(growth) },
      { at: encoded.size, remove: 0, insert: box('mdat', ...items.map(({ data }) => data)) },
    ];
  },
};

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

/** The meta box with the new items and profile, when it grows by `growth` and the items' bytes follow the old file. */
function rebuiltMeta(
  body: Buffer,
  items: readonly Item[],
  icc: Buffer | undefined,
  growth: number,
  end: number,
): Buffer {
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
      if (type === 'iprp' && icc) return box(type, ...withProfile(child, icc, primary));
      return box(type, child);
    });
  const oldReferences = children.find(({ type }) => type === 'iref')?.body ?? numbers(4, 0);
  const references = items.map((_, i) => box('cdsc', numbers(2, firstId + i, 1, primary)));
  return box('meta', body.subarray(0, 4), ...parts, box('iref', oldReferences, ...references));
}

function movedLocations(
  locations: readonly ItemLocation[],
  items: readonly Item[],
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
function withEntries(iinf: Buffer, items: readonly Item[], firstId: number): Buffer {
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

/** Item properties: the profile joins the list (`ipco`) and the primary item points to it (`ipma`). */
function withProfile(iprp: Buffer, icc: Buffer, primary: number): Buffer[] {
  return boxesIn(iprp).map(({ type, body }) => {
    if (type === 'ipco') return box(type, body, box('colr', Buffer.from('prof', 'latin1'), icc));
    const ipco = boxesIn(iprp).find((child) => child.type === 'ipco');
    return box(type, withAssociation(body, primary, boxesIn(ipco?.body ?? iprp).length + 1));
  });
}

function withAssociation(ipma: Buffer, item: number, property: number): Buffer {
  const idBytes = ipma[0] > 0 ? 4 : 2;
  const propertyBytes = ipma[3] & 1 ? 2 : 1;
  let at = 8;
  for (let i = ipma.readUInt32BE(4); i > 0; i--) {
    const id = ipma.readUIntBE(at, idBytes);
    const countAt = at + idBytes;
    const end = countAt + 1 + ipma[countAt] * propertyBytes;
    if (id === item) {
      const entry = Buffer.concat([ipma.subarray(countAt, end), numbers(propertyBytes, property)]);
      entry[0] += 1;
      return Buffer.concat([ipma.subarray(0, countAt), entry, ipma.subarray(end)]);
    }
    at = end;
  }
  return ipma;
}
