import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface NoisyScene {
  height?: number;
  width?: number;
  /** In 0..1 units. */
  sigma: number;
  /** Height of a fine texture over half of the picture. */
  texture?: number;
}

/** A made picture `[height * width]`, smooth shapes with edges and a textured half, and Gaussian noise of a fixed seed. */
export function noisyScene({ height = 96, width = 128, sigma, texture = 0.1 }: NoisyScene): Float32Array {
  const random = xoroshiro128plus(1);
  const uniform = () => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  const gaussian = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const shapes = 0.5 + 0.15 * Math.sin(x / 19) + (x * 3 > y * 4 ? 0.15 : -0.1);
    const fine = y > height / 2 ? texture * Math.sin(x * 1.9) * Math.cos(y * 1.3 + x / 7) : 0;
    return shapes + fine + sigma * gaussian();
  });
}
