import { setImmediate as turn } from 'node:timers/promises';
import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { Session } from '../../engines/engine.js';
import { enlargedWindow } from '../../images/enlargedWindow.js';
import { padReflect } from '../../images/padReflect.js';
import type { Pixels, Raster, Samples } from '../../images/raster.js';
import { readWindow, type Window } from '../../images/readWindow.js';
import { samplesLike } from '../../images/samplesLike.js';
import { writeWindow } from '../../images/writeWindow.js';
import type { TiledPlan } from '../../tasks/plan.js';
import { selfEnsemble } from '../../tasks/selfEnsemble.js';
import type { Quality } from '../../tasks/task.js';
import { ask } from './ask.js';
import { regionGrid, type Tile, tileGrid } from './tileGrid.js';

/** How a picture is cut into tiles, and who is told of them. */
export interface PredictTiledOptions {
  /** Windows have at most this many pixels squared. @default the plan's */
  tile?: number;
  /** `best` averages over flips and quarter turns. @default 'balanced' */
  quality?: Quality;
  /** Stops at once; the tile that is under way goes on to its end, unheard, unless the session is stoppable. */
  signal?: AbortSignal;
  /** Only these pixels are written, and only the tiles that they need are run. @default all */
  region?: Window;
  /** Called as each tile is finished. */
  onTile?: (finished: number, all: number) => void;
  /**
   * What is written over: of the picture's size, times the model's scale; or a part of that, whose corner lies at `y`, `x` in it.
   * @default the picture itself
   */
  target?: Pick<Raster, 'pixels'> & { y?: number; x?: number };
}

const DEFAULT_TILE = 1024;

/** Where memory ran out, the tile that fitted, for the pictures after it. */
const fittingTiles = new WeakMap<Session, number>();

/**
 * Carries out a plan over a picture of any size, tile by tile, and writes the result over the picture or `target`. The pixels are in memory
 * once: 100 megapixels of 8 bits take 300 MB, and a few tiles. The result is that of the whole picture at once, to 1e-4. Its size is padded
 * to the model's stride by mirroring, below and to the right, as it would be for the whole.
 *
 * The engine works on one tile while the next is prepared. Where memory runs out the tile is halved, down to what the model's
 * overlap allows.
 *
 * @throws PerpixelError E_MEMORY the smallest tile is still too large; E_OPTION the tile is smaller than the overlap; E_MODEL the
 *   model enlarges, and the plan cannot
 */
export async function predictTiled(
  raster: Raster,
  plan: TiledPlan,
  session: Session,
  { tile, quality = 'balanced', signal, region, onTile, target = raster }: PredictTiledOptions = {},
): Promise<void> {
  const { reach = 0, symmetry = 'square', changing, beside } = plan;
  const { scale = 1 } = session.model.card;
  if (scale > 1 && !plan.enlarges) throw enlarges(session, scale);
  await plan.first?.(raster, signal);
  signal?.throwIfAborted();
  const { card } = session.model;
  const run: Session['run'] = (inputs) => ask(session, inputs, signal);
  const predictOnce = async (window: Pixels): Promise<Pixels> => {
    signal?.throwIfAborted();
    return plan.window(window, run);
  };
  const overlap = card.receptiveRadius + reach;
  const take = symmetry === 'none' ? knownWindow : paddedWindow;
  const predict = (window: Pixels) => withLessMemory(window, predictOnce, { session, overlap, take });
  const ensemble = quality === 'best' && symmetry !== 'none';
  const answer = async (window: Pixels) => {
    await turn();
    return ensemble ? selfEnsemble(window, predict, { symmetry }) : predict(window);
  };

  const [height, width] = raster.pixels.shape;
  const planesOf = (planes: NdArray<Samples>, window: Window): Pixels => {
    if (planes.shape[0] === height && planes.shape[1] === width) return take({ pixels: planes, top: 0 }, window);
    const inside = knownPart(window, height, width);
    const known = enlargedWindow(planes, [height, width], inside);
    return take === knownWindow ? known : toSize(known, window);
  };
  const asked = { height, width, tile: tile ?? defaultTile(session, overlap, plan.tile), overlap, stride: card.stride };
  // Windows that see to all themselves answer as they are cut: those of the region are cut as those of the whole.
  const grid = region ? regionGrid(asked, region, { asWhole: symmetry === 'none' }) : tileGrid(asked);
  const rows = changing ? tilesThatChange(grid, changing) : grid;
  const all = rows.reduce((sum, tiles) => sum + tiles.length, 0);
  let finished = 0;
  for (const { band, tiles } of bandsOf(raster.pixels, rows)) {
    const windows = tiles.map((part) => () => {
      const own = take(band, part.window);
      return beside ? joined(own, planesOf(beside, part.window)) : own;
    });
    for await (const [i, result] of oneAhead(windows, answer)) {
      // To cut a tile out, to prepare it, to write it: each takes a tenth of a second or so, and others have their turn in between.
      await turn();
      signal?.throwIfAborted();
      const { y, x } = tiles[i].core;
      const place = { y: scale * y - (target.y ?? 0), x: scale * x - (target.x ?? 0) };
      writeWindow(target, place, cropped(result, tiles[i], scale), changing);
      onTile?.(++finished, all);
      await turn();
    }
  }
}

function defaultTile(session: Session, overlap: number, planned = DEFAULT_TILE): number {
  const { stride } = session.model.card;
  const smallest = 2 * (overlap + stride) + stride;
  const usual = Math.max(planned, 4 * overlap);
  return Math.max(smallest, Math.min(usual, fittingTiles.get(session) ?? usual));
}

/** The rows without the tiles that no pixel changes in. */
function tilesThatChange(grid: Tile[][], changing: NdArray<Samples>): Tile[][] {
  const changes = ({ core: { y, x, height, width } }: Tile): boolean => {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) if (changing.get(row, column) !== 0) return true;
    }
    return false;
  };
  return grid.map((tiles) => tiles.filter(changes)).filter((tiles) => tiles.length > 0);
}

/** A row of tiles with the pixels that it reads, as they were before the row above was written. */
interface Band {
  band: { pixels: Raster['pixels']; top: number };
  tiles: Tile[];
}

/** The rows of tiles, each with a copy of its pixels: what the row above wrote into is taken from that row's copy. */
function* bandsOf(pixels: Raster['pixels'], rows: Tile[][]): Generator<Band> {
  const [height] = pixels.shape;
  let above: Band['band'] | undefined;
  let written = 0;
  for (const tiles of rows) {
    const { y: top, height: size } = tiles[0].window;
    const bottom = Math.min(height, top + size);
    const parts = [pixels.lo(Math.max(top, written)).hi(bottom - Math.max(top, written))];
    if (above && top < written) parts.unshift(above.pixels.lo(top - above.top).hi(written - top));
    above = { pixels: stacked(parts), top };
    yield { band: above, tiles };
    written = tiles[0].core.y + tiles[0].core.height;
  }
}

/** Copies pictures of one width below each other. */
function stacked(parts: Raster['pixels'][]): Raster['pixels'] {
  const [, width, channels] = parts[0].shape;
  const height = parts.reduce((sum, part) => sum + part.shape[0], 0);
  const data = samplesLike(parts[0].data, height * width * channels);
  let at = 0;
  for (const part of parts) {
    const length = part.shape[0] * width * channels;
    data.set(part.data.subarray(part.offset, part.offset + length), at);
    at += length;
  }
  return ndarray(data, [height, width, channels]);
}

/** What of a window lies in the picture. */
function knownWindow({ pixels, top }: Band['band'], { y, ...window }: Window): Pixels {
  return readWindow({ pixels }, knownPart({ y: y - top, ...window }, pixels.shape[0], pixels.shape[1]));
}

function knownPart({ y, x, height, width }: Window, rows: number, columns: number): Window {
  return { y, x, height: Math.min(height, rows - y), width: Math.min(width, columns - x) };
}

/** A window of the picture padded to the stride; only the last row and column of windows reach into the padding. */
function paddedWindow(band: Band['band'], window: Window): Pixels {
  return toSize(knownWindow(band, window), window);
}

function toSize(known: Pixels, { height, width }: Window): Pixels {
  const bottom = height - known.shape[0];
  const right = width - known.shape[1];
  return bottom === 0 && right === 0 ? known : padReflect(known, { bottom, right });
}

/** The channels of both, one after the other. */
function joined(a: Pixels, b: Pixels): Pixels {
  const [height, width, own] = a.shape;
  const all = own + b.shape[2];
  const both = ndarray(new Float32Array(height * width * all), [height, width, all]);
  for (let c = 0; c < all; c++) {
    const { data, offset, stride } = c < own ? a.pick(null, null, c) : b.pick(null, null, c - own);
    for (let y = 0, to = c; y < height; y++) {
      for (let x = 0; x < width; x++, to += all) both.data[to] = data[offset + y * stride[0] + x * stride[1]];
    }
  }
  return both;
}

/** The core of what a tile answers, which is `scale` times as large as the tile. */
function cropped(result: Pixels, { window, core }: Tile, scale: number): Pixels {
  return result
    .lo(scale * (core.y - window.y), scale * (core.x - window.x))
    .hi(scale * core.height, scale * core.width);
}

function enlarges({ model }: Session, scale: number): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    subject: model.path,
    received: `a network whose answer is ${scale} times as high and as wide as the photo`,
    expected: 'one that keeps the size, for this task',
    cure: 'Use it with denoise or derain.',
  });
}

/** Runs the windows in turn, the next one started before the last one's result is handed out. */
async function* oneAhead(
  windows: readonly (() => Pixels)[],
  run: (window: Pixels) => Promise<Pixels>,
): AsyncGenerator<[index: number, result: Pixels]> {
  let next = run(windows[0]());
  for (let i = 0; i < windows.length; i++) {
    const current = next;
    if (i + 1 < windows.length) {
      next = run(windows[i + 1]());
      next.catch(() => {}); // Awaited in its turn; until then, and if the one before it fails, nobody else would catch it.
    }
    yield [i, await current];
  }
}

/** Runs a window, and where memory is short, as tiles of half the size; the session's later pictures begin with those. */
async function withLessMemory(
  window: Pixels,
  predict: (window: Pixels) => Promise<Pixels>,
  context: { session: Session; overlap: number; take: typeof paddedWindow },
): Promise<Pixels> {
  try {
    return await predict(window);
  } catch (error) {
    const [height, width] = window.shape;
    const tiles = isOutOfMemory(error) ? halved(window, context.session, context.overlap) : undefined;
    if (tiles === undefined) throw error;
    let whole: Pixels | undefined;
    for (const part of tiles.flat()) {
      const taken = context.take({ pixels: window, top: 0 }, part.window);
      const result = await withLessMemory(taken, predict, context);
      const channels = result.shape[2];
      const { scale = 1 } = context.session.model.card;
      const [rows, columns] = [scale * height, scale * width];
      whole ??= ndarray(new Float32Array(rows * columns * channels), [rows, columns, channels]);
      writeWindow({ pixels: whole }, { y: scale * part.core.y, x: scale * part.core.x }, cropped(result, part, scale));
    }
    return whole!;
  }
}

/** The tiles of half a window's size; undefined where the overlap allows none that are smaller. */
function halved(window: Pixels, session: Session, overlap: number): Tile[][] | undefined {
  const [height, width] = window.shape;
  const tile = Math.floor(Math.sqrt(height * width) / 2);
  const { stride } = session.model.card;
  try {
    const rows = tileGrid({ height, width, tile, overlap, stride });
    fittingTiles.set(session, Math.min(tile, fittingTiles.get(session) ?? tile));
    return rows;
  } catch (error) {
    if (error instanceof PerpixelError && error.code === 'E_OPTION') return undefined;
    throw error;
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof PerpixelError && error.code === 'E_MEMORY';
}
