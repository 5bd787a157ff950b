import { setImmediate } from 'node:timers/promises';
import type { MapArray, MapKind } from '../../answers/answer.js';
import { averaged } from '../../images/averaged.js';
import { guidedClasses } from '../../images/guidedClasses.js';
import { guidedEnlargement } from '../../images/guidedEnlargement.js';
import { type GuideStatistics, guideStatistics } from '../../images/guidedFilter.js';
import type { Pixels, Raster } from '../../images/raster.js';
import type { WholePlan } from '../../tasks/plan.js';

/** A grid on its way to a map. */
export interface GridInWork {
  grid: Pixels;
  plan: WholePlan;
  kind: MapKind;
  /** Of the photo's size, to be filled. */
  map: MapArray;
}

export interface EnlargeGridsOptions {
  signal?: AbortSignal;
  /** Called as each strip of all maps is finished. */
  onStrip?: (finished: number, all: number) => void;
}

/** Pixels that are enlarged at one time: some tens of milliseconds. */
const STRIP = 1e6;

/** Enlarges grids along the edges of the photo into their maps, strip by strip, so that others have their turn and a stop is seen. */
export async function enlargeGrids(
  raster: Raster,
  inWork: readonly GridInWork[],
  { signal, onStrip }: EnlargeGridsOptions = {},
): Promise<void> {
  const [height, width] = raster.pixels.shape;
  const guides = new Map<string, GuideStatistics>();
  const parts = inWork.map(({ grid, plan, kind: { enlarge }, map }) => {
    const [rows, columns] = grid.shape;
    const guide = guides.get(`${rows} x ${columns}`) ?? guideStatistics(averaged(raster, rows, columns));
    guides.set(`${rows} x ${columns}`, guide);
    const rowsOf =
      enlarge === 'argmax'
        ? guidedClasses(grid, guide, raster)
        : guidedEnlargement(grid, guide, raster, { keep: enlarge === 'exact' ? true : undefined });
    return { plan, map, rowsOf };
  });
  const strip = Math.max(1, Math.floor(STRIP / width));
  const all = Math.ceil(height / strip);
  for (let y = 0, finished = 0; y < height; y += strip) {
    const count = Math.min(strip, height - y);
    for (const { plan, map, rowsOf } of parts) {
      const row = width * map.shape[2];
      const values = map.data.subarray(y * row, (y + count) * row);
      rowsOf(y, count, values as Float32Array & Uint8Array);
      plan.finish?.(values);
      await setImmediate();
      signal?.throwIfAborted();
    }
    onStrip?.(++finished, all);
  }
}
