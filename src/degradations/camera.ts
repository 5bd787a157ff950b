import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import { fromLight, toLight } from '../images/light.js';
import type { Pixels } from '../images/raster.js';
import { inverse } from '../images/sensor.js';
import { gaussianFilter } from './gaussianFilter.js';

/** Three rows of three: colours times it. */
export type ColourMatrix = readonly (readonly [number, number, number])[];

/** A sensor, and what the camera makes of what it saw. */
export interface Camera {
  /** Electrons of a photosite in white: the fewer, the more noise. */
  fullWell: number;
  /** Deviation of the noise of reading a photosite, in parts of white. */
  read: number;
  /** What red and blue are multiplied by for grey to be grey. */
  balance: { red: number; blue: number };
  /** The sensor's own colours of those of sRGB, in light, rows that sum to 1. @default as they are */
  matrix?: ColourMatrix;
  /** How much of an S lies over the sRGB curve, 0..1. @default 0 */
  contrast?: number;
  /** Deviation, in pixels, of the Gaussian that takes noise out of brightness and of colour. @default 0 */
  smoothing?: { luma: number; chroma: number };
  /** How much of the difference to the picture blurred by a Gaussian is added. @default 0 */
  sharpening?: { amount: number; deviation: number };
}

/**
 * A camera that only demosaics and sharpens, at an ISO speed: white has 6000 electrons at ISO 800, half as many at twice the speed, and
 * reading is the noisier the more it is amplified.
 */
export function cameraAtIso(iso: number): Camera {
  const fullWell = (6000 * 800) / iso;
  return {
    fullWell,
    read: readNoise(fullWell),
    balance: { red: 1.9, blue: 1.6 },
    sharpening: { amount: Math.min(0.9, 0.3 + 0.05 * Math.log2(Math.max(1, iso / 800))), deviation: 1 },
  };
}

/** Any camera: of a range of sensors, exposures, and of what is made of them. */
export function drawCamera(random: Random): Camera {
  const fullWell = Math.exp(random.uniform(Math.log(250), Math.log(12_000)));
  return {
    fullWell,
    read: readNoise(fullWell) * 2 ** random.uniform(-1, 1),
    balance: { red: random.uniform(1.4, 2.4), blue: random.uniform(1.2, 2.1) },
    contrast: random.chance(0.3) ? 0.6 : 0,
    matrix: random.chance(0.6) ? random.pick(SENSORS) : undefined,
    ...(random.chance(0.6) && {
      smoothing: { luma: random.chance(0.6) ? random.uniform(0.5, 1.5) : 0, chroma: random.uniform(0.5, 3) },
    }),
    ...(random.chance(0.6) && {
      sharpening: { amount: random.uniform(0.1, 0.9), deviation: random.uniform(0.6, 1.6) },
    }),
  };
}

const readNoise = (fullWell: number): number => 0.0015 * (6000 / fullWell) ** 0.69;

/** Light of sRGB in the colours of four cameras, from the matrices of their raw files, as Brooks et al. list them; grey stays grey. */
const SENSORS: readonly ColourMatrix[] = [
  [
    [0.826, 0.295, -0.121],
    [0.109, 0.918, -0.027],
    [0.035, 0.244, 0.721],
  ],
  [
    [0.488, 0.344, 0.168],
    [0.037, 0.721, 0.242],
    [-0.006, 0.216, 0.79],
  ],
  [
    [0.622, 0.224, 0.154],
    [0.106, 0.648, 0.246],
    [0.022, 0.214, 0.764],
  ],
  [
    [0.634, 0.225, 0.141],
    [0.079, 0.74, 0.181],
    [0.006, 0.222, 0.772],
  ],
];

/**
 * A photo as a camera gives it, before its JPEG, with the noise of its sensor and without. The photo is brought back to linear light and to
 * the colours of the sensor, a mosaic of photosites counts electrons, and the camera develops a picture from that. So the noise is
 * correlated from pixel to pixel and from channel to channel, and depends on brightness, as in real photographs.
 *
 * Brooks et al.: Unprocessing images for learned raw denoising, CVPR 2019; Guo et al.: Toward convolutional blind denoising of real
 * photographs (CBDNet), CVPR 2019. Demosaicing is bilinear.
 *
 * @param photo `[h, w, 3]`, sRGB in 0..1
 * @returns both of the photo's size, in 0..1
 */
export function throughCamera(photo: Pixels, camera: Camera, random: Random): { noisy: Pixels; clean: Pixels } {
  const exposed = mosaic(sensorColours(photo, camera));
  return {
    noisy: developed(sensorNoise(exposed, camera, random), camera),
    clean: developed(exposed, camera),
  };
}

/** What falls on the sensor of each colour, its white balance undone: `[h, w, 3]`, light. */
function sensorColours({ data, shape }: Pixels, { balance, matrix, contrast = 0 }: Camera): Pixels {
  const light = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = [0, 1, 2].map((c) => toLight(withoutContrast(clamped(data[i + c]), contrast)));
    const seen = matrix ? times(matrix, [red, green, blue]) : [red, green, blue];
    light[i] = clamped(seen[0]) / balance.red;
    light[i + 1] = clamped(seen[1]);
    light[i + 2] = clamped(seen[2]) / balance.blue;
  }
  return ndarray(light, shape);
}

/** Each photosite sees one colour: rows of red and green, and of green and blue, by turns. `[h, w, 3]` to `[h, w, 1]`. */
export function mosaic({ data, shape: [height, width] }: Pixels): Pixels {
  const seen = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) seen[i] = data[3 * i + colourAt(y, x)];
  return ndarray(seen, [height, width, 1]);
}

const colourAt = (y: number, x: number): 0 | 1 | 2 => ((y & 1) + (x & 1)) as 0 | 1 | 2;

/**
 * Counts electrons, whose number is as uncertain as its root, and reads them. Electrons come one by one; for the normal distribution that
 * stands for Poisson's, its skew is added, which darkness shows.
 */
export function sensorNoise({ data, shape }: Pixels, { fullWell, read }: Camera, random: Random): Pixels {
  const [shot, amplifier] = [0, 1].map(() => random.fillNormal(new Float32Array(data.length)));
  const noisy = data.map((light, i) => {
    const mean = Math.max(0, light) * fullWell;
    const z = shot[i];
    return (mean + Math.sqrt(mean) * z + (z * z - 1) / 6) / fullWell + read * amplifier[i];
  });
  return ndarray(noisy, shape);
}

/** The mean of the nearest photosites of each colour, weighted by a tent: `[h, w, 1]` to `[h, w, 3]`. Beyond the edges as in a mirror. */
export function demosaic({ data, shape: [height, width] }: Pixels): Pixels {
  const colours = new Float32Array(height * width * 3);
  const mirrored = (at: number, length: number) => (at < 0 ? -at : at >= length ? 2 * length - 2 - at : at);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const sums = [0, 0, 0];
      const weights = [0, 0, 0];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [row, column] = [mirrored(y + dy, height), mirrored(x + dx, width)];
          const colour = colourAt(row, column);
          const weight = (2 - Math.abs(dy)) * (2 - Math.abs(dx));
          sums[colour] += weight * data[row * width + column];
          weights[colour] += weight;
        }
      }
      for (let c = 0; c < 3; c++) colours[i + c] = sums[c] / weights[c];
    }
  }
  return ndarray(colours, [height, width, 3]);
}

/** What the camera makes of its photosites. */
function developed(seen: Pixels, { balance, matrix, contrast = 0, smoothing, sharpening }: Camera): Pixels {
  const colours = demosaic(seen);
  const { data } = colours;
  const back = matrix && inverse(matrix);
  for (let i = 0; i < data.length; i += 3) {
    const own = [data[i] * balance.red, data[i + 1], data[i + 2] * balance.blue] as const;
    const light = back ? times(back, own) : own;
    for (let c = 0; c < 3; c++) data[i + c] = withContrast(fromLight(clamped(light[c])), contrast);
  }
  const smooth = smoothing ? smoothed(colours, smoothing) : colours;
  const sharp = sharpening ? sharpened(smooth, sharpening) : smooth;
  return ndarray(sharp.data.map(clamped), sharp.shape);
}

/** Brightness and colour blurred apart. */
function smoothed(picture: Pixels, { luma, chroma }: NonNullable<Camera['smoothing']>): Pixels {
  const { data, shape } = picture;
  const grey = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    grey.fill(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2], i, i + 3);
  }
  const colour = ndarray(
    data.map((value, i) => value - grey[i]),
    shape,
  );
  const brightness = luma > 0 ? gaussianFilter(ndarray(grey, shape), luma).data : grey;
  const hue = chroma > 0 ? gaussianFilter(colour, chroma).data : colour.data;
  return ndarray(
    brightness.map((value, i) => value + hue[i]),
    shape,
  );
}

function sharpened(picture: Pixels, { amount, deviation }: NonNullable<Camera['sharpening']>): Pixels {
  const soft = gaussianFilter(picture, deviation).data;
  return ndarray(
    picture.data.map((value, i) => value + amount * (value - soft[i])),
    picture.shape,
  );
}

/** A smooth S, 3 v^2 - 2 v^3, as much as `contrast` says. */
const withContrast = (value: number, contrast: number): number => {
  const curved = value * value * (3 - 2 * value);
  return value + contrast * (curved - value);
};

/** Undoes it. */
function withoutContrast(value: number, contrast: number): number {
  if (contrast === 0) return value;
  let [low, high] = [0, 1];
  for (let round = 0; round < 24; round++) {
    const middle = (low + high) / 2;
    if (withContrast(middle, contrast) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const clamped = (value: number): number => Math.min(1, Math.max(0, value));

const times = (matrix: ColourMatrix, [a, b, c]: readonly number[]): number[] =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c);
