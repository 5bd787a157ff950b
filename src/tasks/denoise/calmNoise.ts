import { luma601 } from '../../images/grey.js';
import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';

/** Deviations of what differs from pixel to pixel, of half the photo's size, in its calmest parts; 0..1 units. */
export interface CalmNoise {
  luma: number;
  /** Root mean square of Cb and Cr; 0 of a grey photo. */
  chroma: number;
}

/** Pixels of the photo each way that are compared: blocks of 8 x 8 of half the size. */
const SIDE = 16;
/** Of all blocks, how many are calmer than what is taken for calm. */
const CALM = 0.1;
/** Nearer to black or white than this noise is cut off. */
const MARGIN = 0.06;
/** Blocks that are looked at, of a large photo. */
const MOST_BLOCKS = 40_000;

/**
 * How much the calmest tenth of a photo varies. Noise is everywhere and texture is not, so a photo whose calm places are calm has no noise
 * to speak of, whatever its texture looks like. Means of 2 x 2 pixels are compared, as cameras and JPEG leave little of noise in the finest
 * differences; of those the diagonal differences, which edges have least of (Haar's).
 */
export function calmNoise({ pixels }: Pick<Raster, 'pixels'>): CalmNoise {
  const { data, offset, stride, shape } = pixels;
  const [height, width, channels] = shape;
  const white = whiteOf(data);
  const [rows, columns] = [Math.floor(height / SIDE), Math.floor(width / SIDE)];
  const every = Math.max(1, Math.ceil(Math.sqrt((rows * columns) / MOST_BLOCKS)));
  const grey: number[] = [];
  const colour: number[] = [];
  const last = channels - 1;
  const meanOf = (y: number, x: number, c: number) => {
    const at = offset + y * stride[0] + x * stride[1] + c * stride[2];
    return (data[at] + data[at + stride[0]] + data[at + stride[1]] + data[at + stride[0] + stride[1]]) / (4 * white);
  };
  const diagonal = (y: number, x: number, c: number) =>
    (meanOf(y, x, c) - meanOf(y + 2, x, c) - meanOf(y, x + 2, c) + meanOf(y + 2, x + 2, c)) / 2;
  for (let row = 0; row < rows; row += every) {
    for (let column = 0; column < columns; column += every) {
      const middle = meanOf(row * SIDE + 7, column * SIDE + 7, Math.min(1, last));
      if (middle < MARGIN || middle > 1 - MARGIN) continue;
      let [luma, chroma] = [0, 0];
      for (let y = row * SIDE; y < (row + 1) * SIDE; y += 4) {
        for (let x = column * SIDE; x < (column + 1) * SIDE; x += 4) {
          const [red, green, blue] = [0, 1, 2].map((c) => diagonal(y, x, Math.min(c, last)));
          const brightness = luma601(red, green, blue);
          luma += brightness ** 2 / 16;
          chroma += (((red - brightness) / 1.402) ** 2 + ((blue - brightness) / 1.772) ** 2) / 32;
        }
      }
      grey.push(luma);
      colour.push(chroma);
    }
  }
  const calm = (powers: number[]) => Math.sqrt(powers.sort((a, b) => a - b)[Math.floor(CALM * powers.length)] ?? 0);
  return { luma: calm(grey), chroma: channels === 1 ? 0 : calm(colour) };
}
