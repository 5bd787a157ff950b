/** A box of the ISO base media file format (ISO/IEC 14496-12) inside a buffer. */
export interface Box {
  type: string;
  /** Where it begins, its header included. */
  at: number;
  body: Buffer;
}

/** The boxes that stand one after the other from `at` on. */
export function boxesIn(bytes: Buffer, at = 0): Box[] {
  const boxes: Box[] = [];
  let start = at;
  while (start + 8 <= bytes.length) {
    const stated = bytes.readUInt32BE(start);
    const headLength = stated === 1 ? 16 : 8;
    const length = stated === 1 ? Number(bytes.readBigUInt64BE(start + 8)) : stated || bytes.length - start;
    if (length < headLength || start + length > bytes.length) break;
    const type = bytes.toString('latin1', start + 4, start + 8);
    boxes.push({ type, at: start, body: bytes.subarray(start + headLength, start + length) });
    start += length;
  }
  return boxes;
}

export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Whole numbers, big endian, of `bytes` bytes each. */
export function numbers(bytes: 1 | 2 | 4, ...values: readonly number[]): Buffer {
  const packed = Buffer.alloc(values.length * bytes);
  values.forEach((value, i) => {
    packed.writeUIntBE(value, i * bytes, bytes);
  });
  return packed;
}
