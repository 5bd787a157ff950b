import ndarray from 'ndarray';
import { averaged } from '../../images/averaged.js';
import type { Raster } from '../../images/raster.js';
import { drawSkeleton } from '../drawSkeleton.js';
import type { Pose } from '../joints.js';

/**
 * The photo with the person's limbs drawn over it, 8 bits.
 *
 * @param largest its longer side at most
 */
export function posePicture(pose: Pose, photo: Raster, largest: number): Raster {
  const [height, width] = photo.pixels.shape;
  const scale = Math.min(1, largest / Math.max(height, width));
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.round(side * scale)));
  const { data, shape } = drawSkeleton(averaged(photo, rows, columns), pose, scale);
  const bytes = Uint8Array.from(data, (value) => Math.min(1, Math.max(0, value)) * 255 + 0.5);
  return { pixels: ndarray(bytes, [...shape]), metadata: { format: 'png', bitDepth: 8 } };
}
