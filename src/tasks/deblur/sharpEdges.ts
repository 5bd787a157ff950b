import { fourier, fourierSide, type Spectrum } from '../../core/maths/fourier.js';
import { power, product } from '../../core/maths/spectra.js';
import type { Kernel } from './kernel.js';
import { cut, type Plane } from './plane.js';
import { tapered } from './tapered.js';
import { transferFunction } from './transferFunction.js';

/** The weight of the gradients grows up to this, by that factor. Pan et al. double it up to 1e5, which takes longer and gave kernels as good. */
const LAST_WEIGHT = 1e3;
const GROWTH = Math.sqrt(8);

/**
 * The sharp picture with the fewest edges that explains a blurred one: flat areas between the few strong edges that tell the
 * kernel, without ringing and without the texture that would mislead it. It is a means and not a result.
 *
 * Minimises |kernel * x - blurred|^2 + price (number of pixels with a gradient) by half-quadratic splitting: Xu, Zheng, Jia:
 * Unnatural L0 sparse representation for natural image deblurring, CVPR 2013; in the form of Pan et al., CVPR 2014.
 *
 * @param rest is waited for between the rounds, so that others come to their turn
 */
export async function sharpEdges(
  blurred: Plane,
  kernel: Kernel,
  price: number,
  rest: () => Promise<void>,
): Promise<Plane> {
  const transform = fourier(
    fourierSide(blurred.height + kernel.shape[0] - 1),
    fourierSide(blurred.width + kernel.shape[1] - 1),
  );
  const { height, width } = transform;
  const response = transferFunction(kernel, transform);
  const known = product(response, transform.forward(tapered(blurred, transform)), { conjugate: true });
  const gain = power(response);
  const roughness = negativeLaplacian(height, width);
  let sharp = tapered(blurred, transform);
  for (let weight = 2 * price; weight < LAST_WEIGHT; weight *= GROWTH) {
    await rest();
    const wanted = transform.forward(negativeDivergence(sharp, price / weight, height, width));
    const spectrum: Spectrum = new Float32Array(wanted.length);
    for (let i = 0; i < wanted.length; i++) {
      spectrum[i] = (known[i] + weight * wanted[i]) / (gain[i >> 1] + weight * roughness[i >> 1]);
    }
    sharp = transform.inverse(spectrum);
  }
  return cut({ height, width, data: sharp }, blurred);
}

/** Of the gradients whose squared magnitude is at least `least`, on a plane that goes round. */
function negativeDivergence(plane: Float32Array, least: number, height: number, width: number): Float32Array {
  const result = new Float32Array(plane.length);
  for (let y = 0, i = 0; y < height; y++) {
    const below = y === height - 1 ? -y * width : width;
    for (let x = 0; x < width; x++, i++) {
      const right = x === width - 1 ? -x : 1;
      const [gx, gy] = [plane[i + right] - plane[i], plane[i + below] - plane[i]];
      if (gx * gx + gy * gy < least) continue;
      result[i] -= gx + gy;
      result[i + right] += gx;
      result[i + below] += gy;
    }
  }
  return result;
}

/** What the two differences together do to the power of each frequency. */
function negativeLaplacian(height: number, width: number): Float32Array {
  const along = (k: number, length: number) => 2 - 2 * Math.cos((2 * Math.PI * k) / length);
  return Float32Array.from(
    { length: (width / 2 + 1) * height },
    (_, i) => along(i % height, height) + along(Math.floor(i / height), width),
  );
}
