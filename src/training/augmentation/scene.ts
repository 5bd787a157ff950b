import type { Intrinsics } from '../../geometry/planeNormals.js';
import type { Pixels } from '../../images/raster.js';

/** A photo and what is known of the scene in it, all of one height and width. */
export interface Scene {
  /** `[h, w, 3]`, 0..1. */
  image: Pixels;
  /** Metres along the optical axis `[h, w, 1]`, 0 where unknown. */
  depth?: Pixels;
  /** Unit vectors `[h, w, 3]`: x right, y up, z to the viewer; 0, 0, 0 where unknown. */
  normals?: Pixels;
  /** Class ids `[h, w, 1]`, 0 is void. */
  labels?: Pixels;
  /** The camera, in pixels of the image. */
  camera: Intrinsics;
}
