import ndarray from 'ndarray';
import type { Random } from '../core/random.js';
import type { Pixels } from '../images/raster.js';
import { strokeGlyph } from '../images/strokeGlyph.js';
import { ALPHABET } from './letters.js';
import { drawStrokes, type Point } from './strokes.js';

/** The shape of holes: letters, thin lines, brush strokes, boxes, or large areas. */
export type HoleKind = 'text' | 'scratches' | 'brush' | 'rectangles' | 'large';

/** What is drawn where no kind is asked for: thin holes mostly, as photos that are worth restoring have. */
const MIXED: readonly HoleKind[] = [
  ...Array<HoleKind>(3).fill('text'),
  ...Array<HoleKind>(2).fill('scratches'),
  ...Array<HoleKind>(2).fill('brush'),
  'rectangles',
];

/** A hole is never all of the picture, so that there is something to fill it from. */
const MOST = 0.7;

/**
 * Takes random holes out of a picture: running text, scratches, broad brush strokes, rectangles, or one large hole.
 *
 * @param clean `[h, w, c]`
 * @param kind where not given, three times in eight text, twice scratches, twice brush strokes, once rectangles
 * @returns the picture, 0 in the holes, and the mask `[h, w, 1]`, 1 in the holes; at least one pixel and at most 70 %
 */
export function holes(clean: Pixels, random: Random, kind?: HoleKind): { holed: Pixels; mask: Pixels } {
  const [height, width, channels] = clean.shape;
  const draw = DRAW[kind ?? random.pick(MIXED)];
  let mask: Pixels;
  let share: number;
  do {
    mask = ndarray(new Float32Array(height * width), [height, width, 1]);
    draw(mask, random);
    share = mask.data.reduce((a, b) => a + b, 0) / mask.size;
  } while (share === 0 || share > MOST);
  const holed = clean.data.map((v, i) => (mask.data[Math.floor(i / channels)] ? 0 : v));
  return { holed: ndarray(holed, clean.shape), mask };
}

/** A crop's holes are those of a photo of this size, so that a crop sees them at their true scale. */
const PHOTO = { height: 320, width: 480 };

const DRAW: Record<HoleKind, (mask: Pixels, random: Random) => void> = {
  text,
  scratches,
  brush,
  rectangles,
  large,
};

/** Lines of words of random letters over the whole mask, all of one stroke width and slant. */
function text(mask: Pixels, random: Random): void {
  const [height, width] = mask.shape;
  const weight = random.uniform(0.05, 0.15);
  const slant = random.chance(0.25) ? random.uniform(0, 0.3) : 0;
  const angle = random.chance(0.25) ? random.uniform(-0.3, 0.3) : 0;
  const turned = ([x, y]: Point): Point => [x + y * Math.sin(angle), y + (x - width / 2) * Math.sin(angle)];
  const reach = width * Math.abs(Math.sin(angle));
  for (let y = random.uniform(-20, 10) - reach; y < height + reach + 10; ) {
    const size = random.uniform(11, 26);
    let x = random.uniform(-20, 6);
    y += size * random.uniform(0.6, 0.9);
    while (x < width) {
      for (let letters = 2 + random.integer(7); letters > 0; letters--) {
        const { lines, advance } = strokeGlyph(random.pick(ALPHABET));
        for (const line of lines) {
          const points = line.map(([lx, ly]) => turned([x + size * (lx - slant * ly), y + size * ly]));
          drawStrokes(mask, points, Math.max(size * weight, 1));
        }
        x += size * advance;
      }
      x += size * 0.35;
    }
    y += size * 0.9;
  }
}

/** Thin wandering lines, 10 to 20 to a photo. */
function scratches(mask: Pixels, random: Random): void {
  const window = windowInPhoto(mask, random);
  for (let n = 10 + random.integer(11); n > 0; n--) {
    const points = wander(random, window, 8, { x: window.width / 12, y: window.height / 12 });
    drawStrokes(mask, points, random.uniform(1, 3.5));
  }
}

/** Broad strokes that turn at random, as somebody paints over what is to go. */
function brush(mask: Pixels, random: Random): void {
  const window = windowInPhoto(mask, random);
  for (let n = 4 + random.integer(12); n > 0; n--) {
    const step = random.uniform(8, 60);
    drawStrokes(mask, wander(random, window, 3 + random.integer(8), { x: step, y: step }), random.uniform(5, 40));
  }
}

function rectangles(mask: Pixels, random: Random): void {
  const [height, width] = mask.shape;
  for (let n = 1 + random.integer(4); n > 0; n--) {
    const [h, w] = [height, width].map((side) => Math.max(Math.round(side * random.uniform(0.08, 0.45)), 1));
    const [top, left] = [random.integer(height - h + 1), random.integer(width - w + 1)];
    for (let y = top; y < top + h; y++) mask.data.fill(1, y * width + left, y * width + left + w);
  }
}

/** One ellipse or rectangle about the middle, a fifth to a third of the sides, as of a thing that is taken out. */
function large(mask: Pixels, random: Random): void {
  const [height, width] = mask.shape;
  const [halfHeight, halfWidth] = [height, width].map((side) => side * random.uniform(0.1, 0.17));
  const [centreY, centreX] = [height, width].map((side) => side * random.uniform(0.25, 0.75));
  const isEllipse = random.chance(0.5);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [down, right] = [Math.abs(y - centreY) / halfHeight, Math.abs(x - centreX) / halfWidth];
      if (isEllipse ? down ** 2 + right ** 2 < 1 : Math.max(down, right) < 1) mask.set(y, x, 0, 1);
    }
  }
}

/** A photo's rectangle in coordinates of the mask, which lies somewhere in it. */
interface Window {
  left: number;
  top: number;
  height: number;
  width: number;
}

function windowInPhoto({ shape: [rows, columns] }: Pixels, random: Random): Window {
  const height = Math.max(rows, PHOTO.height);
  const width = Math.max(columns, PHOTO.width);
  return { left: -random.uniform(0, width - columns), top: -random.uniform(0, height - rows), height, width };
}

/** A random walk from anywhere in the window with normal steps of the given deviations. */
function wander(random: Random, window: Window, count: number, deviation: { x: number; y: number }): Point[] {
  let x = window.left + random.uniform(0, window.width);
  let y = window.top + random.uniform(0, window.height);
  const points: Point[] = [[x, y]];
  while (points.length < count) {
    x += deviation.x * random.normal();
    y += deviation.y * random.normal();
    points.push([x, y]);
  }
  return points;
}
