/** Bytes as so many numbers, over and over where they are too few: whatever they say, what is not finite too. */
export function floatsOf(bytes: Buffer, count: number): Float32Array {
  const whole = Buffer.alloc(4 * count, bytes.length > 0 ? bytes : 0);
  return Float32Array.from({ length: count }, (_, i) => whole.readFloatLE(4 * i));
}
