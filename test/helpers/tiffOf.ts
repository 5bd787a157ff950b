import { serialiseDirectory, tiffEntry, tiffHeader } from '../../src/images/metadata/tiffStructure.js';

/** A TIFF of one strip by its tags, SHORTs and LONGs alike; the place and length of the strip are filled in. */
export function tiffOf(tags: Record<number, number | number[]>, strip: Buffer, littleEndian = true): Buffer {
  const all = { 273: 0, 278: tags[257], 279: strip.length, ...tags };
  const directory = (at: number) =>
    serialiseDirectory(
      {
        littleEndian,
        entries: Object.entries(all).map(([tag, value]) => {
          const numbers = tag === '273' && value === 0 ? [at] : [value].flat();
          return tiffEntry(Number(tag), 4, numbers, littleEndian);
        }),
        children: new Map(),
      },
      8,
    );
  return Buffer.concat([tiffHeader(littleEndian, 8), directory(8 + directory(0).length), strip]);
}

/** Width, height, bits a sample, compression, photometric, samples a pixel: what every TIFF has. */
export const tiffTags = (
  [width, height]: readonly [number, number],
  bits: number,
  { samples = 1, photometric, compression = 1 }: { samples?: number; photometric?: number; compression?: number } = {},
): Record<number, number | number[]> => ({
  256: width,
  257: height,
  258: Array<number>(samples).fill(bits),
  259: compression,
  262: photometric ?? (samples < 3 ? 1 : 2),
  277: samples,
});
