import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/engines/engine.js';
import type { Raster } from '../../../src/images/raster.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import { predictPhoto } from '../../../src/pipelines/run/predictPhoto.js';
import type { Companion } from '../../../src/tasks/companion.js';
import { labels } from '../../../src/tasks/labels/task.js';
import type { Quality } from '../../../src/tasks/task.js';

const [CLASSES, CELL] = [40, 8];

/** A network that is rather sure of class 1 at the usual size, and surer of class 2 at any other; and how it was asked. */
function sizedSession(own: object = {}) {
  const card = modelCard.parse({
    ...{ name: 'sized', task: 'scene', network: 'sized', licence: 'CC0-1.0', data: [], channels: 3 },
    ...{ stride: 32, receptiveRadius: 100, parameters: 1 },
    ...own,
  });
  const seen: string[] = [];
  const session: Session = {
    model: { path: 'sized', card, bytes: new Uint8Array() },
    engine: 'onnx',
    provider: 'test',
    async run({ image: { dims } }) {
      const [, , height, width] = dims;
      seen.push(`${height}x${width}`);
      const cells = (height / CELL) * (width / CELL);
      const data = new Float32Array(CLASSES * cells);
      const isUsual = height === 256;
      data.fill(isUsual ? 5 : 9, isUsual ? 0 : cells, isUsual ? cells : 2 * cells);
      return { labels: { data, dims: [1, CLASSES, height / CELL, width / CELL] } };
    },
    dispose: async () => {},
  };
  return { session, seen };
}

const grey = (): Raster => ({
  pixels: ndarray(new Uint8Array(240 * 320 * 3).fill(99), [240, 320, 3]),
  metadata: { format: 'png', bitDepth: 8 },
});

/** The class of a pixel of a grey photo. */
async function labelOf(options: object, quality: Quality, open: (model: string) => Promise<Session>): Promise<number> {
  const [{ value }] = await predictPhoto(grey(), [{ task: labels, options }], { quality, open });
  return (value as { data: Uint8Array }).data[1000];
}

async function labelled(quality: Quality, own?: object) {
  const { session, seen } = sizedSession(own);
  const label = await labelOf({}, quality, async () => session);
  return { seen, label };
}

test('best sees a photo smaller and larger, too, each with its mirror image, and averages what it says', async () => {
  expect(await labelled('best')).toEqual({
    seen: ['256x352', '256x352', '224x288', '224x288', '320x416', '320x416'],
    label: 2,
  });
});

test('balanced sees it once', async () => {
  expect(await labelled('balanced')).toEqual({ seen: ['256x352'], label: 1 });
});

test("a network of one's own, of classes of its own, is asked at its size alone", async () => {
  const classes = Array.from({ length: CLASSES }, (_, i) => ({ name: `class ${i + 1}` }));
  expect(await labelled('best', { classes })).toEqual({ seen: ['256x352', '256x352'], label: 1 });
});

/** The networks of rooms, which see walls 2 m away, and are rather sure of class 1; the one that is given depth, of class 2. */
function roomSessions(sureness: number) {
  const asked: { name: string; size: string; depth?: number }[] = [];
  const sessionOf = (name: string): Session => ({
    model: {
      path: name,
      card: modelCard.parse({
        ...{ name, task: 'scene', network: 'fake', licence: 'CC0-1.0', data: [], channels: 3 },
        ...{ stride: 32, receptiveRadius: 100, parameters: 1 },
      }),
      bytes: new Uint8Array(),
    },
    engine: 'onnx',
    provider: 'test',
    async run({ image: { dims }, depth }) {
      const [, , height, width] = dims;
      asked.push({ name, size: `${height}x${width}`, ...(depth && { depth: depth.data[depth.data.length >> 1] }) });
      const cells = (height / CELL) * (width / CELL);
      const plane = (channels: number, filled: number, value: number) => {
        const data = new Float32Array(channels * cells).fill(value, filled * cells, (filled + 1) * cells);
        return { data, dims: [1, channels, height / CELL, width / CELL] as const };
      };
      return {
        labels: depth ? plane(CLASSES, 1, sureness) : plane(CLASSES, 0, 6),
        depth: plane(1, 0, Math.log(2)),
        normals: plane(3, 2, 1),
      };
    },
    dispose: async () => {},
  });
  return { asked, open: async (name: string) => sessionOf(name) };
}

async function withDepth(quality: Quality, sureness: number, depth: Companion = 'predicted', others = {}) {
  const { asked, open } = roomSessions(sureness);
  const label = await labelOf({ depth, ...others }, quality, open);
  return { asked, label };
}

test('with depth predicted, the network that predicts it has a say, and is run no more than once', async () => {
  const sure = await withDepth('balanced', 8);
  expect(sure.asked.map(({ name }) => name)).toEqual(['scene', 'labels-with-depth']);
  expect(sure.label).toBe(2);
  expect((await withDepth('balanced', 5)).label).toBe(1);
});

test('with depth measured it has none', async () => {
  const metres = ndarray(new Float32Array(240 * 320).fill(2), [240, 320, 1]);
  const { asked, label } = await withDepth('balanced', 5, metres);
  expect(asked.map(({ name }) => name)).toEqual(['labels-with-depth']);
  expect(label).toBe(2);
});

test('what is shown larger with best has its depth nearer by as much', async () => {
  const { asked } = await withDepth('best', 8);
  const given = asked.filter(({ depth }) => depth !== undefined);
  expect(given.map(({ size }) => size)).toEqual(['256x352', '256x352', '224x288', '224x288', '320x416', '320x416']);
  const nearer = Math.log(2) - Math.log(Math.sqrt((320 * 416) / (256 * 352)));
  expect(given.at(-1)!.depth).toBeCloseTo(nearer, 5);
});

test('of a street no network of rooms is asked, whatever is said of depth', async () => {
  const { asked } = await withDepth('balanced', 8, 'predicted', { scene: 'street' });
  expect(asked.map(({ name }) => name)).toEqual(['labels-street']);
});

test('others that tell other classes apart are refused', async () => {
  const three = async () => ndarray(new Float32Array(3), [1, 1, 3]);
  const task: typeof labels = {
    ...labels,
    plan: (facts, ...rest) => labels.plan({ ...facts, alsoSaid: three }, ...rest),
  };
  const { session } = sizedSession();
  const said = predictPhoto(grey(), [{ task, options: {} }], { quality: 'balanced', open: async () => session });
  await expect(said).rejects.toThrow('3 values, not 40');
});
