import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import { planeNormals } from '../../../src/geometry/planeNormals.js';
import type { Pixels } from '../../../src/images/raster.js';
import { type Pose, randomPose } from '../../../src/training/augmentation/pose.js';
import type { Scene } from '../../../src/training/augmentation/scene.js';
import { transformScene } from '../../../src/training/augmentation/transformScene.js';

const [HEIGHT, WIDTH] = [96, 128];
/** Focal lengths that differ and a principal point off the middle: what is only almost right would show. */
const camera = { fx: 110, fy: 100, cx: 60, cy: 51, width: WIDTH };

type Vector = [number, number, number];

/** A scene of one surface: the distance along the ray (x, y, 1), in the camera's axes, y down, and its normal there. */
function sceneOf(surface: (x: number, y: number) => { depth: number; normal: Vector }): Scene {
  const pixels = (channels: number, value: (x: number, y: number, c: number) => number): Pixels =>
    ndarray(
      Float32Array.from({ length: HEIGHT * WIDTH * channels }, (_, i) => {
        const pixel = Math.floor(i / channels);
        return value(pixel % WIDTH, Math.floor(pixel / WIDTH), i % channels);
      }),
      [HEIGHT, WIDTH, channels],
    );
  const at = (x: number, y: number) => surface((x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy);
  return {
    image: pixels(3, (x, y, c) => [x / 128, y / 128, 0.5][c]),
    depth: pixels(1, (x, y) => at(x, y).depth),
    normals: pixels(3, (x, y, c) => at(x, y).normal[c]),
    labels: pixels(1, (x, y) => 1 + Math.floor(x / 16) + 8 * Math.floor(y / 16)),
    camera,
  };
}

/** A plane 3 m away on the axis. The normal is the viewer's: y up, z to him. */
const plane = (normal: Vector) => {
  const length = Math.hypot(...normal);
  const [nx, ny, nz] = normal.map((v) => v / length);
  return sceneOf((x, y) => ({ depth: (-3 * nz) / (nx * x - ny * y - nz), normal: [nx, ny, nz] }));
};

/** A sphere of radius 3 m, its middle 5 m away: it fills the picture. */
const sphere = sceneOf((x, y) => {
  const squared = x * x + y * y + 1;
  const depth = (5 - Math.sqrt(25 - squared * (25 - 9))) / squared;
  return { depth, normal: [(x * depth) / 3, (-y * depth) / 3, (5 - depth) / 3] };
});

const surfaces: [string, Scene][] = [
  ['a wall faced squarely', plane([0, 0, 1])],
  ['a floor', plane([0.1, 0.8, 0.6])],
  ['a slanted wall', plane([-0.5, 0.2, 0.8])],
  ['a sphere', sphere],
];

const still: Pose = { flip: false, scale: 1, rotation: 0, left: 20, top: 15, gamma: 1, gain: [1, 1, 1] };
const poses: [string, Partial<Pose>][] = [
  ['a cut-out', {}],
  ['a cut-out between pixels', { left: 20.5, top: 14.7 }],
  ['mirroring', { flip: true }],
  ['scaling', { scale: 1.4 }],
  ['turning', { rotation: 0.3 }],
  ['all at once', { flip: true, scale: 1.3, rotation: -0.2, left: 12.3, top: 9.1 }],
];

const size = { height: 60, width: 72 };
const cases = surfaces.flatMap(([of, scene]) => poses.map(([by, pose]) => [by, of, pose, scene] as const));

describe('transformScene', () => {
  test.each(cases)('after %s of %s, normals of the depth are the normals', (_, __, change, scene) => {
    const { depth, normals, camera: moved } = transformScene(scene, { ...still, ...change }, size);
    const flatDepth = ndarray(depth!.data, [size.height, size.width]);
    const { normals: computed, valid } = planeNormals(flatDepth, { window: 5, camera: moved });
    let worst = 0;
    let compared = 0;
    for (let i = 0; i < valid.size; i++) {
      if (!valid.data[i]) continue;
      compared++;
      for (let c = 0; c < 3; c++) {
        worst = Math.max(worst, Math.abs(computed.data[3 * i + c] - normals!.data[3 * i + c]));
      }
    }
    expect(compared).toBeGreaterThan(2500);
    expect(worst).toBeLessThan(scene === sphere ? 0.03 : 2e-3);
  });

  test('depth is divided by the scale, and normals lean back', () => {
    const floor = plane([0, 0.8, 0.6]);
    const { depth, normals, camera: moved } = transformScene(floor, { ...still, scale: 1.5 }, size);
    expect(depth!.get(moved.cy, moved.cx, 0)).toBeCloseTo(2, 5);
    const expected = [0, 0.8, 0.9].map((v) => v / Math.hypot(0.8, 0.9));
    for (const c of [0, 1, 2]) expect(normals!.get(30, 30, c)).toBeCloseTo(expected[c], 5);
  });

  test('mirroring takes picture and labels along', () => {
    const scene = plane([-0.5, 0.2, 0.8]);
    const { image, normals, labels } = transformScene(scene, { ...still, flip: true, left: 0, top: 0 }, size);
    expect(image.get(7, 10, 0)).toBeCloseTo((2 * camera.cx - 10) / 128, 6);
    expect(normals!.get(7, 10, 0)).toBeCloseTo(-scene.normals!.get(0, 0, 0), 6);
    expect(labels!.get(7, 10, 0)).toBe(1 + Math.floor((2 * camera.cx - 10) / 16));
  });

  test('turning is counter-clockwise: what was right of the middle goes up', () => {
    const whole = { ...still, left: 0, top: 0, rotation: Math.PI / 2 };
    const { image } = transformScene(plane([0, 0, 1]), whole, { height: HEIGHT, width: WIDTH });
    const above = image.get(camera.cy - 20, camera.cx, 0) * 128;
    expect(above).toBeCloseTo(camera.cx + 20 * (camera.fx / camera.fy), 3);
  });

  test('nothing is invented: outside and beside unknown pixels it stays unknown, and edges stay edges', () => {
    const scene = plane([0, 0, 1]);
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 50; x < WIDTH; x++) scene.depth!.set(y, x, 0, 6);
      scene.depth!.set(y, 30, 0, 0);
    }
    const { depth, image } = transformScene(scene, { ...still, left: -10.4, scale: 1.3 }, size);
    const seen = new Set([...depth!.data].map((v) => Math.round(v * 1.3 * 1000) / 1000));
    expect([...seen].sort()).toEqual([0, 3, 6]);
    const beyond = transformScene(scene, { ...still, left: -50 }, size);
    expect([beyond.depth!.get(9, 0, 0), beyond.labels!.get(9, 0, 0), beyond.normals!.get(9, 0, 2)]).toEqual([0, 0, 0]);
    expect(image.data.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  test('gamma and gains colour the picture alone', () => {
    const scene = plane([0, 0.8, 0.6]);
    const [plain, gained] = [still, { ...still, gamma: 1.5, gain: [0.8, 1, 1.2] as const }].map((p) =>
      transformScene(scene, p, size),
    );
    for (const [c, gain] of [0.8, 1, 1.2].entries()) {
      expect(gained.image.get(9, 9, c)).toBeCloseTo(gain * plain.image.get(9, 9, c) ** 1.5, 6);
    }
    expect(gained.depth).toEqual(plain.depth);
  });

  test('what is hidden is grey, and its depth, normals and labels are told', () => {
    const scene = plane([0, 0.8, 0.6]);
    const hidden = { x: 10, y: 20, width: 30, height: 5 };
    const { image, ...truth } = transformScene(scene, { ...still, hidden }, size);
    const { image: open, ...openTruth } = transformScene(scene, still, size);
    expect(truth).toEqual(openTruth);
    const changed = [];
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        if (image.get(y, x, 1) !== open.get(y, x, 1)) changed.push([y, x, image.get(y, x, 1)]);
      }
    }
    expect(changed).toHaveLength(150);
    expect([changed[0], changed.at(-1)]).toEqual([
      [20, 10, 0.5],
      [24, 39, 0.5],
    ]);
  });
});

describe('poses', () => {
  test('random ones keep their ranges and, unless turned, look at nothing outside', () => {
    const scene = plane([0, 0, 1]);
    let flips = 0;
    let hiding = 0;
    for (let n = 0; n < 200; n++) {
      const pose = randomPose(scene, size, random(1, n));
      flips += Number(pose.flip);
      hiding += Number(pose.hidden !== undefined);
      if (pose.hidden) {
        const { x, y, width, height } = pose.hidden;
        expect(Math.min(x, y, size.width - x - width, size.height - y - height)).toBeGreaterThanOrEqual(0);
        expect(Math.abs((width * height) / (size.width * size.height) - 0.11)).toBeLessThan(0.1);
      }
      expect(Math.abs(Math.log(pose.gamma))).toBeLessThan(0.45);
      expect(pose.scale).toBeGreaterThanOrEqual(1);
      expect(pose.scale).toBeLessThan(1.5);
      expect(Math.abs(pose.rotation)).toBeLessThanOrEqual((5 * Math.PI) / 180);
      for (const gain of pose.gain) expect(Math.abs(gain - 1)).toBeLessThanOrEqual(0.2);
      const { depth } = transformScene(scene, { ...pose, rotation: 0 }, size);
      expect(depth!.data.every((v) => v > 0)).toBe(true);
    }
    for (const count of [flips, hiding]) expect(Math.abs(count - 100)).toBeLessThan(30);
  });
});
