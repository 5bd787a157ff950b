import type { Beside, MapArray } from '../answer.js';
import { mesh } from './mesh.js';
import { pointCloud } from './pointCloud.js';
import { type Pinhole, viewPoints } from './viewPoints.js';

/** Programs show so many points and corners; a file of them takes 60 MB, or of a surface 70. */
const MOST = { ply: 4_000_000, glb: 1_500_000 };

/** A depth map as a file of points in space, or of a surface. */
export function inSpace(map: MapArray, beside: Beside<Pinhole>, format: 'ply' | 'glb'): Uint8Array {
  const points = viewPoints(map, beside, MOST[format]);
  return format === 'ply' ? pointCloud(points) : mesh(points);
}
