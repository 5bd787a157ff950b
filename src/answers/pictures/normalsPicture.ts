import type { Raster } from '../../images/raster.js';
import { strokeText, strokeTextWidth } from '../../images/strokeText.js';
import type { MapArray } from '../answer.js';
import { drawSvg } from '../drawSvg.js';
import { type Key, mapAndKey, type Paint, pictureWidth, wordSize } from './mapAndKey.js';

/** Radius of the ball, in sizes of words. */
const RADIUS = 2.2;

/**
 * Normals in colours, (n + 1) / 2 as normal maps have it, with a ball of the same colours below: what faces as the
 * ball does at a place has the ball's colour there.
 *
 * @param map unit vectors
 */
export async function normalsPicture(map: MapArray): Promise<Raster> {
  const paint: Paint = (at, bytes, to) => {
    for (let c = 0; c < 3; c++) bytes[to + c] = byte(map.data[at + c]);
  };
  return mapAndKey(map, paint, await ball(wordSize(map), pictureWidth(map)));
}

const byte = (component: number) => Math.round(((component + 1) / 2) * 255);

async function ball(size: number, width: number): Promise<Key> {
  const height = Math.ceil((2 * RADIUS + 1) * size);
  const [cx, cy, radius] = [width / 2, height / 2, RADIUS * size];
  const beside = radius + size / 2;
  const text = (words: string, x: number, y: number) => strokeText(words, { x, y: y + size / 4, size });
  const pixels = await drawSvg(
    [
      text('faces left', cx - beside - size * strokeTextWidth('faces left'), cy),
      text('faces right', cx + beside, cy),
      text('up', cx + beside, cy - 0.8 * radius),
      text('down', cx + beside, cy + 0.8 * radius),
    ].join(''),
    height,
    width,
  );
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [x, y] = [(column + 0.5 - cx) / radius, (cy - row - 0.5) / radius];
      const square = x * x + y * y;
      if (square < 1) pixels.set([x, y, Math.sqrt(1 - square)].map(byte), 3 * (row * width + column));
    }
  }
  return { height, pixels };
}
