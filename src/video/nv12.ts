import { chromaSize, type PlaneSize } from './layout.js';

/** NV12 as 4:2:0 in planes: its chroma, a Cb and a Cr in turn, in a plane of each. */
export function planarOfNv12(bytes: Uint8Array, { width, height }: PlaneSize): Uint8Array {
  const planar = Uint8Array.from(bytes);
  const { length, luma } = chromaOf({ width, height });
  for (let i = 0; i < length; i++) {
    planar[luma + i] = bytes[luma + 2 * i];
    planar[luma + length + i] = bytes[luma + 2 * i + 1];
  }
  return planar;
}

/** The other way. */
export function nv12OfPlanar(bytes: Uint8Array, { width, height }: PlaneSize): Uint8Array {
  const nv12 = Uint8Array.from(bytes);
  const { length, luma } = chromaOf({ width, height });
  for (let i = 0; i < length; i++) {
    nv12[luma + 2 * i] = bytes[luma + i];
    nv12[luma + 2 * i + 1] = bytes[luma + length + i];
  }
  return nv12;
}

function chromaOf(size: PlaneSize): { luma: number; length: number } {
  const chroma = chromaSize('420', size);
  return { luma: size.width * size.height, length: chroma.width * chroma.height };
}
