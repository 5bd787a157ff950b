const CLEAR = 256;
const END = 257;
const LONGEST_CODE = 12;

/** LZW as TIFF has it (section 13): codes of 9 to 12 bits, the highest bit first. @param length bytes that come of it, at most */
export function unpackLzw(bytes: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length);
  /** Of each code: where in `out` what it stands for was written, and how long that is. */
  const starts = new Int32Array(1 << LONGEST_CODE);
  const lengths = new Int32Array(1 << LONGEST_CODE);
  let next = END + 1;
  let width = 9;
  let bits = 0;
  let held = 0;
  let at = 0;
  let previous: { start: number; length: number } | undefined;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    if (bits < width) continue;
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    held &= (1 << bits) - 1;
    if (code === END || at >= length) break;
    if (code === CLEAR) {
      next = END + 1;
      width = 9;
      previous = undefined;
      continue;
    }
    const start = at;
    if (code < CLEAR) out[at++] = code;
    else if (code < next) {
      for (let i = 0; i < lengths[code] && at < length; i++) out[at++] = out[starts[code] + i];
    } else if (previous && code === next) {
      // The one code that is used before it is known: what came before, and its first byte again.
      for (let i = 0; i < previous.length && at < length; i++) out[at++] = out[previous.start + i];
      if (at < length) out[at++] = out[previous.start];
    } else break;
    if (previous && next < 1 << LONGEST_CODE) {
      starts[next] = previous.start;
      lengths[next] = previous.length + 1;
      next++;
      // One code earlier than need be, as all writers of TIFF do.
      if (next === (1 << width) - 1 && width < LONGEST_CODE) width++;
    }
    previous = { start, length: at - start };
  }
  return out.subarray(0, at);
}

/** PackBits (section 9): runs, and bytes as they are. */
export function unpackBits(bytes: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length);
  let to = 0;
  for (let at = 0; at + 1 < bytes.length && to < length; ) {
    const head = bytes.readInt8(at++);
    if (head === -128) continue;
    const count = head < 0 ? 1 - head : head + 1;
    const end = Math.min(length, to + count);
    if (head < 0) out.fill(bytes[at++], to, end);
    else {
      bytes.copy(out, to, at, at + end - to);
      at += count;
    }
    to = end;
  }
  return out.subarray(0, to);
}
