/**
 * `npx tsx bench/videoKills.ts [SEED] [KILLS]`: takes a video of 240 frames, with sound and an uneven pace, through `perpixel video
 * denoise` and ends it with kill -9 at ten random moments. Until it is done there may be no result under its name; then it has to be
 * what a run without kills makes, in every bit of every frame, with the times and the sound of the source. Needs FFmpeg and `npm run build`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { random } from '../src/core/random.js';
import { ffmpeg, ffprobe } from '../test/helpers/ffmpegFixtures.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';

const [seed, kills] = [process.argv[2] ?? 1, process.argv[3] ?? 10].map(Number);
const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));
const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-kills-'));
const at = (name: string) => path.join(folder, name);

try {
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25:duration=11.2', '-f', 'lavfi', '-i', 'sine=duration=11'],
    ...['-vf', "select='not(eq(mod(n,7),3))'", '-fps_mode', 'passthrough', '-pix_fmt', 'yuv420p', at('x.mkv')],
  );
  const model = await writeTinyDenoiser(folder);
  const start = (output: string) => {
    const options = [
      '--model',
      model,
      '--sigma',
      '10',
      '--frames',
      '1',
      '--codec',
      'ffv1',
      '--segment',
      '8',
      '--quiet',
    ];
    const args = [executable, 'video', 'denoise', at('x.mkv'), '-o', at(output), ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    return { child, code: new Promise<number | null>((resolve) => child.on('close', resolve)) };
  };
  const codes = [await start('whole.mkv').code];

  const draw = random(seed, 'kills');
  const segments: number[] = [];
  let early = 0;
  for (let kill = 0; kill < kills; kill++) {
    const { child, code } = start('out.mkv');
    const more = draw.integer(4);
    while (child.exitCode === null && (await finished()) < (segments.at(-1) ?? 0) + more) await sleep(5);
    await sleep(draw.uniform(0, 300));
    child.kill('SIGKILL');
    if ((await code) === 0) break; // Done before it was killed.
    if (existsSync(at('out.mkv'))) early++;
    segments.push(await finished());
  }
  if (!existsSync(at('out.mkv'))) codes.push(await start('out.mkv').code);

  const frames = hash('out.mkv') === hash('whole.mkv');
  const times = isAlike('v', 'frame=pts_time');
  const sound = isAlike('a', 'packet=pts_time,size');
  const left = (await readdir(folder)).filter((name) => name.startsWith('.') || name.endsWith('.parts'));
  console.log(JSON.stringify({ seed, kills: segments.length, segments, early, frames, times, sound, left, codes }));
  const isWhole = frames && times && sound && early === 0 && left.length === 0 && codes.every((code) => code === 0);
  process.exitCode = isWhole ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

/** How many segments there are. */
async function finished(): Promise<number> {
  const names = await readdir(at('out.mkv.parts')).catch((): string[] => []);
  return names.filter((name) => /^\d+_\d+\.nut$/.test(name)).length;
}

/** Of all frames, decoded. */
function hash(name: string): string {
  return ffmpeg('-i', at(name), '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'md5', '-').toString();
}

/** Whether ffprobe says the same of both. */
function isAlike(kind: 'v' | 'a', entries: string): boolean {
  const [out, source] = ['out.mkv', 'x.mkv'].map((name) => ffprobe(at(name), kind, entries).join('\n'));
  return out === source;
}
