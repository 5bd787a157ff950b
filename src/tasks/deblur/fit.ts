import { type Fourier, fourier } from '../../core/maths/fourier.js';
import { power } from '../../core/maths/spectra.js';
import type { Kernel } from './kernel.js';
import { type Plane, placed } from './plane.js';
import { transferFunction } from './transferFunction.js';

/** How a kernel fits a part of a photo. */
export interface Fit {
  /** -1..1: about 0 for a kernel that has nothing to do with the photo, and over 0.7 for the one that it was blurred with. */
  likeness: number;
  /** The share of the frequencies, 0..1, in which the photo stands above its noise: where few do, nothing can be told. */
  told: number;
}

/** Side of the Fourier transform. */
const SIDE = 256;
/** Side of the largest part, in pixels: two motions are rarely seen in larger ones, and smaller ones tell too little. */
export const LARGEST_PART = 160;
/** Frequencies that are looked at, in cycles a pixel: below there are too few, above there is little but noise. */
const BAND = { low: 0.03, high: 0.4 };
/** From here on a blurred photo holds nothing but noise. */
const NOISE_FROM = 0.45;
/** What is well above the noise, as a multiple of its power. */
const ABOVE_NOISE = 4;
/** Rings of equal frequency from 0 to 1 cycle a pixel. */
const RINGS = 64;
/** Frequencies that are averaged, each way: one alone is chance. */
const AVERAGED = 9;
/** A kernel lets through no less than this of the power: below, noise stands in the photo's place. */
const LEAST_POWER = 1e-3;

/**
 * Tells whether parts of a photo were blurred by a kernel, without sharpening them. A kernel dims the frequencies of a photo by its own
 * spectrum. Sharp photos have about as much of each frequency in all directions (Field, JOSA A 1987), so what differs along a ring of equal
 * frequency comes from the blur. The fit is its correlation with the kernel's own spectrum, both as logarithms. A blur that is the same in
 * all directions (a lens out of focus) cannot be told by it: the fit is then about 0.
 *
 * @returns the fit of a part of at most `LARGEST_PART` pixels a side
 */
export function fitOf(kernel: Kernel): (part: Plane) => Fit {
  const transform = fourier(SIDE, SIDE);
  const expected = averaged(powers(transform, transferFunction(kernel, transform)));
  const ofKernel = withoutRings(expected.map((value) => Math.log(value + LEAST_POWER)));
  return (part) => {
    const found = averaged(powers(transform, transform.forward(placed(faded(part), transform))));
    const noise = medianOf(found.filter((_, i) => FREQUENCIES[i] > NOISE_FROM));
    const inBand = found.filter((_, i) => isInBand(i));
    return {
      likeness: correlation(withoutRings(found.map(logarithm)), ofKernel),
      told: inBand.filter((value) => value > ABOVE_NOISE * noise).length / inBand.length,
    };
  };
}

const logarithm = (value: number) => Math.log(value + 1e-12);

/** Its mean taken off, and faded to its borders (Hann), where what goes round would jump. */
function faded({ data, height, width }: Plane): Plane {
  const hann = (length: number) =>
    Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length));
  const [down, across] = [hann(height), hann(width)];
  const weights = Float32Array.from(data, (_, i) => down[Math.floor(i / width)] * across[i % width]);
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  const mean = sum(data.map((value, i) => value * weights[i])) / sum(weights);
  return { height, width, data: data.map((value, i) => (value - mean) * weights[i]) };
}

/** |spectrum|^2 of all frequencies `[SIDE, SIDE]`, those across in rows. */
function powers({ height, width }: Fourier, spectrum: Float32Array): Float32Array {
  const half = power(spectrum);
  return Float32Array.from({ length: height * width }, (_, i) => {
    const [down, across] = [i % height, Math.floor(i / height)];
    return across <= width / 2 ? half[i] : half[(width - across) * height + ((height - down) % height)];
  });
}

/** Means over squares; the plane goes round. */
function averaged(plane: Float32Array): Float32Array {
  const reach = (AVERAGED - 1) / 2;
  const along = (values: Float32Array, at: (line: number, place: number) => number) => {
    const result = new Float32Array(values.length);
    for (let line = 0; line < SIDE; line++) {
      for (let place = 0; place < SIDE; place++) {
        let sum = 0;
        for (let by = -reach; by <= reach; by++) sum += values[at(line, (place + by + SIDE) % SIDE)];
        result[at(line, place)] = sum / AVERAGED;
      }
    }
    return result;
  };
  return along(
    along(plane, (line, place) => line * SIDE + place),
    (line, place) => place * SIDE + line,
  );
}

/** Cycles a pixel of the frequencies of a plane. */
const FREQUENCIES = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
  const signed = (k: number) => (k < SIDE / 2 ? k : k - SIDE) / SIDE;
  return Math.hypot(signed(i % SIDE), signed(Math.floor(i / SIDE)));
});

const isInBand = (i: number): boolean => FREQUENCIES[i] > BAND.low && FREQUENCIES[i] < BAND.high;

/** Less the mean of each ring; 0 outside the band. */
function withoutRings(plane: Float32Array): Float32Array {
  const rings = Array.from({ length: RINGS }, () => ({ sum: 0, count: 0 }));
  const ringOf = (i: number) => rings[Math.floor(RINGS * FREQUENCIES[i])];
  for (const [i, value] of plane.entries()) {
    if (!isInBand(i)) continue;
    const ring = ringOf(i);
    ring.sum += value;
    ring.count++;
  }
  return plane.map((value, i) => (isInBand(i) ? value - ringOf(i).sum / ringOf(i).count : 0));
}

/** Of two planes of mean 0. */
function correlation(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1);
}

const medianOf = (values: Float32Array): number => values.sort()[Math.floor(values.length / 2)];
