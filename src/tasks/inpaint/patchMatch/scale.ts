import type { Steps } from '../../../core/inTurns.js';

/** Pixels from the centre of a patch to its sides: patches are 7 x 7, as in the papers. */
export const RADIUS = 3;

/** Targets, or pixels of a hole, that are worked on between two turns of the event loop: some milliseconds. */
export const STEP = 2048;

/** A picture at one size with a hole in it. Pixels are numbered row by row. */
export interface Scale {
  height: number;
  width: number;
  /** Numbers a pixel: its colours, then its texture (see withTexture). */
  channels: number;
  /** `[h, w, channels]`; in the hole what it is thought to hold. */
  values: Float32Array;
  /** 1 where it is to be filled. */
  hole: Uint8Array;
  /** 1 where it is neither filled nor copied from. */
  unusable: Uint8Array;
  /** The pixels of the hole. */
  holePixels: Int32Array;
  /** 1 at the centres of patches that may be copied. */
  isSource: Uint8Array;
  /** The centres of patches that may be copied. */
  sources: Int32Array;
  /** The centres of patches that touch the hole and lie in the picture. */
  targets: Int32Array;
  /** For each target the centre of the source that is most like it; -1 where there is no target. */
  match: Int32Array;
  /** For each target how unlike its match it is: squared differences summed over the patch, and a little for the way. */
  cost: Float32Array;
}

type Given = Pick<Scale, 'height' | 'width' | 'channels' | 'values' | 'hole' | 'unusable'>;

/** A picture with its targets and sources; its values are kept, and written into. */
export function* createScale(given: Given): Steps<Scale> {
  const { height, width, hole, unusable } = given;
  const touchesHole = widened(hole, height, width);
  yield;
  const touchesUnusable = widened(unusable, height, width);
  yield;
  const isSource = new Uint8Array(height * width);
  const [targets, sources]: number[][] = [[], []];
  for (let y = RADIUS; y < height - RADIUS; y++) {
    for (let x = RADIUS; x < width - RADIUS; x++) {
      const i = y * width + x;
      if (touchesHole[i] === 1) targets.push(i);
      else if (touchesUnusable[i] === 0) sources.push(i);
    }
  }
  for (const i of sources) isSource[i] = 1;
  return {
    ...given,
    holePixels: Int32Array.from(indicesOf(hole)),
    isSource,
    sources: Int32Array.from(sources),
    targets: Int32Array.from(targets),
    match: new Int32Array(height * width).fill(-1),
    cost: new Float32Array(height * width),
  };
}

/**
 * Half the size. Each pixel is the mean of the known ones of its 2 x 2, and in the hole where none is known, so that a hole becomes half as
 * deep and thin ones close.
 */
export function* halfScale(scale: Scale): Steps<Scale> {
  const { channels } = scale;
  const [height, width] = [Math.ceil(scale.height / 2), Math.ceil(scale.width / 2)];
  const values = new Float32Array(height * width * channels);
  const hole = new Uint8Array(height * width);
  const unusable = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let known = 0;
      for (let fullY = 2 * y; fullY < Math.min(2 * y + 2, scale.height); fullY++) {
        for (let fullX = 2 * x; fullX < Math.min(2 * x + 2, scale.width); fullX++) {
          const from = fullY * scale.width + fullX;
          if (scale.unusable[from] === 1) unusable[i] = 1;
          if (scale.hole[from] === 1) continue;
          known++;
          for (let c = 0; c < channels; c++) values[i * channels + c] += scale.values[from * channels + c];
        }
      }
      if (known === 0) hole[i] = 1;
      else for (let c = 0; c < channels; c++) values[i * channels + c] /= known;
    }
  }
  yield;
  return yield* createScale({ height, width, channels, values, hole, unusable });
}

function indicesOf(mask: Uint8Array): number[] {
  const indices: number[] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) indices.push(i);
  return indices;
}

/** 1 wherever a patch would hold a pixel that is 1: widened along the rows, then along the columns. */
function widened(mask: Uint8Array, height: number, width: number): Uint8Array {
  const across = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) widenLine(mask, across, { start: y * width, step: 1, length: width });
  const both = new Uint8Array(mask.length);
  for (let x = 0; x < width; x++) widenLine(across, both, { start: x, step: width, length: height });
  return both;
}

function widenLine(
  from: Uint8Array,
  to: Uint8Array,
  { start, step, length }: { start: number; step: number; length: number },
): void {
  let left = 0;
  for (let i = -RADIUS; i < length; i++) {
    const ahead = i + RADIUS;
    if (ahead < length && from[start + ahead * step] === 1) left = 2 * RADIUS + 1;
    if (i >= 0 && left > 0) to[start + i * step] = 1;
    left--;
  }
}
