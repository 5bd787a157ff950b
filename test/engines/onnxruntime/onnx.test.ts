import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NamedTensors } from '../../../src/engines/engine.js';
import { onnxEngine } from '../../../src/engines/onnxruntime/onnx.js';
import { readModelFile } from '../../../src/onnx/modelFile.js';
import { floatTensor } from '../../../src/onnx/onnxTensor.js';
import { reluModel, type TinyNode, tinyCard, tinyModel } from '../../helpers/tinyModel.js';

const image = (height: number, width: number, value = 1): NamedTensors => ({
  image: { data: new Float32Array(height * width).fill(value), dims: [1, 1, height, width] },
});

async function open(
  nodes: TinyNode[],
  initializer = [floatTensor('k', [1, 1, 3, 3], Array(9).fill(1))],
  stoppable = false,
) {
  const bytes = tinyModel(nodes, { image: [1, 1, null, null] }, ['out'], initializer);
  return onnxEngine.open(await readModelFile(bytes, { overrides: tinyCard }), { threads: 2, stoppable });
}

/** Sums each 3 x 3 neighbourhood. */
const blur: TinyNode = { op: 'Conv', in: ['image', 'k'], out: ['out'], with: { pads: [1, 1, 1, 1] } };

describe('a session of onnxruntime', () => {
  test('computes any size, and leaves its input alone', async () => {
    const session = await open([blur]);
    for (const [height, width] of [
      [3, 3],
      [1, 5],
      [40, 33],
    ] as const) {
      const input = image(height, width);
      const { out } = await session.run(input);
      expect(out!.dims).toEqual([1, 1, height, width]);
      expect(out!.data[0]).toBe(Math.min(height, 2) * Math.min(width, 2));
      expect(input.image!.data).toHaveLength(height * width);
    }
    await session.dispose();
  });

  test('answers overlapping calls each with its own', async () => {
    const session = await open([blur]);
    const values = Array.from({ length: 20 }, (_, i) => i);
    const outputs = await Promise.all(values.map((value) => session.run(image(3, 3, value))));
    expect(outputs.map(({ out }) => out!.data[4])).toEqual(values.map((value) => 9 * value));
    await session.dispose();
  });

  test('gives up, when it is closed, what waits behind the run under way', async () => {
    const session = await open([blur]);
    const runs = Array.from({ length: 20 }, () => session.run(image(800, 800)));
    const settled = Promise.allSettled(runs);
    await Promise.race(runs);
    await session.dispose();
    const outcomes = (await settled).map(({ status }) => status);
    expect(outcomes[0]).toBe('fulfilled');
    expect(outcomes.at(-1)).toBe('rejected');
  });

  test('an aborted run rejects at once, and does not run where it has not begun', async () => {
    const session = await open([blur]);
    const twenty = (signal?: AbortSignal) => Array.from({ length: 20 }, () => session.run(image(800, 800), { signal }));
    const begin = performance.now();
    await Promise.all(twenty());
    const all = performance.now() - begin;

    const aborter = new AbortController();
    const { signal } = aborter;
    setMaxListeners(20, signal);
    const runs = twenty(signal);
    const settled = Promise.allSettled(runs);
    await runs[0];
    aborter.abort();
    const aborted = performance.now();
    expect((await settled).at(-1)).toEqual({ status: 'rejected', reason: signal.reason });
    await session.run(image(16, 16));
    expect(performance.now() - aborted).toBeLessThan(all / 2);
    await expect(session.run(image(16, 16), { signal })).rejects.toBe(signal.reason);
    await session.dispose();
  });

  test('leaves the event loop free while it computes', async () => {
    const session = await open([blur]);
    let ticks = 0;
    const clock = setInterval(() => ticks++, 1);
    const begin = performance.now();
    await session.run(image(1500, 1500));
    const elapsed = performance.now() - begin;
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(elapsed / 20);
    await session.dispose();
  });

  test('gives the same bits twice', async () => {
    const session = await open([blur]);
    const noise = {
      image: { data: Float32Array.from({ length: 10_000 }, (_, i) => Math.sin(i * i)), dims: [1, 1, 100, 100] },
    };
    const [first, second] = [await session.run(noise), await session.run(noise)];
    expect(second).toEqual(first);
    await session.dispose();
  });

  test('takes what is running to its end when it is disposed, and nothing after', async () => {
    const session = await open([blur]);
    const running = session.run(image(500, 500));
    await Promise.all([session.dispose(), session.dispose()]);
    expect((await running).out!.data).toHaveLength(250_000);
    await expect(session.run(image(3, 3))).rejects.toThrow('after dispose()');
  });

  test('feeds a model of one input whatever that is called', async () => {
    const session = await open([blur]);
    expect((await session.run({ photo: image(3, 3).image! })).out!.data[4]).toBe(9);
    await session.dispose();
  });

  test.each<[string, TinyNode[], NamedTensors, object]>([
    [
      'memory that is not there',
      [{ op: 'Expand', in: ['image', 'huge'], out: ['out'] }],
      image(1, 1),
      { code: 'E_MEMORY' },
    ],
    ['a wrong rank', [blur], { image: { data: new Float32Array(9), dims: [3, 3] } }, { code: 'E_MODEL' }],
    [
      'a wrong number of channels',
      [blur],
      { image: { data: new Float32Array(18), dims: [1, 2, 3, 3] } },
      { code: 'E_MODEL' },
    ],
  ])('says what is wrong with %s', async (_, nodes, inputs, error) => {
    const huge = {
      ...floatTensor('huge', [0], []),
      dims: [4],
      dataType: 7,
      rawData: new Uint8Array(BigInt64Array.of(1n, 1n, 5_000_000n, 5_000_000n).buffer),
    };
    const session = await open(nodes, [floatTensor('k', [1, 1, 3, 3], Array(9).fill(1)), huge]);
    await expect(session.run(inputs)).rejects.toMatchObject({ name: 'PerpixelError', subject: 'model', ...error });
    await session.dispose();
  });

  test('is refused for an operator that does not exist', async () => {
    await expect(open([{ op: 'Sharpen', in: ['image'], out: ['out'] }])).rejects.toMatchObject({ code: 'E_MODEL' });
  });

  test('names what it runs on', async () => {
    const session = await onnxEngine.open(await readModelFile(reluModel));
    expect(session).toMatchObject({ engine: 'onnx', provider: 'cpu' });
    await session.dispose();
  });
});

describe('a stoppable session', () => {
  const LAYERS = 60;
  const slow: TinyNode[] = Array.from({ length: LAYERS }, (_, i) => ({
    op: 'Conv',
    in: [i === 0 ? 'image' : `${i}`, 'k'],
    out: [i === LAYERS - 1 ? 'out' : `${i + 1}`],
    with: { pads: [1, 1, 1, 1] },
  }));
  const ninth = [floatTensor('k', [1, 1, 3, 3], Array(9).fill(1 / 9))];
  const openStoppable = async (nodes = [blur]) => {
    const session = await open(nodes, undefined, true);
    onTestFinished(() => session.dispose());
    return session;
  };

  test('computes what the other does, to the bit, and says the same of what is wrong', async () => {
    const [lasting, stoppable] = [await open([blur]), await openStoppable()];
    const noise = {
      image: { data: Float32Array.from({ length: 3000 }, (_, i) => Math.sin(i * i)), dims: [1, 1, 50, 60] },
    };
    expect(await stoppable.run(noise)).toEqual(await lasting.run(noise));
    expect(noise.image.data).toHaveLength(3000);
    const wrong = { image: { data: new Float32Array(9), dims: [3, 3] } };
    const failures = await Promise.all([lasting, stoppable].map((session) => session.run(wrong).catch(String)));
    expect(failures[1]).toBe(failures[0]);
    await lasting.dispose();
    await expect(open([{ op: 'Sharpen', in: ['image'], out: ['out'] }], undefined, true)).rejects.toMatchObject({
      code: 'E_MODEL',
    });
  });

  test('a run that is given up is ended in the middle, and the others begin anew', async () => {
    const session = await open(slow, ninth, true);
    onTestFinished(() => session.dispose());
    const aborter = new AbortController();
    const ends: string[] = [];
    const run = (name: string, side: number, signal?: AbortSignal) =>
      session.run(image(side, side), { signal }).finally(() => ends.push(name));
    const begin = performance.now();
    await run('whole', 500);
    const whole = performance.now() - begin;

    const aborted = run('aborted', 1500, aborter.signal);
    const waits = run('waits', 9, aborter.signal);
    const other = run('other', 9);
    await setTimeout(whole);
    aborter.abort();
    await expect(aborted).rejects.toBe(aborter.signal.reason);
    await expect(waits).rejects.toBe(aborter.signal.reason);
    const after = performance.now();
    expect((await other).out!.dims).toEqual([1, 1, 9, 9]);
    // Nine times as many pixels would have taken eight times as long still.
    expect(performance.now() - after).toBeLessThan(5 * whole);
    expect(ends).toEqual(['whole', 'aborted', 'waits', 'other']);
    await session.idle!();
  });
});

test('a thousand runs of changing size keep memory flat', async () => {
  const session = await open([blur]);
  const run = async (count: number) => {
    for (let i = 0; i < count; i++) await session.run(image(64 + ((i * 37) % 200), 64 + ((i * 59) % 200)));
    return process.memoryUsage().rss;
  };
  await run(300);
  const before = await run(300);
  expect((await run(600)) - before).toBeLessThan(60e6);
  await session.dispose();
});
