import ndarray from 'ndarray';
import { averaged } from '../../images/averaged.js';
import { fromLight, toLight } from '../../images/light.js';
import type { Raster } from '../../images/raster.js';
import { inverse, type Sensor } from '../../images/sensor.js';
import type { NoiseGrid } from './noiseGrid.js';
import type { SensorNoise } from './sensorNoise.js';

/** Pixels each way to a cell of the grid: the mean, which the level is told from, has little noise left itself. */
const CELL = 8;
/** What demosaicing (DHT) makes of white noise, as a deviation: it goes along in red, green and blue, so that it is more of brightness. */
const DEMOSAICED = { luma: 1.3, chroma: 0.6 };
/** Light, where there is no noise to speak of. */
const LEAST_SPREAD = 1e-5;
const LUMA = [0.299, 0.587, 0.114] as const;
/** What a developed photo has of its sensor's noise: through white balance, the camera's colours, and the curve of sRGB, steep in the dark. */
export function developedNoise(
  raster: Pick<Raster, 'pixels'>,
  { matrix, gains }: Sensor,
  { offset, gain }: SensorNoise,
): NoiseGrid {
  const [height, width] = raster.pixels.shape;
  const [rows, columns] = [Math.ceil(height / CELL), Math.ceil(width / CELL)];
  const means = averaged(raster, rows, columns);
  const levels = ndarray(new Float32Array(rows * columns * 2), [rows, columns, 2]);
  const brightness = new Float32Array(rows * columns);
  const back = inverse(matrix);
  const [r, g, b] = LUMA;
  for (let i = 0; i < brightness.length; i++) {
    const value = [0, 1, 2].map((c) => Math.max(0, means.data[3 * i + c]));
    const light = value.map(toLight);
    const variances = gains.map((by, c) => {
      const seen = back[c].reduce((sum, share, k) => sum + share * light[k], 0) / by;
      return by ** 2 * (offset + gain * Math.max(0, seen));
    });
    // The mean slope over the noise: of what is below black, where the curve is steepest, the network sees nothing.
    const slopes = light.map((each, c) => {
      const noise = Math.sqrt(variances.reduce((sum, own, k) => sum + matrix[c][k] ** 2 * own, 0));
      const spread = Math.max(noise, LEAST_SPREAD);
      return (fromLight(Math.max(0, each + spread)) - fromLight(Math.max(0, each - spread))) / (2 * spread);
    });
    /** Of a sum of red, green and blue with these weights. */
    const variance = (weights: readonly number[]) =>
      variances.reduce(
        (sum, own, k) => sum + own * weights.reduce((s, w, c) => s + w * slopes[c] * matrix[c][k], 0) ** 2,
        0,
      );
    brightness[i] = LUMA.reduce((sum, share, c) => sum + share * value[c], 0);
    levels.data[2 * i] = DEMOSAICED.luma * Math.sqrt(variance(LUMA));
    const chroma = variance([-r, -g, 1 - b]) / 1.772 ** 2 + variance([1 - r, -g, -b]) / 1.402 ** 2;
    levels.data[2 * i + 1] = DEMOSAICED.chroma * Math.sqrt(chroma / 2);
  }
  const middle = brightness.toSorted()[brightness.length >> 1];
  const rms = (channel: 0 | 1, counts: (brightness: number) => boolean = () => true) => {
    const squares = Array.from(brightness, (each, i) =>
      counts(each) ? [levels.data[2 * i + channel] ** 2] : [],
    ).flat();
    return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
  };
  return {
    levels,
    luma: rms(0),
    chroma: rms(1),
    shadows: rms(0, (each) => each <= middle),
    lights: rms(0, (each) => each >= middle),
  };
}
