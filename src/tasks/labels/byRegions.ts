import { gaussianFilter } from '../../degradations/gaussianFilter.js';
import type { Pixels } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { graphSegmentation } from '../../regions/graphSegmentation.js';
import { overRegions, purityCover } from '../../regions/purityCover.js';
import { regionCrf } from '../../regions/regionCrf.js';
import type { RegionKind } from './regionKinds.js';

/** Of the picture before it is cut into superpixels, in pixels. */
const SMOOTHED = 0.8;
/** k of the superpixels, and of the levels of the tree of segments. */
const SUPERPIXELS = [100] as const;
const LEVELS = [10, 30, 100, 300, 1000] as const;

/**
 * What the regions of a picture say in place of their pixels.
 *
 * @param picture `[h, w, 3]`, 0..1, at the size at which the network sees it
 * @param grid `[rows, columns, classes]`, each in sum 1
 * @returns `[h, w, classes]`, likewise
 */
export function byRegions(kind: RegionKind, picture: Pixels, grid: Pixels): Pixels {
  const [height, width] = picture.shape;
  const likely = resizeBilinear(grid, height, width);
  const smooth = gaussianFilter(picture, SMOOTHED);
  if (kind === 'cover') return purityCover(graphSegmentation(smooth, LEVELS), likely);
  const [superpixels] = graphSegmentation(smooth, SUPERPIXELS);
  return kind === 'crf' ? regionCrf(superpixels, picture, likely) : overRegions(superpixels, likely);
}
