import ndarray from 'ndarray';
import type { Random } from '../../core/random.js';
import { mirroredJoints } from '../../geometry/personJoints.js';
import { averaged } from '../../images/averaged.js';
import type { Pixels } from '../../images/raster.js';
import type { MarkedJoint } from '../../metrics/pose.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import type { Sample } from '../../training/datasets/dataset.js';
import { decodeRgb } from '../../training/datasets/decode.js';
import { jointsOfPicture, readJoints } from '../../training/datasets/jointFiles.js';
import type { DrawOptions } from '../../training/learnable.js';
import type { PoseExamples } from './examples.js';

/** How long a person is, in sides of the example. */
const PERSON = 0.68;
/** Up to so much larger or smaller, as a logarithm. */
const ZOOM = 0.3;
/** The person's middle is moved by a normal number of this many sides. */
const MOVE = 0.04;
/** Deviation of a target's Gaussian, in pixels of the picture: 1.3 positions of four. */
const SPREAD = 5.2;

/** A picture of which the person is no more than twice as long as in an example. */
interface Person {
  picture: Pixels;
  joints: readonly MarkedJoint[];
  middle: readonly [x: number, y: number];
  length: number;
}

/**
 * Batches of persons: `image`, and the target `heatmaps`, `[h, w, joints]`, a Gaussian a visible joint. Each person fills the example as far
 * as the network is to learn it; turned, mirrored, scaled, moved, and in other light, unless `still`.
 */
export default async function poseBatches(options: DrawOptions<PoseExamples>) {
  const { files, height, width } = options;
  const sets = new Map<string, Awaited<ReturnType<typeof readJoints>>>();
  for (const truth of new Set(files.map((file) => file.truth!))) sets.set(truth, await readJoints(truth));
  const longest = 2 * PERSON * Math.max(height, width);
  const people = await Promise.all(
    files.map(({ image, truth }) => load(image, jointsOfPicture(sets.get(truth!)!, image, truth!), longest)),
  );
  return drawnBatches({ length: people.length, sample: (dice) => example(dice.pick(people), options, dice) }, options);
}

async function load(file: string, marked: readonly MarkedJoint[], longest: number): Promise<Person> {
  const { data, height, width } = await decodeRgb(file);
  const whole = extent(marked);
  const scale = Math.min(1, longest / whole.length);
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.round(side * scale)));
  const picture = averaged({ pixels: ndarray(data, [height, width, 3]) }, rows, columns);
  const joints = marked.map(({ x, y, visible }) => ({
    x: ((x + 0.5) * columns) / width - 0.5,
    y: ((y + 0.5) * rows) / height - 0.5,
    visible,
  }));
  return { picture, joints, ...extent(joints) };
}

function extent(joints: readonly MarkedJoint[]): Pick<Person, 'middle' | 'length'> {
  const seen = joints.some(({ visible }) => visible) ? joints.filter(({ visible }) => visible) : joints;
  const [xs, ys] = [seen.map(({ x }) => x), seen.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { middle: [(left + right) / 2, (top + bottom) / 2], length: Math.max(right - left, bottom - top, 8) };
}

function example(
  { picture, joints, middle, length }: Person,
  { height, width, still, examples: { turn } }: DrawOptions<PoseExamples>,
  dice: Random,
): Sample {
  const side = Math.max(height, width);
  const angle = still ? 0 : (Math.max(-2, Math.min(2, dice.normal())) * turn * Math.PI) / 180;
  const scale = ((still ? 1 : Math.exp(dice.uniform(-ZOOM, ZOOM))) * length) / (PERSON * side);
  const mirror = !still && dice.chance(0.5) ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const moved = middle.map((at) => at + (still ? 0 : dice.normal() * MOVE * length));
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  const light = lightOf(still ? undefined : dice);

  const image = new Float32Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const [dx, dy] = [mirror * (x - centreX), y - centreY];
      sampleInto(image, i, picture, moved[0] + cos * dx - sin * dy, moved[1] + sin * dx + cos * dy);
    }
  }
  for (let i = 0; i < image.length; i++)
    image[i] = Math.min(1, Math.max(0, image[i] * light.gain[i % 3] + light.shift));

  const placed = joints.map(({ x, y, visible }) => {
    const [dx, dy] = [x - moved[0], y - moved[1]];
    return {
      x: centreX + (mirror * (cos * dx + sin * dy)) / scale ** 2,
      y: centreY + (cos * dy - sin * dx) / scale ** 2,
      visible,
    };
  });
  const seen = mirror < 0 ? mirroredJoints.map((joint) => placed[joint]) : placed;
  return {
    inputs: { image: ndarray(image, [height, width, 3]) },
    targets: { heatmaps: gaussians(seen, height, width) },
    masks: {},
  };
}

function lightOf(dice: Random | undefined): { gain: number[]; shift: number } {
  if (dice === undefined) return { gain: [1, 1, 1], shift: 0 };
  const contrast = dice.uniform(0.7, 1.3);
  return { gain: [0, 1, 2].map(() => contrast * dice.uniform(0.85, 1.15)), shift: dice.uniform(-0.1, 0.1) };
}

/** Bilinearly; outside, the picture's border goes on. */
function sampleInto(into: Float32Array, to: number, { data, shape: [height, width] }: Pixels, x: number, y: number) {
  const inX = Math.min(width - 1, Math.max(0, x));
  const inY = Math.min(height - 1, Math.max(0, y));
  const [left, top] = [Math.floor(inX), Math.floor(inY)];
  const [right, below] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const [u, v] = [inX - left, inY - top];
  for (let c = 0; c < 3; c++) {
    const at = (row: number, column: number) => data[(row * width + column) * 3 + c];
    into[to + c] =
      (1 - v) * ((1 - u) * at(top, left) + u * at(top, right)) + v * ((1 - u) * at(below, left) + u * at(below, right));
  }
}

/** A map a joint, 1 where it is; 0 everywhere where it is hidden or outside. */
function gaussians(joints: readonly MarkedJoint[], height: number, width: number): Pixels {
  const count = joints.length;
  const maps = new Float32Array(height * width * count);
  for (const [joint, { x, y, visible }] of joints.entries()) {
    if (!visible || x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) continue;
    // A position of the answer stands for the middle of four pixels, and is taken from the one after it.
    const [ownX, ownY] = [x + 0.5, y + 0.5];
    const along = (size: number, own: number) =>
      Array.from({ length: size }, (_, i) => Math.exp(-((i - own) ** 2) / (2 * SPREAD ** 2)));
    const [rows, columns] = [along(height, ownY), along(width, ownX)];
    for (let row = 0, at = joint; row < height; row++) {
      for (let column = 0; column < width; column++, at += count) maps[at] = rows[row] * columns[column];
    }
  }
  return ndarray(maps, [height, width, count]);
}
