import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';

/** How streaks of one kind of rain are drawn; every range is drawn from once a layer. Lengths in pixels. */
interface RainLook {
  /** Layers of streaks, each of its own direction. */
  layers: [number, number];
  /** Mean brightness that all layers add, 0..1. Drawn evenly in its logarithm. */
  amount: [number, number];
  /** Largest angle of a layer from the vertical, and of a streak from its layer, in degrees. */
  tilt: number;
  jitter: number;
  /** Half length of a layer's longest streaks. */
  reach: [number, number];
  /** Deviation across a streak. */
  thickness: [number, number];
  /** Brightness of a layer's typical streak. */
  brightness: [number, number];
  /** How much streaks of a layer differ in brightness: deviation of its logarithm. */
  contrast: number;
}

const LOOKS = {
  light: {
    layers: [1, 1],
    amount: [0.01, 0.06],
    tilt: 32,
    jitter: 1,
    reach: [20, 90],
    thickness: [0.5, 0.9],
    brightness: [0.04, 0.2],
    contrast: 0.9,
  },
  heavy: {
    layers: [1, 4],
    amount: [0.1, 0.5],
    tilt: 18,
    jitter: 1,
    reach: [30, 90],
    thickness: [0.5, 0.9],
    brightness: [0.12, 0.3],
    contrast: 0.4,
  },
} satisfies Record<string, RainLook>;

/**
 * Rain streaks: bright grey lines added to the picture, and clipped at 1. Drawn to look and measure like the
 * pairs of Rain100L (light) and Rain100H (heavy): Yang, Tan, Feng, Liu, Guo, Yan: Deep joint rain detection and removal
 * from a single image, CVPR 2017.
 *
 * @param clean `[h, w, c]`, 0..1
 * @param kind one of both where not given
 */
export function rain(clean: Pixels, random: Random, kind?: 'light' | 'heavy'): Pixels {
  const [height, width, channels] = clean.shape;
  const streaks = rainStreaks(height, width, LOOKS[kind ?? random.pick(['light', 'heavy'] as const)], random);
  return ndarray(
    clean.data.map((v, i) => Math.min(v + streaks[Math.floor(i / channels)], 1)),
    clean.shape,
  );
}

function rainStreaks(height: number, width: number, look: RainLook, random: Random): Float32Array {
  const streaks = new Float32Array(height * width);
  const layers = look.layers[0] + random.integer(look.layers[1] - look.layers[0] + 1);
  const amount = Math.exp(random.uniform(Math.log(look.amount[0]), Math.log(look.amount[1])));
  for (let layer = 0; layer < layers; layer++) {
    const tilt = random.uniform(-look.tilt, look.tilt) * random.uniform();
    const reach = random.uniform(...look.reach);
    const thickness = random.uniform(...look.thickness);
    const brightness = random.uniform(...look.brightness);
    let missing = (amount / layers) * height * width;
    while (missing > 0) {
      missing -= drawStreak(streaks, height, width, {
        x: random.uniform(-reach, width + reach),
        y: random.uniform(-reach, height + reach),
        slope: Math.tan(((tilt + look.jitter * random.normal()) * Math.PI) / 180),
        reach: reach * random.uniform(0.2, 1),
        thickness: thickness * random.uniform(0.7, 1.4),
        brightness: Math.min(brightness * Math.exp(look.contrast * random.normal()), 0.8),
      });
    }
  }
  return streaks;
}

interface Streak {
  /** Its middle. */
  x: number;
  y: number;
  /** Columns that it moves a row. */
  slope: number;
  /** Half its height in rows. */
  reach: number;
  /** Deviation across. */
  thickness: number;
  brightness: number;
}

/** Adds a streak, Gaussian across and fading towards both ends. Returns the light that fell inside. */
function drawStreak(streaks: Float32Array, height: number, width: number, streak: Streak): number {
  const { x, y, slope, reach, thickness, brightness } = streak;
  const radius = 2.5 * thickness;
  let light = 0;
  for (let row = Math.max(Math.ceil(y - reach), 0); row <= Math.min(y + reach, height - 1); row++) {
    const along = (row - y) / reach;
    const centre = x + (row - y) * slope;
    const peak = brightness * (1 - along * along);
    for (
      let column = Math.max(Math.ceil(centre - radius), 0);
      column <= Math.min(centre + radius, width - 1);
      column++
    ) {
      const across = (column - centre) / thickness;
      const value = peak * Math.exp(-0.5 * across * across);
      streaks[row * width + column] += value;
      light += value;
    }
  }
  return light;
}
