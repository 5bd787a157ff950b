import * as z from 'zod';
import { focalLength, pixelsOf35mm } from '../../geometry/focalLength.js';
import { type Intrinsics, nyuCamera } from '../../geometry/planeNormals.js';
import type { Raster } from '../../images/raster.js';
import type { Size } from './sceneTask.js';

/** How a photo was taken, and how that looks to the network. */
export interface View {
  /** In pixels of the photo. */
  focal: number;
  focalFrom: 'option' | 'exif' | 'assumed';
  /**
   * How many times larger things look to the network than in the photos that it learnt from, from as far away. To it they
   * are nearer by as much: the scene that it says is the true one with all that points away from it divided by this.
   */
  magnification: number;
}

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

/** @param seen the size at which the network sees the photo */
export async function viewOf(raster: Raster, asked: string | undefined, seen: Size): Promise<View> {
  const [height, width] = raster.pixels.shape;
  const { focal, focalFrom } = await focalOf(raster, asked);
  const reduction = Math.sqrt((seen[0] / height) * (seen[1] / width));
  return { focal, focalFrom, magnification: (focal * reduction) / LEARNT_FOCAL };
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
