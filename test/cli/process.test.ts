import { on, once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

const startBuilt = (args: readonly string[], node?: readonly string[]) => startPerpixel(args, { code: 'built', node });

/** Writes the name of each module that is loaded to standard error. */
const watch = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  const hooks = \`
    import { writeSync } from 'node:fs';
    export const load = (url, context, next) => { writeSync(2, url + '\\\\n'); return next(url, context); };
  \`;
  register('data:text/javascript,' + encodeURIComponent(hooks));
`)}`;

describe('what is loaded before there is work', () => {
  const ofTasks = ['@petamoriken/float16', 'ndarray', 'yargs', 'zod'];
  test.each([
    [['--help'], ['yargs']],
    [['denoise', '--help'], ofTasks],
    [['denoise'], ofTasks],
  ])('%j: nothing that is large', async (args, expected) => {
    const { stderr } = await startBuilt(args, ['--import', watch]).ended;
    const packages = [...stderr.matchAll(/\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)].map(([, name]) => name);
    const yargsOwn = ['cliui', 'escalade', 'get-caller-file', 'string-width', 'y18n', 'yargs-parser', 'strip-ansi'];
    const terminal = ['ansi-regex', 'ansi-styles', 'emoji-regex', 'get-east-asian-width', 'wrap-ansi'];
    const known = [...yargsOwn, ...terminal];
    expect([...new Set(packages)].filter((name) => !known.includes(name)).sort()).toEqual(expected);
  });
});

const PHOTOS = 40;
let home: string;
let command: string[];
let clean: string;

async function setUp(size: { width: number; height: number }, count = PHOTOS) {
  home = await temporaryFolder();
  clean = path.join(home, 'clean');
  await mkdir(path.join(home, 'photos'));
  for (let i = 0; i < count; i++) {
    await noisyPhoto({ ...size, seed: i }).toFile(path.join(home, 'photos', `${i}.${i % 2 ? 'png' : 'jpg'}`));
  }
  command = ['denoise', path.join(home, 'photos'), '-o', clean, '--sigma', '20'];
  command.push('--model', await writeTinyDenoiser(home));
}

const results = async () => readdir(clean).catch(() => []);

test('kill -9, five times: no broken file ever, and the same command finishes the rest', async () => {
  await setUp({ width: 60, height: 45 });
  const draw = random(1, 'kill');
  for (let before = 0, turn = 0; turn < 5; turn++) {
    const { child, ended } = startBuilt([...command, '--json']);
    const files = 1 + Math.floor(draw.uniform(0, 5));
    const later = draw.uniform(0, 50);
    let done = 0;
    for await (const [text] of on(child.stdout!, 'data')) {
      done += text.split('"status":"done"').length - 1;
      if (done >= files) break;
    }
    await sleep(later);
    child.kill('SIGKILL');
    expect((await ended).code).toBe(137);

    const whole = (await results()).filter((name) => !name.startsWith('.'));
    expect(whole.length).toBeGreaterThan(before);
    before = whole.length;
    for (const name of whole) await sharp(path.join(clean, name), { failOn: 'warning' }).stats();
  }

  const before = (await results()).filter((name) => !name.startsWith('.')).length;
  const { code, stderr } = await startBuilt(command).ended;
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(new RegExp(`^${PHOTOS} of ${PHOTOS} files, ${before} skipped`, 'm')),
  });
  const all = await results();
  expect(all).toHaveLength(PHOTOS); // And no temporary file of the runs that were killed.
  expect(all.filter((name) => name.startsWith('.'))).toEqual([]);
});

describe.runIf(process.platform !== 'win32')('Ctrl-C', () => {
  test.each([
    'SIGINT',
    'SIGTERM',
  ] as const)('%s between files: 130, no temporary file, and it goes on', async (name) => {
    await setUp({ width: 120, height: 90 });
    const { child, ended } = startBuilt([...command, '--json']);
    await once(child.stdout!, 'data');
    child.kill(name);
    expect((await ended).code).toBe(130);
    expect((await results()).filter((file) => file.startsWith('.'))).toEqual([]);
    expect((await startBuilt(command).ended).code).toBe(0);
    expect(await results()).toHaveLength(PHOTOS);
  });

  test('in the middle of a tile', async () => {
    await setUp({ width: 2000, height: 1500 }, 2);
    // Six megapixels take many seconds with this model.
    const { child, ended } = startBuilt([...command.slice(0, -2), '--model', 'denoise-colour', '--quiet']);
    await sleep(4000);
    const start = performance.now();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(await results()).toEqual([]);
  });
});
