import ndarray from 'ndarray';
import { jointNames, limbs } from '../geometry/personJoints.js';
import type { Pixels } from '../images/raster.js';
import type { Pose } from './joints.js';

type Colour = readonly [red: number, green: number, blue: number];

/** The person's own left is orange and right is blue, so that a change of sides is seen. */
const COLOURS: Readonly<Record<'left' | 'right' | 'middle', Colour>> = {
  left: [1, 0.55, 0.1],
  right: [0.15, 0.55, 1],
  middle: [0.3, 0.85, 0.35],
};
/** Joints of a score below this are drawn faintly. */
const DOUBTFUL = 0.15;
const FAINT = 0.35;
/** Half the width of a limb, by the longer side of the picture. */
const THICKNESS = 1 / 220;

/**
 * Draws the limbs and joints of a pose into a copy of a picture.
 *
 * @param pixels `[h, w, 1..4]`, 0..1; alpha is left out
 * @param scale from the pose's pixels to those of the picture. @default 1
 * @returns `[h, w, 3]`
 */
export function drawSkeleton(pixels: Pixels, { joints }: Pick<Pose, 'joints'>, scale = 1): Pixels {
  const [height, width] = pixels.shape;
  const picture = inColour(pixels);
  const radius = Math.max(1, Math.max(height, width) * THICKNESS);
  const places = joints.map(({ x, y, score }) => ({ x: (x + 0.5) * scale - 0.5, y: (y + 0.5) * scale - 0.5, score }));
  for (const { ends, side } of limbs) {
    const [from, to] = ends.map((end) => meanOf(end.map((i) => places[i])));
    capsule(picture, from, to, radius, COLOURS[side], opacity(Math.min(from.score, to.score)));
  }
  for (const [i, place] of places.entries()) {
    const side = jointNames[i].startsWith('left') ? 'left' : jointNames[i].startsWith('right') ? 'right' : 'middle';
    capsule(picture, place, place, 1.7 * radius, [1, 1, 1], opacity(place.score));
    capsule(picture, place, place, 1.2 * radius, COLOURS[side], opacity(place.score));
  }
  return picture;
}

interface ScoredPlace {
  x: number;
  y: number;
  score: number;
}

const opacity = (score: number) => (score < DOUBTFUL ? FAINT : 1);

function meanOf(places: readonly ScoredPlace[]): ScoredPlace {
  const mean = (of: (place: ScoredPlace) => number) => places.reduce((sum, each) => sum + of(each), 0) / places.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y), score: Math.min(...places.map(({ score }) => score)) };
}

function inColour({ data, shape: [height, width, channels], stride, offset }: Pixels): Pixels {
  const copy = new Float32Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        copy[i++] = data[offset + y * stride[0] + x * stride[1] + (channels < 3 ? 0 : c) * stride[2]];
      }
    }
  }
  return ndarray(copy, [height, width, 3]);
}

/** Paints all that is within `radius` of the line between two places, its border a pixel soft. */
function capsule(
  { data, shape: [height, width] }: Pixels,
  from: ScoredPlace,
  to: ScoredPlace,
  radius: number,
  colour: Colour,
  share: number,
): void {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const range = (a: number, b: number, size: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(a, b) - radius - 1)),
    Math.min(size - 1, Math.ceil(Math.max(a, b) + radius + 1)),
  ];
  const [top, bottom] = range(from.y, to.y, height);
  const [left, right] = range(from.x, to.x, width);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / square));
      const off = Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
      const cover = share * Math.min(1, Math.max(0, radius + 0.5 - off));
      if (cover === 0) continue;
      const at = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) data[at + c] += cover * (colour[c] - data[at + c]);
    }
  }
}
