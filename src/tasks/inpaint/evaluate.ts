import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import { stemOf } from '../../core/files/sameNames.js';
import { random } from '../../core/random.js';
import { type HoleKind, holes } from '../../degradations/holes.js';
import { MARK_KINDS, type MarkKind } from '../../geometry/markKinds.js';
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
  /** Where the holes were not told but found: intersection over union with what was drawn, 0..1. */
  found?: number;
  /** Detail in the holes beside the truth's (see textureInHole), the median; undefined where no hole is wide enough. */
  texture?: number;
}

/**
 * Takes holes out of each picture, fills them, and compares; PSNR and SSIM a picture, then the mean; texture a picture, then the median. Holes are drawn from a
 * seed that is the picture's name, or are where a mask file is white.
 *
 * @param holesOf a kind, or the mask file of each picture; a mask of another size is scaled, the nearest pixel taken
 * @param find what the holes, black ones, are to be found as; they are told by transparency where it is undefined
 */
async function evaluateInpaint(
  photos: readonly string[],
  holesOf: HoleKind | readonly string[],
  find: MarkKind | undefined,
  { predict, signal }: EvaluationContext,
): Promise<InpaintScores> {
  const scores: Omit<InpaintScores, 'images' | 'texture' | 'found'>[] = [];
  const ious: number[] = [];
  const textures: number[] = [];
  for (const [i, photo] of photos.entries()) {
    signal?.throwIfAborted();
    const raster = await readRaster(photo);
    const clean = wholeOf(raster);
    const hole =
      typeof holesOf === 'string'
        ? toBytes(holes(clean, random(0, stemOf(photo), holesOf), holesOf).mask)
        : scaledMask(await readRaster(holesOf[i]), raster);
    const { facts } = await predict(erased(raster, hole, find === undefined), inpaint, { find });
    if (find !== undefined) ious.push(intersectionOverUnion(facts.holes.data, hole.data));
    const filled = wholeOf(raster);
    const { psnr, ssim, psnrHole } = restorationScores(filled, clean, { hole });
    const texture = textureInHole(filled, clean, hole);
    if (texture !== undefined) textures.push(texture);
    const share = hole.data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / hole.size;
    scores.push({ share, psnr, ssim, psnrHole: psnrHole! });
  }
  const found = ious.length === 0 ? undefined : ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
  return { images: photos.length, ...meanScores(scores), found, texture: median(textures) };
}

/** Of what two masks cover, each where it is not 0: the share that both cover. There is some. */
function intersectionOverUnion(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== 0 && b[i] !== 0) both++;
    if (a[i] !== 0 || b[i] !== 0) either++;
  }
  return both / either;
}

/** Of an even number of values the mean of the two in the middle; undefined of none. */
function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (values.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** The picture, changed in place: black in its holes, and transparent there if they are told, as somebody's eraser leaves it. */
function erased(raster: Raster, hole: NdArray<Uint8Array>, isTold: boolean): Raster {
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
  if (isTold) raster.alpha = alpha;
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
  find: z
    .enum(MARK_KINDS)
    .optional()
    .describe('The holes are black, and nobody tells where they are: they are found as marks of this kind'),
});

/** `perpixel eval inpaint CLEAN`: holes taken out of clean photos, and how well they are filled. */
export const evaluation: Evaluation<z.output<typeof options>, InpaintScores & { holes: string }> = {
  summary: 'Holes taken out of clean photos, and how well they are filled',
  options,
  examples: [
    ['inpaint CBSD68 --holes text scratches', 'Mean PSNR and SSIM, and PSNR over the holes alone'],
    ['inpaint CBSD68 --holes large', 'And how detailed the fill is beside the truth'],
    ['inpaint CBSD68 --masks irregular', 'Masks from files'],
    ['inpaint CBSD68 --holes scratches --find scratches', 'And how well they are found'],
  ],
  columns: {
    holes: ({ holes }) => holes,
    images: ({ images }) => images,
    share: ({ share }) => `${(100 * share).toFixed(1)} %`,
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
    hole: ({ psnrHole }) => psnrHole.toFixed(3),
    texture: ({ texture }) => texture?.toFixed(3) ?? '-',
    found: ({ found }) => found?.toFixed(3) ?? '-',
  },
  async *evaluate({ pictures, holes, masks, find }, context) {
    const photos = await pictureList(pictures);
    if (masks !== undefined) {
      yield { holes: 'masks', ...(await evaluateInpaint(photos, await masksOf(photos, masks), find, context)) };
      return;
    }
    for (const kind of holes) yield { holes: kind, ...(await evaluateInpaint(photos, kind, find, context)) };
  },
};

async function masksOf(photos: readonly string[], folder: string): Promise<string[]> {
  const all = await pictureList([folder]);
  const isNamed = all.some((mask) => stemOf(mask) === stemOf(photos[0]));
  return isNamed ? namesakes(photos, folder) : photos.map((_, i) => all[i % all.length]);
}
