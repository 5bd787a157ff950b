import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

/** Bytes that all packed metadata of a file may unpack to: 1.4 MB can be 1.5 GB of zeros, and no photo has a hundredth of this. */
const MOST = 32 * 2 ** 20;

/** Unpacks the metadata of one file. */
export class Unpacker {
  #left = MOST;

  /** @throws where it is damaged, or where all together is longer than any metadata */
  async unpack(bytes: Buffer): Promise<Buffer> {
    const whole: Buffer = await promisify(inflate)(bytes, { maxOutputLength: Math.max(1, this.#left) });
    this.#left -= whole.length;
    return whole;
  }
}

export interface Text {
  keyword: string;
  /** Unpacks it, where it is packed. @throws as `Unpacker` */
  value(unpacker: Unpacker): Promise<Buffer>;
}

/** What a text chunk of one of the three kinds holds; undefined for other chunks. */
export function textOf(type: string, body: Buffer): Text | undefined {
  const end = body.indexOf(0);
  if (end < 0 || !['tEXt', 'zTXt', 'iTXt'].includes(type)) return undefined;
  const keyword = body.toString('latin1', 0, end);
  if (type === 'tEXt') return { keyword, value: async () => body.subarray(end + 1) };
  if (type === 'zTXt') return { keyword, value: (unpacker) => unpacker.unpack(body.subarray(end + 2)) };
  const language = body.indexOf(0, end + 3);
  const translated = language < 0 ? -1 : body.indexOf(0, language + 1);
  if (translated < 0) return undefined;
  const text = body.subarray(translated + 1);
  return { keyword, value: async (unpacker) => (body[end + 1] === 1 ? unpacker.unpack(text) : text) };
}

/** A raw profile is a line with its name, one with its length, then hex. */
export function fromHex(text: Buffer): Buffer {
  const lines = text.toString('latin1').trim().split('\n');
  return Buffer.from(lines.slice(2).join(''), 'hex');
}

/** IPTC as ImageMagick and exiftool put it into text, in want of a chunk for it. */
export function iptcText(iptc: Buffer): Buffer {
  const hex = iptc.toString('hex').replace(/.{1,72}/g, '$&\n');
  return Buffer.from(`\niptc\n${String(iptc.length).padStart(8)}\n${hex}`, 'latin1');
}
