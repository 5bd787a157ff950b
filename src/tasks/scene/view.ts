import * as z from 'zod';
import type { Size } from '../../answers/answer.js';
import { focalLength, pixelsOf35mm } from '../../geometry/focalLength.js';
import { type Intrinsics, nyuCamera } from '../../geometry/planeNormals.js';
import type { Raster } from '../../images/raster.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { workingSize } from './workingSize.js';

/** How a photo was taken, and how that looks to the network. */
export interface View {
  /** The size at which the network sees it. */
  seen: Size;
  /** In pixels of the photo. */
  focal: number;
  focalFrom: 'option' | 'exif' | 'assumed';
  /**
   * How many times larger things look to the network than they did in the photos that it learnt from, at the same distance. The network
   * takes them to be nearer by this factor: true distances are what it says times this, true z of normals what it says divided by it.
   */
  magnification: number;
}

/** What is told of it. */
export interface ViewReport {
  /** In pixels of the photo. */
  focal: number;
  focalFrom: View['focalFrom'];
}

const FOCAL_FROM: Record<View['focalFrom'], string> = {
  option: 'as given',
  exif: 'from its EXIF',
  assumed: 'assumed, as of 28 mm: neither the photo nor --focal says',
};

export const viewReport = ({ focal, focalFrom }: View): ViewReport => ({ focal: Math.round(focal), focalFrom });

/** The same for people. */
export const viewWords = ({ focal, focalFrom }: ViewReport): string =>
  `focal length: ${focal} pixels, ${FOCAL_FROM[focalFrom]}`;

/** The option of every task that depends on it. */
export const focalOption = z
  .string()
  .regex(/^\d+(\.\d+)?(mm|px)$/, 'a length like 28mm (as for 35 mm film) or 3100px')
  .optional()
  .describe("The photo's focal length, 28mm (as for 35 mm film) or 3100px; from its EXIF, else 28mm, where not given");

/** Where neither the user nor the photo tells: what the photos have that the network learnt from, and most phones. */
const USUAL_35MM = 28;
/** Of the photos that the network learnt from: half of the camera's 640x480 pixels. */
const LEARNT_FOCAL = nyuCamera.fx / 2;

/** @param pixels that the network is given of the photo, in all. @default as `workingSize` has it */
export async function viewOf(
  raster: Raster,
  asked: string | undefined,
  { stride, pixels: own }: Pick<ModelCard, 'stride' | 'pixels'>,
  pixels = own,
): Promise<View> {
  const [height, width] = raster.pixels.shape;
  const seen = workingSize(height, width, stride, pixels);
  const { focal, focalFrom } = await focalOf(raster, asked);
  const reduction = Math.sqrt((seen[0] / height) * (seen[1] / width));
  return { seen, focal, focalFrom, magnification: (focal * reduction) / LEARNT_FOCAL };
}

/** The camera that the network takes every picture to be of, the axis in the middle. */
export function learntCamera([rows, columns]: Size): Intrinsics {
  return { fx: LEARNT_FOCAL, fy: LEARNT_FOCAL, cx: (columns - 1) / 2, cy: (rows - 1) / 2, width: columns };
}

async function focalOf(
  { pixels, metadata }: Raster,
  asked: string | undefined,
): Promise<Pick<View, 'focal' | 'focalFrom'>> {
  const [height, width] = pixels.shape;
  if (asked !== undefined) {
    const value = Number.parseFloat(asked);
    return { focal: asked.endsWith('px') ? value : pixelsOf35mm(value, height, width), focalFrom: 'option' };
  }
  const stated = await focalLength(metadata.exif, height, width);
  if (stated !== undefined) return { focal: stated, focalFrom: 'exif' };
  return { focal: pixelsOf35mm(USUAL_35MM, height, width), focalFrom: 'assumed' };
}
