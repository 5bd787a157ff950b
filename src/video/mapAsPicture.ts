import ndarray from 'ndarray';
import { classColour } from '../answers/classColour.js';
import { depthColour } from '../answers/depthColour.js';
import type { Pixels } from '../images/raster.js';
import type { SceneMap } from '../tasks/scene/sceneTask.js';

/** How a map is shown as a picture. */
export interface MapColours {
  /**
   * Of depth. `colour`: warm is near. `grey`: white is near. `mm`: 16-bit grey, millimetres. Normals and classes are always
   * colours. @default 'colour'
   */
  style?: 'colour' | 'grey' | 'mm';
  /** Metres that the range begins with; what is nearer looks the same. @default 0.5 */
  near?: number;
  /** Metres that the range ends with. @default 10 */
  far?: number;
}

/** What 16 bits hold, in millimetres. */
const MOST_MM = 65_535;

/**
 * A map of a scene as a picture, in 0..1: depth on a logarithmic scale, on which a tenth farther looks the same anywhere, normals as
 * (n + 1) / 2, as normal maps have it, classes in the colours of their PNG.
 */
export function mapAsPicture(
  { data, shape }: SceneMap,
  { style = 'colour', near = 0.5, far = 10 }: MapColours = {},
): Pixels {
  const [height, width, channels] = shape;
  const isDepth = data instanceof Float32Array && channels === 1;
  if (isDepth && style === 'mm') {
    return ndarray(
      data.map((metres) => Math.min(1, (1000 * metres) / MOST_MM)),
      [height, width, 1],
    );
  }
  if (isDepth && style === 'grey') {
    return ndarray(
      data.map((metres) => 1 - shareOf(metres, near, far)),
      [height, width, 1],
    );
  }
  const pixels = new Float32Array(height * width * 3);
  if (channels === 3) for (let i = 0; i < data.length; i++) pixels[i] = (data[i] + 1) / 2;
  else {
    const colour = isDepth ? (metres: number) => depthColour(1 - shareOf(metres, near, far)) : classColour;
    for (let i = 0; i < data.length; i++) pixels.set(colour(data[i]), 3 * i);
  }
  return ndarray(pixels, [height, width, 3]);
}

/** Where in the range, 0 near to 1 far; what is outside is at its end. */
function shareOf(metres: number, near: number, far: number): number {
  return Math.min(1, Math.max(0, Math.log(metres / near) / Math.log(far / near)));
}
