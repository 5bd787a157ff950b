import { setImmediate } from 'node:timers/promises';
import type { MapArray, MapKind } from '../../answers/answer.js';
import { averaged } from '../../images/averaged.js';
import { guidedClasses } from '../../images/guidedClasses.js';
import { guidedEnlargement } from '../../images/guidedEnlargement.js';
import { type GuideStatistics, guideStatistics } from '../../images/guidedFilter.js';
import type { Pixels, Raster } from '../../images/raster.js';
import type { Window } from '../../images/readWindow.js';
import { samplesLike } from '../../images/samplesLike.js';
import type { WholePlan } from '../../tasks/plan.js';

/** A grid on its way to a map. */
export interface GridInWork {
  grid: Pixels;
  plan: Pick<WholePlan, 'finish'>;
  kind: MapKind;
  /** Of the size of the photo or of its region, to be filled. */
  map: MapArray;
}

export interface EnlargeGridsOptions {
  signal?: AbortSignal;
  /** Which pixels of the photo the maps are of. @default all */
  region?: Window;
  /** Called as each strip of all maps is finished. */
  onStrip?: (finished: number, all: number) => void;
}

/** Pixels that are enlarged at one time: some tens of milliseconds. */
const STRIP = 1e6;

/** Enlarges grids along the edges of the photo into their maps, strip by strip, so that others have their turn and a stop is seen. */
export async function enlargeGrids(
  raster: Raster,
  inWork: readonly GridInWork[],
  { signal, region, onStrip }: EnlargeGridsOptions = {},
): Promise<void> {
  const [height, width] = raster.pixels.shape;
  const { y: top, x: left, height: rows, width: columns } = region ?? { y: 0, x: 0, height, width };
  const guides = new Map<string, GuideStatistics>();
  const parts = inWork.map(({ grid, plan, kind: { enlarge }, map }) => {
    const [gridRows, gridColumns] = grid.shape;
    const size = `${gridRows} x ${gridColumns}`;
    const guide = guides.get(size) ?? guideStatistics(averaged(raster, gridRows, gridColumns));
    guides.set(size, guide);
    const rowsOf =
      enlarge === 'argmax'
        ? guidedClasses(grid, guide, raster)
        : guidedEnlargement(grid, guide, raster, { keep: enlarge === 'exact' ? true : undefined });
    return { plan, map, rowsOf };
  });
  const strip = Math.max(1, Math.floor(STRIP / width));
  const all = Math.ceil(rows / strip);
  for (let y = 0, finished = 0; y < rows; y += strip) {
    const count = Math.min(strip, rows - y);
    for (const { plan, map, rowsOf } of parts) {
      const channels = map.shape[2];
      const row = columns * channels;
      const values = map.data.subarray(y * row, (y + count) * row);
      if (columns === width) rowsOf(top + y, count, values as Float32Array & Uint8Array);
      else {
        const whole = samplesLike(map.data, count * width * channels);
        rowsOf(top + y, count, whole as Float32Array & Uint8Array);
        for (let line = 0; line < count; line++) {
          const from = (line * width + left) * channels;
          values.set(whole.subarray(from, from + row), line * row);
        }
      }
      plan.finish?.(values);
      await setImmediate();
      signal?.throwIfAborted();
    }
    onStrip?.(++finished, all);
  }
}
