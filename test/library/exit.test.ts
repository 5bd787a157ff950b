import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Two tiles of the shipped model, long enough that the second one is under way when the first has made the call be given up. */
const program = (worker: boolean, ending: string) => `
  import { pipeline } from 'perpixel';
  import sharp from 'sharp';
  const photo = sharp({ create: { width: 700, height: 500, channels: 3, background: '#888' } });
  const clean = pipeline('denoise', { worker: ${worker} });
  const aborter = new AbortController();
  const call = clean(photo, { sigma: 20, tile: 512, signal: aborter.signal, onProgress: () => aborter.abort() });
  await call.catch(({ name }) => console.log(name));
  ${ending}
  console.log('over');
`;

// onnxruntime aborts a process that ends while a network runs in one of its threads.
test.each([
  ['ends by itself', false, ''],
  ['ends by itself, the work being in a thread', true, ''],
  ['disposes of its thread', true, 'await clean.dispose();'],
])('a program that gives up a call and %s ends well', async (_, worker, ending) => {
  const args = ['--input-type=module', '--eval', program(worker, ending)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  expect({ stdout, stderr }).toEqual({ stdout: 'AbortError\nover\n', stderr: '' });
});
