import ndarray, { type NdArray } from 'ndarray';
import { random } from '../../core/random.js';
import { type HoleKind, holes } from '../../degradations/holes.js';
import type { Raster } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { whiteOf } from '../../images/windowOf.js';
import { restorationScores } from '../../metrics/restoration.js';
import { predictRaster } from '../../pipelines/run/predictRaster.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { meanScores } from '../evaluation/meanScores.js';
import { pixelsOf, stemOf } from '../evaluation/pictures.js';
import { inpaint } from './task.js';

/** Means over the pictures. */
export interface InpaintScores {
  images: number;
  /** Of the pixels, in the holes; 0..1. */
  share: number;
  /** Of the whole picture, dB, peak 1. */
  psnr: number;
  ssim: number;
  /** Of the pixels in the holes alone. */
  psnrHole: number;
}

/**
 * Takes holes out of each picture, fills them, and compares; PSNR and SSIM a picture, then the mean. Holes are drawn from a
 * seed that is the picture's name, or are where a mask file is white.
 *
 * @param holesOf a kind, or the mask file of each picture; a mask of another size is scaled, the nearest pixel taken
 */
export async function evaluateInpaint(
  photos: readonly string[],
  holesOf: HoleKind | readonly string[],
  context: EvaluationContext,
): Promise<InpaintScores> {
  const scores: Omit<InpaintScores, 'images'>[] = [];
  for (const [i, photo] of photos.entries()) {
    context.signal?.throwIfAborted();
    const raster = await readRaster(photo);
    const clean = pixelsOf(raster);
    const hole =
      typeof holesOf === 'string'
        ? toBytes(holes(clean, random(0, stemOf(photo), holesOf), holesOf).mask)
        : scaledMask(await readRaster(holesOf[i]), raster);
    await predictRaster(erased(raster, hole), inpaint, { tolerance: 0, grow: 0 }, context);
    const { psnr, ssim, psnrHole } = restorationScores(pixelsOf(raster), clean, { hole });
    const share = hole.data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / hole.size;
    scores.push({ share, psnr, ssim, psnrHole: psnrHole! });
  }
  return { images: photos.length, ...meanScores(scores) };
}

/** The picture, changed in place: black and transparent in its holes, as somebody's eraser leaves it. */
function erased(raster: Raster, hole: NdArray<Uint8Array>): Raster {
  const { pixels } = raster;
  const [height, width, channels] = pixels.shape;
  const alpha = ndarray(pixels.data.slice(0, height * width).fill(whiteOf(pixels.data)), [height, width]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (hole.get(y, x) === 0) continue;
      alpha.set(y, x, 0);
      for (let c = 0; c < channels; c++) pixels.set(y, x, c, 0);
    }
  }
  raster.alpha = alpha;
  return raster;
}

/** A mask picture at the size of another: 1 where it is brighter than half. */
function scaledMask(mask: Raster, { pixels: { shape } }: Raster): NdArray<Uint8Array> {
  const [height, width] = shape;
  const [rows, columns] = mask.pixels.shape;
  const scaled = ndarray(new Uint8Array(height * width), [height, width]);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * rows) / height);
    for (let x = 0; x < width; x++) {
      const column = Math.floor(((x + 0.5) * columns) / width);
      scaled.set(y, x, mask.pixels.get(row, column, 0) > whiteOf(mask.pixels.data) / 2 ? 1 : 0);
    }
  }
  return scaled;
}

const toBytes = ({ data, shape: [height, width] }: NdArray<Float32Array>) =>
  ndarray(Uint8Array.from(data), [height, width]);
