import { expect, test } from 'vitest';
import { jointNames, limbs, mirroredJoints } from '../../src/geometry/personJoints.js';
import { PoseScores } from '../../src/metrics/pose.js';

/** A person of 100 pixels, facing us: x, y in the order of `jointNames`. */
const upright = [[40, 100], [40, 75], [40, 50], [60, 50], [60, 75], [60, 100], [20, 50], [25, 35], [35, 20], [65, 20], [75, 35], [80, 50], [50, 15], [50, 0]]; // biome-ignore format: a person
const places = upright.map(([x, y]) => ({ x, y }));
const truth = places.map((place) => ({ ...place, visible: true }));
/** From the left shoulder to the right hip. */
const TORSO = Math.hypot(65 - 40, 20 - 50);

const figures = (found = places, known = truth) => {
  const scores = new PoseScores();
  scores.add(found, known);
  return scores.figures;
};
/** The person with a joint elsewhere. */
const moved = (name: string, dx: number, dy = 0) =>
  places.map(({ x, y }, i) => (jointNames[i] === name ? { x: x + dx, y: y + dy } : { x, y }));

test('all right is all', () => {
  expect(figures()).toEqual({ pck2: 100, pck5: 100, pcp: 100 });
});

test.each([
  // A wrist is the end of one limb, which is some 16 pixels long: half of it is 8.
  ['left wrist', 0.19 * TORSO, 14, 14, 10],
  ['left wrist', 0.21 * TORSO, 13, 14, 9],
  ['left wrist', 0.49 * TORSO, 13, 14, 9],
  ['left wrist', 0.51 * TORSO, 13, 13, 9],
  // A knee ends two limbs of 25 pixels.
  ['right knee', 12, 13, 14, 10],
  ['right knee', 13, 13, 14, 8],
  // Half of what a hip is off by, the torso is off by.
  ['right hip', 20, 13, 13, 9],
  ['head top', 7, 14, 14, 10],
  ['head top', 7.6, 14, 14, 9],
])('%s off by %f pixels: %i and %i joints of 14 found, %i limbs of 10', (name, off, near, far, whole) => {
  const found = figures(moved(name, off));
  expect(found.pck2).toBeCloseTo((100 * near) / 14, 6);
  expect(found.pck5).toBeCloseTo((100 * far) / 14, 6);
  expect(found.pcp).toBeCloseTo(10 * whole, 6);
});

test('hidden joints do not count, nor the limbs that end in them; sides are the person’s own; sets are pooled', () => {
  const hidden = truth.map((joint, i) => ({ ...joint, visible: jointNames[i] !== 'left elbow' }));
  expect(figures(moved('left elbow', 90), hidden)).toEqual({ pck2: 100, pck5: 100, pcp: 100 });

  const swapped = mirroredJoints.map((joint) => places[joint]);
  const scores = new PoseScores();
  scores.add(swapped, truth);
  // Neck and head are found, and of the limbs head and torso.
  expect(scores.figures.pck2).toBeCloseTo((100 * 2) / 14, 6);
  expect(scores.figures.pcp).toBe(20);
  scores.add(places, hidden);
  expect(scores.figures.pck2).toBeCloseTo((100 * (2 + 13)) / (14 + 13), 6);
  expect(scores.figures.pcp).toBeCloseTo((100 * (2 + 8)) / (10 + 8), 6);
});

test('ten limbs, each between joints that are there; a mirror changes left and right, twice nothing', () => {
  expect(limbs).toHaveLength(10);
  expect(limbs.flatMap(({ ends }) => ends.flat()).every((joint) => joint in jointNames)).toBe(true);
  expect(new Set(limbs.flatMap(({ ends }) => ends.flat())).size).toBe(14);
  expect(mirroredJoints.map((joint) => mirroredJoints[joint])).toEqual([...jointNames.keys()]);
  expect(mirroredJoints).toEqual([5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13]);
});
