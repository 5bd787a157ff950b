import { PerpixelError } from '../../core/errors.js';
import type { Window } from '../../images/readWindow.js';

export interface TileOptions {
  height: number;
  width: number;
  /** A window has at most this many pixels squared, its overlap included. */
  tile: number;
  /** Pixels of context that each side of a tile needs: the receptive radius. */
  overlap: number;
  /** Windows start at, and measure, multiples of this. */
  stride: number;
}

/** What a tile reads, and the part of it that it answers for. */
export interface Tile {
  /** In the picture padded to the stride; all tiles of a grid have windows of one size. */
  window: Window;
  /** In the picture itself; the tiles' cores cover it once. */
  core: Window;
}

/** One axis, padded to the stride, cut into `count` windows of `size` that start `step` apart. */
interface Cut {
  size: number;
  step: number;
  count: number;
}

/**
 * Cuts a picture into rows of overlapping tiles, so that what a network of this receptive radius says of a tile's core is what
 * it says of it in the whole picture. All windows have one size, as engines plan for a size; windows at the border are moved
 * inwards and not made smaller. Of the shapes that `tile` allows, the one with the fewest pixels to work on is chosen.
 *
 * @returns rows of tiles, from the top, from the left
 * @throws PerpixelError E_OPTION the tile is so small that its overlap leaves no core
 */
export function tileGrid({ height, width, tile, overlap, stride }: TileOptions): Tile[][] {
  // At least the stride, so that the rows that padding mirrors are always in the window.
  const margin = roundUp(Math.max(overlap, stride - 1), stride);
  const paddedHeight = roundUp(height, stride);
  const paddedWidth = roundUp(width, stride);

  let best: { work: number; rows: Cut; columns: Cut } | undefined;
  for (let count = 1; count === 1 || count <= (paddedHeight - 2 * margin) / stride; count++) {
    const rows = cutInto(count, paddedHeight, margin, stride);
    const columns = cutToSize(Math.floor(tile ** 2 / rows.size), paddedWidth, margin, stride);
    if (rows.count !== count || columns === undefined) continue;
    const work = rows.size * rows.count * columns.size * columns.count;
    if (best === undefined || work < best.work) best = { work, rows, columns };
  }
  if (best === undefined) {
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: 'tile',
      received: `${tile}`,
      expected: `at least ${2 * margin + stride}, as the model looks ${overlap} pixels to each side`,
      cure: 'Leave it out, or choose a larger tile.',
    });
  }

  const rows = windowsAndCores(best.rows, height, paddedHeight, margin);
  const columns = windowsAndCores(best.columns, width, paddedWidth, margin);
  return rows.map((row) =>
    columns.map((column) => ({
      window: { y: row.start, x: column.start, height: best.rows.size, width: best.columns.size },
      core: { y: row.from, x: column.from, height: row.to - row.from, width: column.to - column.from },
    })),
  );
}

/**
 * The tiles that a part of a picture needs, for the same answers as in the whole.
 *
 * @param options.asWhole the very windows of the whole picture, those that the region needs of them. @default windows about the region
 */
export function regionGrid(whole: TileOptions, region: Window, { asWhole = false } = {}): Tile[][] {
  const { height, width, overlap, stride } = whole;
  const margin = roundUp(Math.max(overlap, stride - 1), stride);
  const around = (from: number, length: number, end: number) => {
    const start = Math.max(0, Math.floor(from / stride) * stride - margin);
    return { start, length: Math.min(end, roundUp(from + length, stride) + margin) - start };
  };
  const rows = asWhole ? { start: 0, length: height } : around(region.y, region.height, height);
  const columns = asWhole ? { start: 0, length: width } : around(region.x, region.width, width);
  const moved = (part: Window): Window => ({ ...part, y: part.y + rows.start, x: part.x + columns.start });
  return tileGrid({ ...whole, height: rows.length, width: columns.length })
    .map((tiles) =>
      tiles
        .map(({ window, core }) => ({ window: moved(window), core: overlapOf(moved(core), region) }))
        .filter(({ core }) => core.height > 0 && core.width > 0),
    )
    .filter((tiles) => tiles.length > 0);
}

/** What lies in both; of no height or width where nothing does. */
function overlapOf(a: Window, b: Window): Window {
  const [y, x] = [Math.max(a.y, b.y), Math.max(a.x, b.x)];
  return {
    ...{ y, x },
    height: Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y),
    width: Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x),
  };
}

/** `count` windows, or fewer where that many of a multiple of the stride would be more than are needed. */
function cutInto(count: number, padded: number, margin: number, stride: number): Cut {
  if (count === 1) return { size: padded, step: padded, count };
  const inner = padded - 2 * margin;
  const step = roundUp(Math.ceil(inner / count), stride);
  return { size: step + 2 * margin, step, count: Math.ceil(inner / step) };
}

/** The fewest windows of at most `largest`; undefined where those would have no core. */
function cutToSize(largest: number, padded: number, margin: number, stride: number): Cut | undefined {
  if (padded <= largest) return cutInto(1, padded, margin, stride);
  const step = Math.floor((largest - 2 * margin) / stride) * stride;
  return step > 0 ? cutInto(Math.ceil((padded - 2 * margin) / step), padded, margin, stride) : undefined;
}

function windowsAndCores({ size, step, count }: Cut, length: number, padded: number, margin: number) {
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, padded - size));
  return starts.map((start, i) => ({
    start,
    from: i === 0 ? 0 : start + margin,
    to: i === count - 1 ? length : starts[i + 1] + margin,
  }));
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
