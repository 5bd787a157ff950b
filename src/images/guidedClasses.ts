import ndarray from 'ndarray';
import type { MapRows } from './guidedEnlargement.js';
import type { GuideStatistics } from './guidedFilter.js';
import { guidedRuns } from './guidedRuns.js';
import type { Pixels, Raster } from './raster.js';

/** Pixels of the small map to each side from which a class may come: as far as its windows move a border. */
const REACH = 2;

/**
 * Which channel of a map is the largest, pixel by pixel, when the map is enlarged along the edges of a picture. The result is that of
 * `guidedEnlargement` of all channels, but a channel is enlarged only where it is the largest of the small map nearby. Of 40 classes these
 * are one or two, so that it costs little more than one channel.
 *
 * @param scores `[h, w, c]`, at most 256 channels
 * @param statistics of the picture at the size of the map
 * @param picture at the size that is wanted, of as many colours
 */
export function guidedClasses(
  scores: Pixels,
  statistics: GuideStatistics,
  picture: Pick<Raster, 'pixels'>,
): MapRows<Uint8Array> {
  const { winners, kept } = largest(scores);
  const [rows, columns] = scores.shape;
  const nearby = candidates(winners, rows, columns);
  const width = picture.pixels.shape[1];
  const { starts, rowOf, columnOf, evaluate } = guidedRuns(only(scores, kept), statistics, picture);
  /** How much more likely than the first of those nearby. */
  const [most, values] = [new Float32Array(width), new Float32Array(width)];

  return (y, count, classes) => {
    for (let row = 0; row < count; row++) {
      for (let run = 0; run < columnOf.length; run++) {
        const length = starts[run + 1] - starts[run];
        const at = row * width + starts[run];
        const among = nearby[rowOf[y + row] * columns + columnOf[run]];
        classes.fill(kept[among[0]], at, at + length);
        most.fill(0, 0, length);
        for (let n = 1; n < among.length; n++) {
          evaluate({ y: y + row, run, values, at: 0, step: 1 }, among[n], among[0]);
          for (let i = 0; i < length; i++) {
            if (values[i] <= most[i]) continue;
            most[i] = values[i];
            classes[at + i] = kept[among[n]];
          }
        }
      }
    }
  };
}

/** The largest channel of each pixel, as its place among those that are the largest anywhere. */
function largest({ data, shape: [height, width, channels] }: Pixels): { winners: Uint8Array; kept: number[] } {
  const first = new Uint8Array(height * width);
  for (let i = 0; i < first.length; i++) {
    for (let c = 1; c < channels; c++) if (data[i * channels + c] > data[i * channels + first[i]]) first[i] = c;
  }
  const kept = [...new Set(first)].sort((a, b) => a - b);
  return { winners: first.map((c) => kept.indexOf(c)), kept };
}

/** For each pixel, what wins within reach of it. */
function candidates(winners: Uint8Array, rows: number, columns: number): number[][] {
  return Array.from(winners, (own, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    const found = [own];
    for (let v = Math.max(y - REACH, 0); v <= Math.min(y + REACH, rows - 1); v++) {
      for (let u = Math.max(x - REACH, 0); u <= Math.min(x + REACH, columns - 1); u++) {
        const winner = winners[v * columns + u];
        if (!found.includes(winner)) found.push(winner);
      }
    }
    return found;
  });
}

function only({ data, shape: [height, width, channels] }: Pixels, kept: readonly number[]): Pixels {
  const values = new Float32Array(height * width * kept.length);
  for (let i = 0, at = 0; i < height * width; i++) for (const c of kept) values[at++] = data[i * channels + c];
  return ndarray(values, [height, width, kept.length]);
}
