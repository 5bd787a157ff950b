import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeModel } from '../../src/onnx/onnxProto.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { readLog } from '../../src/training/runLog.js';
import { perpixel } from '../helpers/perpixel.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const photos = 'fixtures/photos';
const STEPS = 24;
/** A network that takes no time; one thread, so that sums are added in one order. */
const env = { TF_NUM_INTRAOP_THREADS: '1', OMP_NUM_THREADS: '1' };
const small = [
  ...['--options', '{"widths":[4,8],"blocks":1}', '--batch', '2', '--crop', '32'],
  ...['--log-every', '2', '--validate-every', '12', '--checkpoint-every', '0', '--json'],
];
const train = (run: string, steps: number, ...more: string[]) =>
  startPerpixel(['train', 'denoise', '--data', photos, '--run', run, '--steps', String(steps), ...small, ...more], {
    env,
  });

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(async () => {
  folder = await temporaryFolder();
});

test('a run that is killed half way goes on with the same curve, and its result is a model', {
  timeout: 600_000,
}, async () => {
  const whole = train(at('whole'), STEPS, '--validate', photos);
  const killed = train(at('killed'), STEPS, '--validate', photos);
  killed.child.stdout.on('data', (text) => {
    if (String(text).includes(`"step":${STEPS / 2},`)) killed.child.kill('SIGKILL');
  });
  expect(await whole.ended).toMatchObject({ code: 0 });
  expect((await killed.ended).code).toBe(137);
  const halfWay = (await readLog(at('killed'))).at(-1)!.step;
  expect(halfWay).toBeGreaterThanOrEqual(STEPS / 2);
  expect(halfWay).toBeLessThan(STEPS);
  expect(await train(at('killed'), STEPS, '--validate', photos).ended).toMatchObject({ code: 0 });

  const curve = async (run: string) =>
    (await readLog(at(run))).map(({ step, loss, scores }) => ({ step, loss, scores }));
  const expected = await curve('whole');
  expect(expected.map(({ step }) => step)).toEqual(Array.from({ length: STEPS / 2 }, (_, i) => 2 * (i + 1)));
  expect(Object.keys(expected.at(-1)!.scores!)).toEqual(['psnr at sigma 15', 'psnr at sigma 25', 'psnr at sigma 50']);
  expect(await curve('killed')).toEqual(expected);
  const weights = async (run: string) => (await readCheckpoint(at(run, 'checkpoint.safetensors'))).tensors;
  expect(await weights('killed')).toEqual(await weights('whole'));

  const named = JSON.parse(await readFile(at('killed', 'data.json'), 'utf8'));
  const files = (await readdir(photos))
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => path.resolve(photos, name));
  expect(named).toEqual({ layout: 'folder', trained: files, scored: files });

  const page = await readFile(at('killed', 'report.html'), 'utf8');
  expect(page).toContain(`Step ${STEPS} of ${STEPS}`);
  const exported = await perpixel(['export', at('killed'), '-o', at('mine.onnx'), '--name', 'mine']);
  expect(exported).toMatchObject({ code: 0 });
  const below = await perpixel(['export', at('killed'), '-o', at('mine.onnx', 'x.onnx'), '--name', 'mine']);
  expect(below).toMatchObject({ code: 1, stderr: expect.stringMatching(/E_WRITE .*x\.onnx/) });
  const cleaned = await perpixel(['denoise', 'fixtures/noisy/dogs.png', '--model', at('mine.onnx'), '-o', at('clean')]);
  expect(cleaned).toMatchObject({ code: 0 });
});

test('Ctrl-C lets the step end and saves, so that no step is lost', { timeout: 300_000 }, async () => {
  const { child, ended } = train(at('run'), 100_000, '--checkpoint-every', '1000');
  child.stdout.on('data', (text) => {
    if (String(text).includes('"step":10,')) child.kill('SIGINT');
  });
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  const [, step] = /Stopped after step (\d+)/.exec(stderr)!;
  expect(Number(step)).toBeGreaterThanOrEqual(10);
  expect((await readCheckpoint(at('run', 'checkpoint.safetensors'))).facts.step).toBe(step);
});

test('a run starts from the mean of the runs that it is told to', { timeout: 300_000 }, async () => {
  await Promise.all(['a', 'b'].map((run, i) => train(at(run), 2, '--seed', String(i)).ended));
  const next = await train(at('next'), 1, '--rate', '1e-12', '--from', at('a'), at('b')).ended;
  expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining(`Weights from ${at('a')}, ${at('b')}\n`) });
  const [a, b, mean] = await Promise.all(
    ['a', 'b', 'next'].map(async (run) => (await readCheckpoint(at(run, 'checkpoint.safetensors'))).tensors),
  );
  const averages = Object.keys(mean).filter((name) => name.startsWith('average/'));
  expect(averages.length).toBeGreaterThan(5);
  for (const name of averages) {
    for (const [i, value] of mean[name].data.entries()) {
      expect(value).toBeCloseTo((a[name].data[i] + b[name].data[i]) / 2, 5);
    }
  }
});

describe('from a model that is shipped', () => {
  const few = ['--batch', '2', '--crop', '32', '--log-every', '1', '--rate', '1e-4', '--json', '--seed', '5'];
  const further = (run: string, ...more: string[]) =>
    startPerpixel(['train', 'denoise', '--run', at(run), ...few, ...more], { env }).ended;

  test('a few steps on one photo and its noise lower the loss, and it is exported as what it was', {
    timeout: 300_000,
  }, async () => {
    for (const name of ['a.png', 'b.png']) {
      const noise = (deviation: number) => ({ type: 'gaussian', mean: 0, sigma: deviation }) as const;
      for (const [kind, deviation] of [
        ['noisy', 60],
        ['clean', 0.01],
      ] as const) {
        await mkdir(at(kind), { recursive: true });
        const grey = { create: { width: 48, height: 48, channels: 3 as const, background: '#808080' } };
        const over = await sharp({
          create: { width: 48, height: 48, channels: 3, background: '#000', noise: noise(deviation) },
        })
          .png()
          .toBuffer();
        await sharp(grey)
          .composite([{ input: over, blend: 'add' }])
          .removeAlpha()
          .png()
          .toFile(at(kind, name));
      }
    }
    const pairs = ['--data', at('noisy'), '--truth', at('clean')];
    const done = await further('mine', '--from', 'denoise-colour-fast', '--steps', '12', ...pairs);
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('Weights from denoise-colour-fast\n') });
    const losses = (await readLog(at('mine'))).map(({ loss }) => loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
    const { network, options } = JSON.parse(await readFile(at('mine', 'run.json'), 'utf8'));
    expect({ network, options }).toEqual({
      network: 'restoration-unet',
      options: { map: 'sigma', channels: 3, widths: [32, 80, 160], blocks: 1 },
    });
    const exported = await perpixel(['export', at('mine'), '-o', at('mine.onnx'), '--name', 'mine']);
    expect(exported).toMatchObject({ code: 0 });
  });

  test('its weights are the very same before the first step', { timeout: 300_000 }, async () => {
    await further('same', '--from', 'denoise-grey-fast', '--steps', '1', '--data', photos, '--rate', '1e-12');
    expect(await perpixel(['export', at('same'), '-o', at('same.onnx'), '--name', 'same'])).toMatchObject({ code: 0 });
    const [mine, shipped] = await Promise.all([readFile(at('same.onnx')), readFile('weights/denoise-grey-fast.onnx')]);
    const weights = (bytes: Uint8Array) =>
      decodeModel(bytes).graph.initializer.map(({ name, dims, rawData }) => ({ name, dims, rawData }));
    expect(weights(mine)).toEqual(weights(shipped));
  });
});

test('a loss of NaN stops it, says where, and leaves the last good checkpoint', { timeout: 300_000 }, async () => {
  const { code, stderr } = await train(at('run'), STEPS, '--rate', '1e30', '--clip', '0').ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/E_NAN step \d+: .*NaN.*--rate/);
  const { tensors } = await readCheckpoint(at('run', 'checkpoint.safetensors'));
  for (const { data } of Object.values(tensors)) expect(data.every(Number.isFinite)).toBe(true);
});

describe('what cannot be trained is said at once', () => {
  const picture = async (file: string, width = 80, height = 72) => {
    await mkdir(path.dirname(file), { recursive: true });
    await sharp({ create: { width, height, channels: 3, background: '#456' } })
      .png()
      .toFile(file);
  };
  beforeEach(async () => {
    for (const name of ['a.png', 'b.png']) await picture(at('photos', name));
  });
  const said = (...args: string[]) =>
    perpixel(['train', ...args, '--run', at('run'), ...(args.includes('--data') ? [] : ['--data', at('photos')])]);

  const coarse = ['--network', 'eigen-coarse-fine', '--options', '{"scale":"coarse"}'];
  test.each<[string, string[], number, RegExp]>([
    ['an unknown network', ['denoise', '--network', 'hal'], 2, /hal; expected a network for denoise: burger-mlp, restoration-unet, xie-ssda/],
    ['a network of other tasks', ['depth', '--network', 'burger-mlp'], 2, /burger-mlp, which learns denoise; expected .* eigen-coarse-fine, eigen-multiscale/],
    ['an option of another task', ['denoise', '--kind', 'drops'], 2, /--kind: drops; expected an option of denoise/],
    ['a value out of range', ['denoise', '--sigma', '900'], 2, /--sigma: 900/],
    ['options that are no JSON', ['denoise', '--options', '{widths:[8]}'], 2, /--options: .*a JSON object/],
    ['an option that the network has not', ['denoise', '--options', '{"widht":[8]}'], 2, /widht of restoration-unet: .*expected one of the options channels, widths/],
    ['a value that the network cannot take', ['denoise', '--options', '{"widths":[0.5]}'], 2, /widths.0 of restoration-unet: 0.5; expected a whole number/],
    ['a crop that the network cannot halve', ['denoise', '--crop', '36'], 2, /--crop: 36; expected a multiple of 8/],
    ['a model that there is not', ['denoise', '--from', 'denoise-color'], 2, /--from: denoise-color; expected the folder of a run, an .onnx file, or one of the models .*denoise-colour, .*`perpixel models`/],
    ['no run to start from', ['denoise', '--from'], 2, /A value is missing after --from/],
    ['a later stage without the one before', ['depth', '--network', 'eigen-coarse-fine', '--layout', 'nyu'], 2, /--from: .*Train with --options '{"scale":"coarse"}' first/],
    ['no folder', ['denoise', '--data', 'nowhere'], 2, /E_DATA nowhere: no such folder/],
    ['no truth', ['depth', ...coarse], 2, /E_DATA pictures without truth; expected a folder of depth.*--truth/],
    ['truth that is not of use', ['inpaint', '--truth', 'fixtures/photos'], 2, /E_DATA truths for a task that makes its own/],
    ['a set without that truth', ['depth', ...coarse, '--layout', 'camvid'], 2, /camvid, which has labels; .* Choose another set: nyu/],
  ])('%s', async (_, args, code, message) => {
    const result = await said(...args);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
  }); // biome-ignore format: a table

  test('one picture only', async () => {
    await mkdir(at('one'));
    await copyFile(at('photos', 'a.png'), at('one', 'a.png'));
    expect(await said('denoise', '--data', at('one'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/E_DATA .*one picture only; expected at least two/),
    });
  });

  test('a truth of another name', async () => {
    await picture(at('truth', 'a.png'));
    const { code, stderr } = await said('derain', '--truth', at('truth'));
    expect(stderr).toMatch(/E_DATA .*b\.png: no file named b among the truths/);
    expect(code).toBe(2);
  });

  test('a truth of another size', { timeout: 300_000 }, async () => {
    await picture(at('truth', 'a.png'));
    await picture(at('truth', 'b.png'), 80, 70);
    const args = ['train', 'derain', '--data', at('photos'), '--truth', at('truth'), '--run', at('run')];
    const { code, stderr } = await startPerpixel(args).ended;
    expect(stderr).toMatch(/E_DATA .*truth.b\.png: 80 x 70 pixels; expected 80 x 72/);
    expect(code).toBe(2);
  });

  test('a run of other options, and a damaged checkpoint', { timeout: 600_000 }, async () => {
    expect(await train(at('run'), 2).ended).toMatchObject({ code: 0 });
    const other = await train(at('run'), 3).ended;
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/E_CHECKPOINT .*a run with another steps/) });
    await truncate(at('run', 'checkpoint.safetensors'), 5000);
    const damaged = await train(at('run'), 2).ended;
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringMatching(/E_CHECKPOINT .*--overwrite/) });
    await writeFile(at('run', 'run.json'), '{}');
    expect(await perpixel(['export', at('run'), '-o', at('x.onnx'), '--name', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/E_CHECKPOINT .*run\.json/),
    });
  });
});
