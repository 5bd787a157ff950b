import ndarray from 'ndarray';
import { mirrored } from '../core/maths/mirror.js';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';
import { gaussianFilter } from './gaussianFilter.js';

/** A drop on the glass; lengths in pixels. */
interface Drop {
  x: number;
  y: number;
  radius: number;
  /** Amplitudes and phases of the waves of its outline. */
  waves: { amplitude: number; phase: number }[];
  /** How many times smaller, and upside down, the scene appears in it. */
  minify: number;
  /** Width of its edge as a share of the radius: the drop is closer than what the lens is focused on. */
  softness: number;
  gain: number;
}

/**
 * Drops of rain on the glass before the lens. Each is a lens of its own: it shows the scene about it small, upside down
 * and out of focus, and the lens of the camera softens its outline.
 * The composition, (1 - M) I + R, is that of Qian, Tan, Yang, Su, Liu: Attentive generative adversarial network for
 * raindrop removal, CVPR 2018; the drops are drawn, where they sprayed water on glass.
 *
 * @param clean `[h, w, c]`, 0..1
 * @returns the picture through drops, and the mask `[h, w, 1]`: the share of drop in each pixel, 0..1
 */
export function drops(clean: Pixels, random: Random): { wet: Pixels; mask: Pixels } {
  const [height, width] = clean.shape;
  const wet = ndarray(clean.data.slice(), clean.shape);
  const mask = ndarray(new Float32Array(height * width), [height, width, 1]);
  const defocused = gaussianFilter(clean, random.uniform(1.5, 4));
  const covered = random.uniform(0.02, 0.25) * height * width;
  const typical = random.uniform(4, 16);
  let area = 0;
  while (area < covered) {
    const radius = Math.min(typical * Math.exp(0.5 * random.normal()), Math.min(height, width) / 2);
    area += Math.PI * radius * radius;
    addDrop(wet, mask, defocused, {
      x: random.uniform(0, width),
      y: random.uniform(0, height),
      radius,
      waves: [2, 3, 4].map((n) => ({ amplitude: random.uniform(0, 0.3 / n), phase: random.uniform(0, 2 * Math.PI) })),
      minify: random.uniform(2, 5),
      softness: random.uniform(0.15, 0.6),
      gain: random.uniform(0.8, 1.25),
    });
  }
  return { wet, mask };
}

function addDrop(wet: Pixels, mask: Pixels, scene: Pixels, drop: Drop): void {
  const [height, width, channels] = wet.shape;
  const reach = drop.radius * (1 + drop.waves.reduce((sum, { amplitude }) => sum + amplitude, 0));
  for (let y = Math.max(Math.ceil(drop.y - reach), 0); y <= Math.min(drop.y + reach, height - 1); y++) {
    for (let x = Math.max(Math.ceil(drop.x - reach), 0); x <= Math.min(drop.x + reach, width - 1); x++) {
      const [dx, dy] = [x - drop.x, y - drop.y];
      const share = shareOfDrop(drop, dx, dy);
      if (share === 0) continue;
      const sceneX = mirrored(Math.round(drop.x - drop.minify * dx), width);
      const sceneY = mirrored(Math.round(drop.y - drop.minify * dy), height);
      for (let c = 0; c < channels; c++) {
        const at = (y * width + x) * channels + c;
        const refracted = Math.min(drop.gain * scene.data[(sceneY * width + sceneX) * channels + c], 1);
        wet.data[at] += share * (refracted - wet.data[at]);
      }
      const at = y * width + x;
      mask.data[at] += share * (1 - mask.data[at]);
    }
  }
}

/** 1 well inside the drop, 0 outside, smooth between. */
function shareOfDrop({ radius, waves, softness }: Drop, dx: number, dy: number): number {
  const angle = Math.atan2(dy, dx);
  const outline = waves.reduce((r, { amplitude, phase }, i) => r + amplitude * Math.cos((i + 2) * angle + phase), 1);
  const t = Math.min(Math.max((outline - Math.hypot(dx, dy) / radius) / softness, 0), 1);
  return t * t * (3 - 2 * t);
}
