import type { Raster } from '../images/raster.js';
import type { Quality } from './task.js';

/** Name in weights/index.json of the denoiser for a picture. Grey ones have no smaller network: `fast` is `balanced` there. */
export function denoiserFor({ pixels }: Pick<Raster, 'pixels'>, quality: Quality): string {
  if (pixels.shape[2] === 1) return 'denoise-grey';
  return quality === 'fast' ? 'denoise-colour-fast' : 'denoise-colour';
}
