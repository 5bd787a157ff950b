import ndarray from 'ndarray';
import { fitsOfRow } from './fitsOfRow.js';
import { guidedFits } from './guidedFits.js';
import type { Pixels } from './raster.js';

/** Gives rows `y` to `y + rows.shape[0]` of the enlarged map, `[rows, width]`, for these rows of the large guide. */
export type ClassRows = (rows: Pixels, y: number) => Uint8Array;

/** Pixels of the small map to each side from which a class may come: as far as its windows move a border. */
const REACH = 2;

/**
 * Which channel of a map is the largest, pixel by pixel, when the map is enlarged along the edges of a picture: what
 * `guidedEnlargement` of all channels would say, but only those are enlarged, and only there, that are the largest of the
 * small map close by. Of 40 classes these are one or two, so that it costs little more than one channel.
 *
 * @param scores `[h, w, c]`, at most 256 channels
 * @param guide the picture at the size of the map, `[h, w, 1 or 3]`, 0..1
 * @param size of the result, in pixels: that of the large picture
 */
export function guidedClasses(
  scores: Pixels,
  guide: Pixels,
  [height, width]: readonly [height: number, width: number],
): ClassRows {
  const [rows, columns] = scores.shape;
  const colours = guide.shape[2];
  const terms = colours + 1;
  const { winners, kept } = largest(scores);
  const each = terms * kept.length;
  const nearby = candidates(winners, kept.length, rows, columns);
  const { across, row: fitsOf } = fitsOfRow(guidedFits(only(scores, kept), guide), [rows, columns], [height, width]);

  return ({ data, shape: [count] }, y) => {
    const classes = new Uint8Array(count * width);
    for (let row = 0, i = 0; row < count; row++) {
      const fits = fitsOf(y + row);
      const beside = Math.min(Math.floor(((y + row) * rows) / height), rows - 1) * columns;
      for (let x = 0; x < width; x++, i++) {
        const first = across.first[x];
        const among = nearby[beside + first];
        let best = among[0];
        if (among.length > 1) {
          let most = Number.NEGATIVE_INFINITY;
          const share = across.share[x];
          for (let n = 0; n < among.length; n++) {
            const a = first * each + among[n] * terms;
            const b = across.second[x] * each + among[n] * terms;
            let sum = fits[a + colours] + share * (fits[b + colours] - fits[a + colours]);
            for (let k = 0; k < colours; k++) {
              sum += (fits[a + k] + share * (fits[b + k] - fits[a + k])) * data[i * colours + k];
            }
            if (sum > most) {
              best = among[n];
              most = sum;
            }
          }
        }
        classes[i] = kept[best];
      }
    }
    return classes;
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

/** For each pixel, what wins within reach of it. Pixels of the same candidates share a list. */
function candidates(winners: Uint8Array, classes: number, rows: number, columns: number): number[][] {
  const lists = new Map<string, number[]>();
  const seen = new Uint8Array(classes);
  return Array.from(winners, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    seen.fill(0);
    for (let v = Math.max(y - REACH, 0); v <= Math.min(y + REACH, rows - 1); v++) {
      for (let u = Math.max(x - REACH, 0); u <= Math.min(x + REACH, columns - 1); u++)
        seen[winners[v * columns + u]] = 1;
    }
    const key = seen.join('');
    const list = lists.get(key) ?? Array.from(seen.keys()).filter((c) => seen[c] === 1);
    lists.set(key, list);
    return list;
  });
}

function only({ data, shape: [height, width, channels] }: Pixels, kept: readonly number[]): Pixels {
  const values = new Float32Array(height * width * kept.length);
  for (let i = 0, at = 0; i < height * width; i++) for (const c of kept) values[at++] = data[i * channels + c];
  return ndarray(values, [height, width, kept.length]);
}
