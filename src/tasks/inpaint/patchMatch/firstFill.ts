import type { Steps } from '../../../core/inTurns.js';
import { RADIUS, type Scale } from './scale.js';

/** Change of brightness that a rim without any edge counts as, so that much of it known still goes before little. */
const FAINT = 0.02;
const SIDE = 2 * RADIUS + 1;

/**
 * A first idea of what a hole of a few pixels holds: copies patch by patch from the rim inwards, where edges run into the
 * hole and where most is known first. Tries all sources, so it is for the smallest scale.
 * Criminisi, Pérez, Toyama: Region filling and object removal by exemplar-based image inpainting. IEEE TIP 2004.
 *
 * Differs from the paper: the strength of the edge is the strongest in the patch that runs towards the middle of its open part. Of patches
 * that match equally well, the nearer one is copied.
 *
 * @param colours how many of a pixel's numbers are colours
 * @param perPixel what a pixel of way to the source costs
 */
export function* firstFill(scale: Scale, colours: number, perPixel: number): Steps<void> {
  const { values, height, width, channels, hole, holePixels, sources } = scale;
  const open = hole.slice();
  const confidence = Float32Array.from(hole, (isHole) => 1 - isHole);
  const patch = Int32Array.from(
    { length: SIDE * SIDE },
    (_, i) => (Math.floor(i / SIDE) - RADIUS) * width + (i % SIDE) - RADIUS,
  );
  const centreOver = (pixel: number): number => {
    const y = Math.min(Math.max(Math.floor(pixel / width), RADIUS), height - RADIUS - 1);
    return y * width + Math.min(Math.max(pixel % width, RADIUS), width - RADIUS - 1);
  };
  for (let front = frontier(); front.length > 0; front = frontier()) {
    let first = front[0];
    for (let i = 1, most = priority(first); i < front.length; i++) {
      const own = priority(front[i]);
      if (own > most) [first, most] = [front[i], own];
    }
    copy(first, mostAlike(first));
    yield;
  }

  /** The patches about the open pixels beside known ones. */
  function frontier(): number[] {
    const centres = new Set<number>();
    for (const pixel of holePixels) {
      if (open[pixel] === 0) continue;
      const x = pixel % width;
      const touches =
        (x > 0 && open[pixel - 1] === 0) ||
        (x < width - 1 && open[pixel + 1] === 0) ||
        (pixel >= width && open[pixel - width] === 0) ||
        (pixel < width * (height - 1) && open[pixel + width] === 0);
      if (touches) centres.add(centreOver(pixel));
    }
    return [...centres];
  }

  function priority(centre: number): number {
    let known = 0;
    let [down, right] = [0, 0];
    for (const [i, step] of patch.entries()) {
      known += confidence[centre + step];
      if (open[centre + step] === 0) continue;
      down += Math.floor(i / SIDE) - RADIUS;
      right += (i % SIDE) - RADIUS;
    }
    const length = Math.hypot(down, right) || 1;
    let strongest = 0;
    for (const [i, step] of patch.entries()) {
      const pixel = centre + step;
      if (i % SIDE === SIDE - 1 || i >= SIDE * (SIDE - 1)) continue;
      if (open[pixel] === 1 || open[pixel + 1] === 1 || open[pixel + width] === 1) continue;
      // An edge runs at right angles to the gradient.
      const along = gradient(pixel, 1) * down - gradient(pixel, width) * right;
      strongest = Math.max(strongest, Math.abs(along) / length);
    }
    return known * (strongest + FAINT);
  }

  function gradient(pixel: number, step: number): number {
    let sum = 0;
    for (let c = 0; c < colours; c++) sum += values[(pixel + step) * channels + c] - values[pixel * channels + c];
    return sum / colours;
  }

  function mostAlike(centre: number): number {
    const known = patch.filter((step) => open[centre + step] === 0);
    const [y, x] = [Math.floor(centre / width), centre % width];
    const perKnown = (perPixel * known.length) / patch.length;
    let [best, least] = [sources[0], Number.POSITIVE_INFINITY];
    for (const source of sources) {
      let sum = perKnown * Math.hypot(Math.floor(source / width) - y, (source % width) - x);
      for (let k = 0; k < known.length && sum < least; k++) {
        const [own, its] = [(centre + known[k]) * channels, (source + known[k]) * channels];
        for (let c = 0; c < channels; c++) sum += (values[own + c] - values[its + c]) ** 2;
      }
      if (sum < least) [best, least] = [source, sum];
    }
    return best;
  }

  function copy(centre: number, source: number): void {
    let known = 0;
    for (const step of patch) known += confidence[centre + step];
    for (const step of patch) {
      const pixel = centre + step;
      if (open[pixel] === 0) continue;
      for (let c = 0; c < channels; c++) values[pixel * channels + c] = values[(source + step) * channels + c];
      open[pixel] = 0;
      confidence[pixel] = known / patch.length;
    }
  }
}
