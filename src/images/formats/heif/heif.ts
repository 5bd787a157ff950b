import { type Box, boxesIn } from './isoBoxes.js';
import { type ItemLocation, readItemLocations } from './itemLocations.js';

/** What a HEIF file says of its items, ISO/IEC 23008-12. */
export interface Heif {
  /** The picture that is meant. */
  primary: number;
  items: readonly HeifItem[];
  /** Box types of `iref`: which items speak of which. */
  references: readonly { type: string; from: number; to: readonly number[] }[];
  /** The properties of an item, in order. */
  propertiesOf(item: number): Box[];
  /** Where the bytes of an item stand in the file; none where that is nonsense. */
  partsOf(item: number): { at: number; length: number }[];
}

export interface HeifItem {
  id: number;
  /** `av01`, `Exif`, `mime`, `grid`, `tmap`, ... */
  type: string;
  /** Of `mime`. */
  contentType?: string;
}

/** @throws RangeError and the like where boxes are damaged */
export function readHeif(bytes: Buffer): Heif | undefined {
  const meta = boxesIn(bytes).find(({ type }) => type === 'meta');
  if (meta === undefined) return undefined;
  const children = boxesIn(meta.body, 4);
  const bodyOf = (type: string) => children.find((child) => child.type === type)?.body;
  const pitm = bodyOf('pitm');
  const iloc = bodyOf('iloc');
  const iinf = bodyOf('iinf');
  if (!pitm || !iloc || !iinf) return undefined;
  const locations = new Map(readItemLocations(iloc).map((location) => [location.id, location]));
  const idat = children.find(({ type }) => type === 'idat');
  return {
    primary: pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4),
    items: itemsIn(iinf),
    references: referencesIn(bodyOf('iref')),
    propertiesOf: propertiesIn(bodyOf('iprp')),
    partsOf: (item) => partsAt(locations.get(item), idat && bytes.length - bytesBehind(bytes, idat.body), bytes.length),
  };
}

/** Bytes from where a part of a buffer begins to the buffer's end. */
function bytesBehind(whole: Buffer, part: Buffer): number {
  return whole.byteOffset + whole.length - part.byteOffset;
}

function partsAt(location: ItemLocation | undefined, idatAt: number | undefined, size: number) {
  const start = location?.method === 0 ? 0 : location?.method === 1 ? idatAt : undefined;
  if (location === undefined || start === undefined) return [];
  const parts = location.extents.map(({ offset, length }) => ({ at: start + offset, length }));
  return parts.every(({ at, length }) => at + length <= size) ? parts : [];
}

function itemsIn(iinf: Buffer): HeifItem[] {
  return boxesIn(iinf, iinf[0] > 0 ? 8 : 6)
    .filter(({ type, body }) => type === 'infe' && body[0] >= 2)
    .map(({ body }) => {
      const typeAt = body[0] === 2 ? 8 : 10;
      const id = body[0] === 2 ? body.readUInt16BE(4) : body.readUInt32BE(4);
      const type = body.toString('latin1', typeAt, typeAt + 4);
      // The name, then what kind of text it is, both ended by 0.
      const contentType = type === 'mime' ? body.toString('latin1', typeAt + 4).split('\0')[1] : undefined;
      return { id, type, contentType };
    });
}

function referencesIn(iref: Buffer | undefined): Heif['references'] {
  if (!iref) return [];
  const idBytes = iref[0] > 0 ? 4 : 2;
  return boxesIn(iref, 4).map(({ type, body }) => {
    const count = body.readUInt16BE(idBytes);
    const to = Array.from({ length: count }, (_, i) => body.readUIntBE(idBytes + 2 + i * idBytes, idBytes));
    return { type, from: body.readUIntBE(0, idBytes), to };
  });
}

function propertiesIn(iprp: Buffer | undefined): Heif['propertiesOf'] {
  if (!iprp) return () => [];
  const [ipco, ipma] = ['ipco', 'ipma'].map((type) => boxesIn(iprp).find((child) => child.type === type)?.body);
  if (!ipco || !ipma) return () => [];
  const all = boxesIn(ipco);
  const owners = new Map<number, number[]>();
  const idBytes = ipma[0] > 0 ? 4 : 2;
  const propertyBytes = ipma[3] & 1 ? 2 : 1;
  let at = 8;
  for (let left = ipma.readUInt32BE(4); left > 0 && at < ipma.length; left--) {
    const id = ipma.readUIntBE(at, idBytes);
    const count = ipma[at + idBytes];
    at += idBytes + 1;
    // The first bit says that a reader must understand it.
    const mask = propertyBytes === 2 ? 0x7fff : 0x7f;
    owners.set(
      id,
      Array.from({ length: count }, (_, i) => ipma.readUIntBE(at + i * propertyBytes, propertyBytes) & mask),
    );
    at += count * propertyBytes;
  }
  return (item) => (owners.get(item) ?? []).map((index) => all[index - 1]).filter((property) => property !== undefined);
}
