/**
 * The quality 1..100 at which libwebp writes a lossy bitstream with this quantiser. `bitstream` begins with the VP8 frame
 * header (RFC 6386, 9.1 and 9.6). Segments have quantisers of their own around this one; with libwebp's defaults the
 * answer is within a few steps.
 */
export function vp8Quality(bitstream: Buffer): number | undefined {
  if (bitstream.length < 32) return undefined;
  const index = quantiserIndex(bitstream);
  // libwebp, quant_enc.c: index = 127 (1 - cbrt(linear)), linear = 2/3 q below q = 0.75 and 2q - 1 above.
  const linear = (1 - index / 127) ** 3;
  const quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2;
  return Math.min(100, Math.max(1, Math.round(quality * 100)));
}

/** y_ac_qi, which stands behind segmentation and loop filter. */
function quantiserIndex(bitstream: Buffer): number {
  const { flag, literal } = booleanDecoder(bitstream.subarray(10));
  const signed = (bits: number) => {
    const magnitude = literal(bits);
    return flag() ? -magnitude : magnitude;
  };
  /** Values that stand there only where a flag before them says so. */
  const optional = (count: number, read: () => number) => Array.from({ length: count }, () => (flag() ? read() : 0));
  literal(2); // colour space, clamping
  const segmentQuantisers: number[] = [];
  let absolute = false;
  if (flag()) {
    const updateMap = flag();
    if (flag()) {
      absolute = flag();
      segmentQuantisers.push(...optional(4, () => signed(7)));
      optional(4, () => signed(6)); // loop filter levels
    }
    if (updateMap) optional(3, () => literal(8));
  }
  literal(10); // loop filter: type, level, sharpness
  const hasDeltas = flag();
  if (hasDeltas && flag()) optional(8, () => signed(6));
  literal(2); // partitions
  const base = literal(7);
  if (segmentQuantisers.length === 0) return base;
  const mean = segmentQuantisers.reduce((sum, q) => sum + q, 0) / 4;
  return absolute ? mean : base + mean;
}

/** RFC 6386, 7.3, for bits of probability one half, which the frame header is made of. */
function booleanDecoder(bytes: Buffer) {
  let value = bytes.readUInt16BE(0);
  let next = 2;
  let range = 255;
  let shifted = 0;
  const flag = (): boolean => {
    const split = 1 + (((range - 1) * 128) >> 8);
    const set = value >= split << 8;
    if (set) {
      range -= split;
      value -= split << 8;
    } else range = split;
    while (range < 128) {
      value <<= 1;
      range <<= 1;
      if (++shifted === 8) {
        shifted = 0;
        value |= bytes[next++] ?? 0;
      }
    }
    return set;
  };
  const literal = (bits: number): number => {
    let read = 0;
    for (let i = 0; i < bits; i++) read = read * 2 + Number(flag());
    return read;
  };
  return { flag, literal };
}
