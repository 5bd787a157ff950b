import ndarray from 'ndarray';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createModels } from '../../src/engines/models.js';
import { callOf } from '../../src/library/call.js';
import { type Executor, thisThread } from '../../src/pipelines/run/executor.js';
import { ThreadExecutor } from '../../src/pipelines/run/threadExecutor.js';
import { Turnstile } from '../../src/pipelines/run/turnstile.js';
import { tasks } from '../../src/tasks/registry.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { own } from '../helpers/ownTask.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** The sources are TypeScript, which Node runs by tsx; an installed package needs none. */
const execArgv = ['--import', new URL('../helpers/typescriptWorker.mjs', import.meta.url).href];

/** `denoise` on this thread and on one of its own. */
async function both() {
  const options = { model: await writeTinyDenoiser(await temporaryFolder()) };
  const callAt = (executor: Executor) => {
    onTestFinished(() => executor.dispose());
    return callOf(tasks.denoise, () => ({ executor, turnstile: new Turnstile(2) }));
  };
  const thread = new ThreadExecutor(options, { execArgv });
  return { here: callAt(thisThread(createModels(options))), there: callAt(thread), thread };
}

test('gives what this thread gives, and leaves its input alone', async () => {
  const { here, there } = await both();
  const png = await noisyPhoto().png().toBuffer();
  const samples = ndarray(
    Uint16Array.from({ length: 16 * 24 * 4 }, (_, i) => i * 40),
    [16, 24, 4],
  );
  for (const photo of [png, new Uint8Array(png)]) expect(await there(photo)).toEqual(await here(photo));
  expect(await there(samples, { sigma: 9 })).toEqual(await here(samples, { sigma: 9 }));
  expect(samples.get(0, 1, 0)).toBe(160);
  const output = `${await temporaryFolder()}/a.png`;
  expect(await there(png, { output })).toBe(output);
  expect(await there(output)).toEqual(await here(output));
});

test('tells of progress and of what was found', async () => {
  const { there } = await both();
  const onProgress = vi.fn();
  const onReport = vi.fn();
  await there(await noisyPhoto().png().toBuffer(), { sigma: 9, tile: 16, onProgress, onReport });
  expect(onProgress.mock.calls).toEqual(expect.arrayContaining([[0.5], [1]]));
  expect(onReport).toHaveBeenCalledExactlyOnceWith({ sigma: 9, noise: 9, noiseEstimated: false });
});

test('an error of ours is one of ours', async () => {
  const { there } = await both();
  await expect(there('no-such-file.png')).rejects.toMatchObject({
    name: 'PerpixelError',
    code: 'E_READ',
    subject: 'no-such-file.png',
  });
});

test('an aborted call rejects at once; the others go on', async () => {
  const { here, there } = await both();
  const photo = await noisyPhoto({ width: 256, height: 256 }).png().toBuffer();
  const aborter = new AbortController();
  const other = there(photo, { sigma: 9, tile: 64 });
  const onProgress = () => aborter.abort();
  await expect(there(photo, { sigma: 9, tile: 64, signal: aborter.signal, onProgress })).rejects.toEqual(
    expect.objectContaining({ name: 'AbortError' }),
  );
  expect(await other).toEqual(await here(photo, { sigma: 9, tile: 64 }));
});

test('after it was closed it starts anew', async () => {
  const { here, there, thread } = await both();
  const photo = await noisyPhoto().png().toBuffer();
  const expected = await here(photo);
  expect(await there(photo)).toEqual(expected);
  await thread.dispose();
  expect(await there(photo)).toEqual(expected);
});

describe('a task of your own', () => {
  const withOwn = async (task: typeof own) => {
    const thread = new ThreadExecutor({ model: await writeTinyDenoiser(await temporaryFolder()) }, { execArgv });
    onTestFinished(() => thread.dispose());
    return callOf(task, () => ({ executor: thread, turnstile: new Turnstile(2) }));
  };

  test('works in a thread, which finds it by its module', async () => {
    const { here } = await both();
    const photo = await noisyPhoto().png().toBuffer();
    const onReport = vi.fn();
    expect(await (await withOwn(own))(photo, { sigma: 9, onReport })).toEqual(await here(photo, { sigma: 9 }));
    expect(onReport).toHaveBeenCalledExactlyOnceWith({ own: true });
  });

  test.each([
    ['nobody knows the module of', undefined, /its property `module`/],
    ['that its module does not export', new URL('../helpers/noisyPhoto.ts', import.meta.url), /exports no own/],
  ])('%s is refused', async (_, module, message) => {
    const call = await withOwn({ ...own, module });
    const refused = { code: 'E_OPTION', message: expect.stringMatching(message) };
    await expect(call(await noisyPhoto().png().toBuffer())).rejects.toMatchObject(refused);
  });
});
