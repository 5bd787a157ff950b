import { withoutPixels } from '../unhandled.js';
import type { Heif } from './heif.js';

/** HEVC puts a 3 behind every two zeros: three of them are what a card or a download left unwritten. */
const UNWRITTEN = Buffer.alloc(3);

/**
 * Makes sure that every HEVC picture is a sequence of units, each with its length before it. The decoder skips what is not, and shows black
 * for what is missing.
 *
 * @throws PerpixelError E_READ
 */
export function requireUnits({ items, propertiesOf, partsOf }: Heif, bytes: Buffer): void {
  for (const { id, type } of items) {
    if (type !== 'hvc1') continue;
    const settings = propertiesOf(id).find((property) => property.type === 'hvcC')?.body;
    const lengthBytes = ((settings?.[21] ?? 3) & 3) + 1;
    const coded = Buffer.concat(partsOf(id).map(({ at, length }) => bytes.subarray(at, at + length)));
    let at = 0;
    while (at + lengthBytes < coded.length) {
      const length = coded.readUIntBE(at, lengthBytes);
      const unit = coded.subarray(at + lengthBytes, at + lengthBytes + length);
      if (length === 0 || unit.includes(UNWRITTEN)) throw withoutPixels('HEIC');
      at += lengthBytes + length;
    }
    if (coded.length === 0 || at !== coded.length) throw withoutPixels('HEIC');
  }
}
