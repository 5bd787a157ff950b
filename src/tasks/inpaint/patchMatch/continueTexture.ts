import ndarray from 'ndarray';
import type { Steps } from '../../../core/inTurns.js';
import type { Raster } from '../../../images/raster.js';
import { readWindow, type Window, whiteOf } from '../../../images/readWindow.js';
import { writeWindow } from '../../../images/writeWindow.js';
import { chessboardDistance } from '../chessboardDistance.js';
import { type HoleMask, holeMask } from '../holeMask.js';
import { type Completed, complete, type Incomplete } from './complete.js';
import { type ConnectedHole, connectedHoles } from './connectedHoles.js';

/** What is looked at about a hole may have so many times the pixels that the hole may have. */
const WINDOW = 20;
/** A hole is filled from twice as far to each side as it is large, and at least from so many pixels: with less to choose from, things repeat. */
const LEAST_MARGIN = 256;
/** Rows that are written between two turns of the event loop. */
const ROWS = 32;

/**
 * Continues texture and structure into large holes, in place. Each hole that hangs together is filled from its own neighbourhood (see
 * complete). Where that is too large, it is matched at a half, a quarter, ... of the size. Each pixel then knows where it is copied from,
 * and is copied at full size, so that no detail is lost. So time and memory for a hole are bounded, however large the photo is.
 *
 * Samples of 8 and 16 bits and floats, grey or colour. Floats that are not finite are neither copied from nor changed.
 *
 * @param wanted what is to be filled
 * @param holes all holes: nothing is copied from them
 * @param most pixels of a hole that patches are matched over
 */
export function* continueTexture(raster: Raster, wanted: HoleMask, holes: HoleMask, most = 100_000): Steps<void> {
  const open = holes.data.slice();
  for (const hole of connectedHoles(wanted)) {
    yield;
    const window = windowAbout(hole.box, holes.shape);
    const scale = scaleFor(hole.pixels.length / most, (window.height * window.width) / (WINDOW * most));
    const reduced = yield* reduce(raster, { open, holes, window, scale });
    const completed = yield* complete({ ...reduced, depth: depthOf(hole, scale) });
    yield* enlarge(raster, { hole, window, scale, reduced, completed });
    for (const pixel of hole.pixels) open[pixel] = 0;
  }
}

/** How deep a hole is, in pixels of the small picture. */
function depthOf({ box, mask }: ConnectedHole, scale: number): number {
  const [rows, columns] = [Math.ceil(box.height / scale), Math.ceil(box.width / scale)];
  // With a pixel of what is known to each side.
  const small = holeMask([rows + 2, columns + 2], (y, x) => {
    const isInside = y > 0 && y <= rows && x > 0 && x <= columns;
    return isInside && mask.get(box.y + (y - 1) * scale, box.x + (x - 1) * scale) !== 0;
  });
  return chessboardDistance(small, 0).reduce((deepest, depth) => Math.max(deepest, depth), 1);
}

function windowAbout(box: Window, [height, width]: readonly number[]): Window {
  const margin = Math.max(LEAST_MARGIN, Math.round(2 * Math.sqrt(box.height * box.width)));
  const [y, x] = [Math.max(0, box.y - margin), Math.max(0, box.x - margin)];
  return {
    y,
    x,
    height: Math.min(height, box.y + box.height + margin) - y,
    width: Math.min(width, box.x + box.width + margin) - x,
  };
}

/** Pixels to each side that become one, where areas are so many times too large. */
const scaleFor = (...times: number[]): number => 2 ** Math.ceil(Math.log2(Math.max(1, ...times)) / 2);

/** The window at a fraction of the size, each pixel the mean of those of the picture; in the hole where any of them is. */
function* reduce(
  raster: Raster,
  { open, holes, window, scale }: { open: Uint8Array; holes: HoleMask; window: Window; scale: number },
): Steps<Omit<Incomplete, 'depth'>> {
  const [, fullWidth, channels] = raster.pixels.shape;
  const [height, width] = [Math.ceil(window.height / scale), Math.ceil(window.width / scale)];
  const colours = new Float32Array(height * width * channels);
  const [hole, unusable] = [new Uint8Array(height * width), new Uint8Array(height * width)];
  for (let y = 0; y < height; y++) {
    if (y % ROWS === 0) yield;
    const rows = Math.min(scale, window.height - y * scale);
    const band = readWindow(raster, { ...window, y: window.y + y * scale, height: rows });
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const columns = Math.min(scale, window.width - x * scale);
      for (let row = 0; row < rows; row++) {
        for (let column = x * scale; column < x * scale + columns; column++) {
          const full = (window.y + y * scale + row) * fullWidth + window.x + column;
          const from = (row * window.width + column) * channels;
          if (open[full] !== 0) hole[i] = 1;
          else if (holes.data[full] !== 0) unusable[i] = 1;
          for (let c = 0; c < channels; c++) {
            if (open[full] === 0 && !Number.isFinite(band.data[from + c])) unusable[i] = 1;
            colours[i * channels + c] += band.data[from + c] / (rows * columns);
          }
        }
      }
      if (hole[i] === 1) unusable[i] = 0;
      for (let c = 0; c < channels; c++)
        if (hole[i] === 1 || !Number.isFinite(colours[i * channels + c])) colours[i * channels + c] = 0;
    }
  }
  return { height, width, channels, colours, hole, unusable };
}

interface Enlarging {
  hole: ConnectedHole;
  window: Window;
  scale: number;
  reduced: Omit<Incomplete, 'depth'>;
  completed: Completed;
}

/**
 * Writes a hole: each pixel is copied from where the one of the small picture is, and changed by as much as that was to blend.
 * Between small pixels that are copied from side by side that change is interpolated, bilinearly.
 */
function* enlarge(raster: Raster, { hole, window, scale, reduced, completed }: Enlarging): Steps<void> {
  const [, , channels] = raster.pixels.shape;
  const { height, width } = reduced;
  const { colours, origin } = completed;
  const { box } = hole;
  const white = whiteOf(raster.pixels.data);
  for (let top = box.y; top < box.y + box.height; top += ROWS) {
    yield;
    const rows = Math.min(ROWS, box.y + box.height - top);
    const part = ndarray(new Float32Array(rows * box.width * channels), [rows, box.width, channels]);
    for (let y = top, to = 0; y < top + rows; y++) {
      for (let x = box.x; x < box.x + box.width; x++, to += channels) {
        if (hole.mask.get(y, x) === 0) continue;
        copy(y - window.y, x - window.x, part.data, to);
      }
    }
    writeWindow(raster, { y: top, x: box.x }, part, hole.mask);
  }

  /** @param y and x, in the window */
  function copy(y: number, x: number, data: Float32Array, to: number): void {
    const [smallY, smallX] = [Math.floor(y / scale), Math.floor(x / scale)];
    const own = smallY * width + smallX;
    const way = origin[own] - own;
    const source = origin[own] < 0 ? undefined : sample(y, x, origin[own], smallY, smallX);
    let all = 0;
    const sums = new Float64Array(channels);
    const [above, before] = [(y + 0.5) / scale - 0.5, (x + 0.5) / scale - 0.5];
    for (let row = Math.floor(above); row <= Math.floor(above) + 1; row++) {
      for (let column = Math.floor(before); column <= Math.floor(before) + 1; column++) {
        const weight = (1 - Math.abs(above - row)) * (1 - Math.abs(before - column));
        if (weight <= 0 || row < 0 || column < 0 || row >= height || column >= width) continue;
        const i = row * width + column;
        const isLike = source ? origin[i] >= 0 && origin[i] - i === way : origin[i] < 0;
        if (reduced.hole[i] === 0 || !isLike) continue;
        all += weight;
        for (let c = 0; c < channels; c++) {
          sums[c] += weight * (colours[i * channels + c] - (source ? reduced.colours[origin[i] * channels + c] : 0));
        }
      }
    }
    for (let c = 0; c < channels; c++) data[to + c] = sums[c] / all + (source?.[c] ?? 0);
  }

  function sample(y: number, x: number, from: number, smallY: number, smallX: number): number[] {
    const row = window.y + Math.min(window.height - 1, y + scale * (Math.floor(from / width) - smallY));
    const column = window.x + Math.min(window.width - 1, x + scale * ((from % width) - smallX));
    return Array.from({ length: channels }, (_, c) => raster.pixels.get(row, column, c) / white);
  }
}
