import type { Raster } from '../../images/raster.js';
import type { Quality } from '../task.js';

/** Name in weights/index.json of the denoiser for a picture. */
export function denoiserFor({ pixels }: Pick<Raster, 'pixels'>, quality: Quality): string {
  const name = pixels.shape[2] === 1 ? 'denoise-grey' : 'denoise-colour';
  return quality === 'fast' ? `${name}-fast` : name;
}
