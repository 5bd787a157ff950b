import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import { stemOf } from '../../core/files/sameNames.js';
import { random } from '../../core/random.js';
import { type HoleKind, holes } from '../../degradations/holes.js';
import type { Raster } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { whiteOf, wholeOf } from '../../images/readWindow.js';
import { restorationScores } from '../../metrics/restoration.js';
import { textureInHole } from '../../metrics/textureInHole.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { meanScores } from '../evaluation/meanScores.js';
import { pictureList } from '../evaluation/pictureList.js';
import { namesakes } from '../evaluation/pictures.js';
import { inpaint } from './task.js';

/** Means over the pictures, and a median. */
export interface InpaintScores {
  images: number;
  /** Of the pixels, in the holes; 0..1. */
  share: number;
  /** Of the whole picture, dB, peak 1. */
  psnr: number;
  ssim: number;
  /** Of the pixels in the holes alone. */
  psnrHole: number;
  /** Detail in the holes beside the truth's (see textureInHole), the median; undefined where no hole is wide enough. */
  texture?: number;
}

/**
 * Takes holes out of each picture, fills them, and compares; PSNR and SSIM a picture, then the mean; texture a picture, then the median. Holes are drawn from a
 * seed that is the picture's name, or are where a mask file is white.
 *
 * @param holesOf a kind, or the mask file of each picture; a mask of another size is scaled, the nearest pixel taken
 */
async function evaluateInpaint(
  photos: readonly string[],
  holesOf: HoleKind | readonly string[],
  { predict, signal }: EvaluationContext,
): Promise<InpaintScores> {
  const scores: Omit<InpaintScores, 'images' | 'texture'>[] = [];
  const textures: number[] = [];
  for (const [i, photo] of photos.entries()) {
    signal?.throwIfAborted();
    const raster = await readRaster(photo);
    const clean = wholeOf(raster);
    const hole =
      typeof holesOf === 'string'
        ? toBytes(holes(clean, random(0, stemOf(photo), holesOf), holesOf).mask)
        : scaledMask(await readRaster(holesOf[i]), raster);
    await predict(erased(raster, hole), inpaint, {});
    const filled = wholeOf(raster);
    const { psnr, ssim, psnrHole } = restorationScores(filled, clean, { hole });
    const texture = textureInHole(filled, clean, hole);
    if (texture !== undefined) textures.push(texture);
    const share = hole.data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / hole.size;
    scores.push({ share, psnr, ssim, psnrHole: psnrHole! });
  }
  return { images: photos.length, ...meanScores(scores), texture: median(textures) };
}

/** Of an even number of values the mean of the two in the middle; undefined of none. */
function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (values.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
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

const options = z.object({
  holes: z
    .array(z.enum(['text', 'scratches', 'brush', 'rectangles', 'large']))
    .default(['text', 'scratches'])
    .describe('What is drawn, the same each time'),
  masks: z
    .string()
    .optional()
    .describe(
      'Folder of masks, white in the holes, instead: of the names of the photos, or where the first photo has ' +
        'none, one after the other, scaled to the photo',
    ),
});

/** `perpixel eval inpaint CLEAN`: holes taken out of clean photos, and how well they are filled. */
export const evaluation: Evaluation<z.output<typeof options>, InpaintScores & { holes: string }> = {
  summary: 'Holes taken out of clean photos, and how well they are filled',
  options,
  examples: [
    ['inpaint CBSD68 --holes text scratches', 'Mean PSNR and SSIM, and PSNR over the holes alone'],
    ['inpaint CBSD68 --holes large', 'And how detailed the fill is beside the truth'],
    ['inpaint CBSD68 --masks irregular', 'Masks from files'],
  ],
  columns: {
    holes: ({ holes }) => holes,
    images: ({ images }) => images,
    share: ({ share }) => `${(100 * share).toFixed(1)} %`,
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    hole: ({ psnrHole }) => psnrHole.toFixed(3),
    texture: ({ texture }) => texture?.toFixed(3) ?? '-',
  },
  async *evaluate({ pictures, holes, masks }, context) {
    const photos = await pictureList(pictures);
    if (masks !== undefined) {
      yield { holes: 'masks', ...(await evaluateInpaint(photos, await masksOf(photos, masks), context)) };
      return;
    }
    for (const kind of holes) yield { holes: kind, ...(await evaluateInpaint(photos, kind, context)) };
  },
};

async function masksOf(photos: readonly string[], folder: string): Promise<string[]> {
  const all = await pictureList([folder]);
  const isNamed = all.some((mask) => stemOf(mask) === stemOf(photos[0]));
  return isNamed ? namesakes(photos, folder) : photos.map((_, i) => all[i % all.length]);
}
