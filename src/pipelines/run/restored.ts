import { PerpixelError } from '../../core/errors.js';
import type { Session } from '../../engines/engine.js';
import { croppedRaster } from '../../images/croppedRaster.js';
import { enlargedRaster } from '../../images/enlargedRaster.js';
import { requireSize } from '../../images/pixelLimit.js';
import type { Raster } from '../../images/raster.js';
import type { Window } from '../../images/readWindow.js';
import type { TiledPlan } from '../../tasks/plan.js';
import { type PredictTiledOptions, predictTiled } from './predictTiled.js';

/** How a photo is restored. */
export interface RestoredOptions extends Omit<PredictTiledOptions, 'target'> {
  /** Pixels that the result of a network that enlarges may have. @default 268402689, as a photo */
  limitPixels?: number;
}

/**
 * Carries out a plan whose answer is the photo.
 *
 * @param plan undefined where nothing is to be done
 * @returns the photo, written over; of a region, or from a network that enlarges, a picture of its own: then the photo may be written
 *   over, too
 * @throws PerpixelError as predictTiled; E_SIZE where the result has too many pixels
 */
export async function restored(
  raster: Raster,
  plan: TiledPlan | undefined,
  session: Session,
  { limitPixels, region, ...how }: RestoredOptions = {},
): Promise<Raster> {
  const scale = session.model.card.scale ?? 1;
  if (plan && scale > 1) {
    const [height, width] = raster.pixels.shape;
    const part = region ?? { y: 0, x: 0, height, width };
    requireResult(part, scale, limitPixels);
    const larger = enlargedRaster(raster, scale, part);
    await predictTiled(raster, plan, session, {
      ...how,
      region,
      target: { ...larger, y: scale * part.y, x: scale * part.x },
    });
    return larger;
  }
  if (plan) await predictTiled(raster, plan, session, { ...how, region });
  return region ? croppedRaster(raster, region) : raster;
}

/** Refuses a result that is too large, before anything of its size is made. @throws PerpixelError E_SIZE */
function requireResult({ height, width }: Window, scale: number, limitPixels?: number): void {
  try {
    requireSize(scale * height, scale * width, limitPixels);
  } catch (cause) {
    const { expected } = cause as PerpixelError;
    throw new PerpixelError({
      code: 'E_SIZE',
      received: `a result of ${scale * width} x ${scale * height} pixels, ${scale} times the photo's sides`,
      expected,
      cure: 'Name a region (--region), make the photo smaller first, or raise --limit-pixels (in a program: limitPixels).',
      cause,
    });
  }
}
