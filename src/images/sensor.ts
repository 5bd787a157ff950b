import type { NdArray } from 'ndarray';

/** Three rows of three. */
export type ColourMatrix = readonly (readonly [number, number, number])[];

/** What the sensor of a raw photo saw, beside the photo that was developed of it. */
export interface Sensor {
  /** What red, green and blue were multiplied by for grey to be grey; the least is 1. */
  gains: readonly [number, number, number];
  /** The same in daylight (D65). */
  daylight: readonly [number, number, number];
  /** Light of the camera's own colours, white balanced, to light of sRGB; its rows sum to 1. */
  matrix: ColourMatrix;
  /** Maker and model, as raw developers look up what they know of it. */
  camera: string;
  /** None of a sensor with another pattern than two by two, and of a file that has been demosaiced. */
  mosaic?: Mosaic;
}

/** Photosites, as they stand in the file. */
export interface Mosaic {
  /**
   * `[rows, columns, 4]`, of two by two photosites each, 0 to 65535 for 0 to the level of white: all of a photo, or of a large one bands
   * of rows, evenly spaced.
   */
  cells: NdArray<Uint16Array>;
  /** The level of black, in parts of that of white. */
  black: number;
}

/** What undoes a matrix, by its adjugate. */
export function inverse([[a, b, c], [d, e, f], [g, h, i]]: ColourMatrix): ColourMatrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  return [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant)) as unknown as ColourMatrix;
}
