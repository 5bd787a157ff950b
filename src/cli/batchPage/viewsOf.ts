import { averaged } from '../../images/averaged.js';
import { encodeRaster } from '../../images/encodeRaster.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { readWindow, type Window, whiteOf } from '../../images/readWindow.js';
import type { View } from './batchPage.js';

/** Longest side of a picture in the page, in pixels. */
const LONGEST = 1024;
/** Sides of the part that is shown at its own size. */
const DETAIL = { height: 480, width: 720 };
/** Of the pixels, one in so many each way is compared. */
const STEP = 4;

/**
 * What a page shows of a photo and its result: the whole. Where that had to be made smaller, which takes noise away by itself, it also
 * shows the part that changed most at its own size. A result that is larger is shown beside the photo enlarged to its size.
 */
export async function viewsOf(before: Raster, after: Raster): Promise<View[]> {
  const whole = await wholeView('the whole', before, after);
  const [height, width] = after.pixels.shape;
  const [rows, columns] = before.pixels.shape;
  const times = height / rows;
  const isAlike = Number.isInteger(times) && width === times * columns;
  if (!isAlike || Math.max(height, width) <= LONGEST) return [whole];
  const part = mostChanged(before, after, times);
  const larger = { y: times * part.y, x: times * part.x, height: times * part.height, width: times * part.width };
  const caption = `${larger.width} x ${larger.height} pixels at their own size, from ${larger.x}, ${larger.y}`;
  const [from, to] = await Promise.all([
    jpegUri(readWindow(before, part), before),
    jpegUri(readWindow(after, larger), after),
  ]);
  return [whole, { caption, before: from, after: to, width: larger.width, height: larger.height }];
}

/** A photo and what was made of it, each whole, where they need not be of one size: a picture of a map has a key below. */
export async function wholeView(caption: string, before: Raster, after: Raster): Promise<View> {
  const [height, width] = after.pixels.shape;
  const scale = Math.min(1, LONGEST / Math.max(height, width));
  const reduced = (raster: Raster) => {
    const [rows, columns] = raster.pixels.shape;
    return averaged(raster, Math.max(1, Math.round(rows * scale)), Math.max(1, Math.round(columns * scale)));
  };
  const [from, to] = await Promise.all([before, after].map((raster) => jpegUri(reduced(raster), raster)));
  return { caption, before: from, after: to, width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** In the photo's own profile, which browsers know how to read. */
async function jpegUri(pixels: Pixels, { metadata: { icc } }: Raster): Promise<string> {
  const metadata = { format: 'jpeg', bitDepth: 8, icc } as const;
  const jpeg = await encodeRaster({ pixels, metadata }, { quality: 90 });
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}

/** Of the parts that the photo can be cut into, the one whose samples differ most. @param times how many times as high and wide the result is */
function mostChanged(before: Raster, after: Raster, times: number): Window {
  const [rows, columns, channels] = before.pixels.shape;
  const height = Math.min(Math.floor(DETAIL.height / times), rows);
  const width = Math.min(Math.floor(DETAIL.width / times), columns);
  const whites = [whiteOf(before.pixels.data), whiteOf(after.pixels.data)];
  let best: Window = { y: 0, x: 0, height, width };
  let most = -1;
  for (let y = 0; y + height <= rows; y += height) {
    for (let x = 0; x + width <= columns; x += width) {
      let sum = 0;
      for (let v = y; v < y + height; v += STEP) {
        for (let u = x; u < x + width; u += STEP) {
          for (let c = 0; c < channels; c++) {
            sum += Math.abs(
              before.pixels.get(v, u, c) / whites[0] - after.pixels.get(times * v, times * u, c) / whites[1],
            );
          }
        }
      }
      if (sum > most) [best, most] = [{ y, x, height, width }, sum];
    }
  }
  return best;
}
