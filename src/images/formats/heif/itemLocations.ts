import { numbers } from './isoBoxes.js';

/** Where the bytes of one item of a HEIF file stand. */
export interface ItemLocation {
  id: number;
  /** 0: counted from the start of the file; 1: inside the meta box. */
  method: number;
  extents: { offset: number; length: number }[];
}

/** Extents of all items: a picture of many tiles has some thousands, and each may take no byte at all in the box. */
const MOST_EXTENTS = 100_000;

/** The body of an `iloc` box, ISO/IEC 14496-12, 8.11.3. @throws RangeError where it is damaged */
export function readItemLocations(body: Buffer): ItemLocation[] {
  let at = 0;
  const next = (bytes: number): number => {
    at += bytes;
    return bytes === 0 ? 0 : bytes === 8 ? Number(body.readBigUInt64BE(at - 8)) : body.readUIntBE(at - bytes, bytes);
  };
  const version = next(4) >>> 24;
  const sizes = next(2);
  const idBytes = version < 2 ? 2 : 4;
  const count = next(idBytes);
  let extentCount = 0;
  return Array.from({ length: count }, () => {
    const id = next(idBytes);
    const method = version > 0 ? next(2) & 15 : 0;
    next(2);
    const base = next((sizes >> 4) & 15);
    const length = next(2);
    extentCount += length;
    if (extentCount > MOST_EXTENTS) throw new RangeError('more extents than a picture has');
    const extents = Array.from({ length }, () => {
      if (version > 0) next(sizes & 15);
      const offset = base + next(sizes >> 12);
      return { offset, length: next((sizes >> 8) & 15) };
    });
    return { id, method, extents };
  });
}

/** Version 1, offsets and lengths of 32 bits. */
export function writeItemLocations(items: readonly ItemLocation[]): Buffer {
  const bodies = items.map(({ id, method, extents }) =>
    Buffer.concat([
      numbers(2, id, method, 0, extents.length),
      numbers(4, ...extents.flatMap(({ offset, length }) => [offset, length])),
    ]),
  );
  return Buffer.concat([numbers(4, 0x01000000), numbers(2, 0x4400, items.length), ...bodies]);
}
