/**
 * `npx tsx bench/twentyKills.ts [SEED]`: starts the command on a folder of 250 pictures and ends it with kill -9 at twenty
 * random moments; after each, every result that is there has to decode. Then the same command has to finish the rest, and to
 * leave nothing else. Needs `npm run build`.
 */
import { spawn } from 'node:child_process';
import { on } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { random } from '../src/core/random.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';
import { noisyPicture } from './noisyPicture.js';

const seed = Number(process.argv[2] ?? 1);
const COUNT = 250;
const KILLS = 20;
const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-kills-'));
try {
  const [photos, clean] = ['photos', 'clean'].map((name) => path.join(folder, name));
  await mkdir(photos);
  const formats = ['jpg', 'png', 'webp', 'tif'];
  for (let i = 0; i < COUNT; i++) {
    await noisyPicture(90, 70, i).toFile(path.join(photos, `${i}.${formats[i % formats.length]}`));
  }
  const args = [
    executable,
    'denoise',
    photos,
    '-o',
    clean,
    '--model',
    await writeTinyDenoiser(folder),
    '--sigma',
    '12',
    '--json',
  ];
  const draw = random(seed, 'kills');

  let broken = 0;
  const progress: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await filesDone(child.stdout, draw.integer(12));
    await sleep(draw.uniform(0, 50));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    const results = await resultsIn(clean);
    progress.push(results.length);
    for (const name of results) {
      const decodes = await sharp(path.join(clean, name), { failOn: 'warning' })
        .stats()
        .then(Boolean, () => false);
      if (!decodes) broken++;
    }
  }
  const finishing = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => finishing.on('close', resolve));
  const left = await readdir(clean);
  const finished = code === 0 && left.length === COUNT && left.every((name) => !name.startsWith('.'));
  console.log(JSON.stringify({ seed, kills: KILLS, broken, progress, finished }));
  process.exitCode = broken === 0 && finished ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

/** Resolves when the command has told of so many new results; at once for none, while it is still starting. */
async function filesDone(events: Readable, count: number): Promise<void> {
  if (count === 0) return;
  let done = 0;
  for await (const [text] of on(events, 'data')) {
    done += String(text).split('"status":"done"').length - 1;
    if (done >= count) return;
  }
}

async function resultsIn(where: string): Promise<string[]> {
  return (await readdir(where).catch(() => [])).filter((name) => !name.startsWith('.'));
}
