import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { cameraAtIso } from '../../src/degradations/camera.js';
import { PageFile } from '../../src/images/formats/tiff/pageFile.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { writeTinyScene } from '../cli/tinyScene.js';
import { ffprobe, testVideo } from './ffmpegFixtures.js';
import { mosaicDng } from './mosaicDng.js';
import { noisyPhoto } from './noisyPhoto.js';
import { syntheticSlice } from './syntheticSlice.js';
import { writeTinyDenoiser } from './tinyDenoiser.js';
import { writeTinyInpainter } from './tinyInpainter.js';
import { tinyCard, tinyModel } from './tinyModel.js';
import { writeTinyPose } from './tinyPose.js';

/** A command that is disturbed, and what its results have to be. */
export interface Disturbed {
  name: string;
  /** The command line that writes below a folder. */
  args(inputs: string, out: string): string[];
  /** The command line that has to be run before, with nothing to disturb it. */
  before?(inputs: string, out: string): string[];
  /** Whether its result goes to standard output, which then is the file `stdout` of the folder. */
  pipes?: boolean;
  /** Whether a result is as good as that of a run that nothing disturbed. @default the same bytes */
  same?(file: string, undisturbed: string): Promise<boolean>;
}

const train = ['--options', '{"widths":[4,8],"blocks":1}', '--batch', '1', '--crop', '16', '--engine', 'tensorflow'];

const hasAllFrames = async (file: string, undisturbed: string) => frameCount(file) === frameCount(undisturbed);

/** Commands of every kind that writes: results, pages, maps, legends, kernels, pipes, videos, runs, models. */
export const commands: readonly Disturbed[] = [
  {
    name: 'denoise --report',
    args: (inputs, out) => [
      ...['denoise', at(inputs, 'photos'), '-o', at(out, 'clean'), '--sigma', '20', '--model', at(inputs, 'tiny.onnx')],
      ...['--report', at(out, 'page.html')],
    ],
    // It tells how long each photo took.
    same: async (file, undisturbed) =>
      file.endsWith('.html') ? isWholePage(await readFile(file, 'utf8')) : isSame(file, undisturbed),
  },
  {
    name: 'depth,labels',
    args: (inputs, out) => [
      ...[
        'depth,labels',
        at(inputs, 'photos'),
        '-o',
        at(out, 'maps'),
        '--pictures',
        '--model',
        at(inputs, 'scene.onnx'),
      ],
    ],
  },
  {
    name: 'deblur --save-kernel',
    args: (inputs, out) => [
      ...[
        'deblur',
        at(inputs, 'photos'),
        '-o',
        at(out, 'sharp'),
        '--kernel-size',
        '5',
        '--model',
        at(inputs, 'tiny.onnx'),
      ],
      ...['--save-kernel', at(out, 'kernels')],
    ],
  },
  {
    name: 'inpaint -o -',
    args: (inputs) => [
      ...['inpaint', at(inputs, 'photos', 'a.png'), '-o', '-', '--mask', at(inputs, 'mask.png')],
      ...['--model', at(inputs, 'inpainter.onnx')],
    ],
    pipes: true,
  },
  {
    name: 'video denoise',
    args: (inputs, out) => [
      ...['video', 'denoise', at(inputs, 'v.mp4'), '-o', at(out, 'v.mp4'), '--sigma', '10', '--segment', '10'],
      ...['--model', at(inputs, 'tiny.onnx')],
    ],
    same: hasAllFrames,
  },
  {
    name: 'train',
    args: (inputs, out) => [
      ...['train', 'denoise', '--data', at(inputs, 'photos'), '--run', at(out, 'run'), '--steps', '30'],
      ...['--checkpoint-every', '0.2', '--log-every', '5', ...train],
    ],
    same: async (file) => !file.endsWith('.safetensors') || (await readCheckpoint(file)).facts.step === '30',
  },
  {
    name: 'export',
    args: (inputs, out) => ['export', at(inputs, 'run'), '-o', at(out, 'mine.onnx'), '--name', 'mine'],
  },
];

const scene = (inputs: string) => ['--model', at(inputs, 'scene.onnx')];

/** Further kinds of results, by the writers that the others have not. */
export const furtherCommands: readonly Disturbed[] = [
  {
    name: 'depth --format ply',
    args: (inputs, out) => [
      ...['depth', at(inputs, 'photos'), '-o', at(out, 'maps'), '--format', 'ply', ...scene(inputs)],
    ],
  },
  {
    name: 'depth,normals --format exr',
    args: (inputs, out) => [
      ...['depth,normals', at(inputs, 'photos'), '-o', at(out, 'maps'), '--format', 'exr', ...scene(inputs)],
    ],
  },
  {
    name: 'denoise --format dng',
    args: (inputs, out) => [
      ...['denoise', at(inputs, 'raw'), '-o', at(out, 'clean'), '--format', 'dng', '--sigma', '20'],
      ...['--model', at(inputs, 'tiny.onnx')],
    ],
  },
  {
    name: 'membranes --cells',
    args: (inputs, out) => [
      ...['membranes', at(inputs, 'slices'), '-o', at(out, 'cells'), '--cells', '--pictures'],
      ...['--model', at(inputs, 'membranes.onnx')],
    ],
  },
  {
    name: 'membranes --link, a stack',
    args: (inputs, out) => [
      ...['membranes', at(inputs, 'stacks'), '-o', at(out, 'cells'), '--cells', '--link', '--pictures'],
      ...['--model', at(inputs, 'membranes.onnx')],
    ],
  },
  {
    name: 'labels --regions',
    args: (inputs, out) => [
      ...['labels', at(inputs, 'photos'), '-o', at(out, 'maps'), '--regions', 'superpixels', '--confidence'],
      ...scene(inputs),
    ],
  },
  {
    name: 'inpaint --find',
    args: (inputs, out) => [
      ...[
        'inpaint',
        at(inputs, 'photos'),
        '-o',
        at(out, 'filled'),
        '--find',
        'scratches',
        '--mask',
        at(inputs, 'mask.png'),
      ],
      ...['--save-mask', at(out, 'masks'), '--model', at(inputs, 'inpainter.onnx')],
    ],
  },
  {
    name: 'deblur, a scene that moved',
    args: (inputs, out) => [
      ...['deblur', at(inputs, 'photos'), '-o', at(out, 'sharp'), '--kernel-size', '5', '--model', 'deblur-dynamic'],
      ...['--include', 'a.png'],
    ],
  },
  {
    name: 'pose --pictures',
    args: (inputs, out) => [
      ...['pose', at(inputs, 'photos'), '-o', at(out, 'joints'), '--pictures', '--model', at(inputs, 'pose.onnx')],
    ],
  },
  {
    name: 'preview',
    args: (inputs, out) => [
      // A sheet that is there is refused: whether it is finished is for people to see.
      ...['preview', 'denoise', at(inputs, 'photos', 'a.png'), '-o', at(out, 'sheet.png'), '--overwrite'],
      ...['--model', at(inputs, 'tiny.onnx')],
    ],
  },
];

/** A worker of a fleet that has nobody beside it, on a queue for each folder of results. */
export function fleetCommand(redis: string): Disturbed {
  const queue = (out: string) => ['--redis', redis, '--queue', createHash('sha256').update(out).digest('hex')];
  return {
    name: 'fleet work',
    before: (inputs, out) => [
      ...['fleet', 'add', at(inputs, 'photos'), '-o', at(out, 'clean'), ...queue(out)],
      ...['denoise', '--sigma', '20', '--model', at(inputs, 'tiny.onnx')],
    ],
    args: (_, out) => ['fleet', 'work', '--until-done', '--lock', '10', ...queue(out)],
  };
}

/** What all commands read, and what each of the chosen makes of it when nothing disturbs it. */
export async function prepare(home: string, chosen: readonly Disturbed[] = commands): Promise<void> {
  const inputs = at(home, 'inputs');
  await mkdir(at(inputs, 'photos'), { recursive: true });
  for (const [i, name] of ['a.png', 'b.jpg', 'c.tif'].entries()) {
    await noisyPhoto({ width: 64, height: 48, seed: i + 1 }).toFile(at(inputs, 'photos', name));
  }
  const hole = Buffer.from('<svg width="64" height="48"><circle cx="20" cy="20" r="6" fill="white"/></svg>');
  await sharp({ create: { width: 64, height: 48, channels: 3, background: 'black' } })
    .composite([{ input: hole }])
    .toFile(at(inputs, 'mask.png'));
  testVideo('64x48', 30, at(inputs, 'v.mp4'));
  await writeTinyDenoiser(inputs);
  await writeTinyScene(inputs);
  await writeTinyInpainter(inputs);
  await writeTinyPose(inputs);
  await writeFile(at(inputs, 'membranes.onnx'), tinyMembranes());
  await mkdir(at(inputs, 'slices'));
  await mkdir(at(inputs, 'stacks'));
  await writeStack(at(inputs, 'stacks', 'three.tif'));
  await mkdir(at(inputs, 'raw'));
  const { data } = await noisyPhoto({ width: 64, height: 48, seed: 9 }).raw().toBuffer({ resolveWithObject: true });
  const photo = ndarray(
    Float32Array.from(data, (value) => value / 255),
    [48, 64, 3],
  );
  await writeFile(at(inputs, 'raw', 'a.dng'), mosaicDng(photo, cameraAtIso(800)));
  await noisyPhoto({ width: 64, height: 48, seed: 8 })
    .greyscale()
    .toFile(at(inputs, 'slices', 'a.png'));
  const made = await run([
    'train',
    'denoise',
    '--data',
    at(inputs, 'photos'),
    '--run',
    at(inputs, 'run'),
    '--steps',
    '2',
    ...train,
  ]);
  if (made.code !== 0) throw new Error(made.stderr);
  for (const command of chosen) {
    const { code, stderr } = await runIn(command, home, 'undisturbed');
    if (code !== 0) throw new Error(`${command.name}: ${stderr}`);
  }
}

/** Cells where it is bright. */
function tinyMembranes(): Uint8Array {
  const nodes = [{ op: 'Mul', in: ['image', 'gain'], out: ['boundary'] }];
  const bytes = tinyModel(nodes, { image: [null, 1, null, null] }, ['boundary'], [floatTensor('gain', [1], [4])]);
  return withCard(bytes, { ...tinyCard, task: 'membranes', channels: 1, normalisation: { mean: [0.5], scale: [1] } });
}

/** A stack of slices with cells in them. */
async function writeStack(file: string): Promise<void> {
  const stack = await PageFile.create(file);
  for (const depth of [0, 1, 2]) await stack.add(syntheticSlice(64, 48, { depth }).image);
  await stack.close();
}

/** How a run is disturbed. */
export interface Disturbance {
  /** No file may grow beyond this, in KiB. */
  fileSize?: number;
  /** So many files may be open. */
  openFiles?: number;
  /** It is ended with kill -9 after this time. */
  killAfterMs?: number;
  /** One of the FFmpegs that it started gets a signal after this time, on Linux. */
  ffmpeg?: { signal: NodeJS.Signals; afterMs: number };
}

export interface Ran {
  /** null where it was killed. */
  code: number | null;
  stderr: string;
}

/** Runs a command into a folder of its name. */
export async function runIn(command: Disturbed, home: string, folder: string, how: Disturbance = {}): Promise<Ran> {
  const out = at(home, folder, command.name);
  await mkdir(out, { recursive: true });
  if (command.before) {
    const { code, stderr } = await run(command.before(at(home, 'inputs'), out));
    if (code !== 0) throw new Error(stderr);
  }
  return run(command.args(at(home, 'inputs'), out), how, command.pipes ? at(out, 'stdout') : undefined);
}

const executable = fileURLToPath(new URL('../../bin/perpixel.js', import.meta.url));

async function run(
  args: readonly string[],
  { fileSize, openFiles, killAfterMs, ffmpeg }: Disturbance = {},
  stdout = '/dev/null',
): Promise<Ran> {
  const limits = [
    ...(fileSize === undefined ? [] : [`ulimit -f ${fileSize}`]),
    ...(openFiles === undefined ? [] : [`ulimit -n ${openFiles}`]),
  ];
  const script = [...limits, 'exec "$@" > "$OUT"'].join('; ');
  const child = spawn('bash', ['-c', script, 'run', process.execPath, executable, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, OUT: stdout },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close');
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), ended]);
    child.kill('SIGKILL');
  }
  if (ffmpeg !== undefined) {
    await Promise.race([sleep(ffmpeg.afterMs), ended]);
    const programs = await ffmpegsOf(child.pid!);
    const victim = programs[Math.floor(ffmpeg.afterMs) % programs.length];
    if (victim !== undefined) process.kill(victim, ffmpeg.signal);
  }
  const [code] = await ended;
  return { code: code as number | null, stderr };
}

/** The FFmpegs that a process has started, whichever of its threads did; none where it has ended. */
async function ffmpegsOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const children = await Promise.all(threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`)));
  const found: number[] = [];
  for (const child of children.join(' ').split(' ').filter(Boolean)) {
    if ((await read(`/proc/${child}/comm`)).trim() === 'ffmpeg') found.push(Number(child));
  }
  return found;
}

/**
 * What is wrong with what a run left: a result that is not whole under its final name, one that is missing where it said that all
 * went well, a stack trace, a failure without a word.
 */
export async function faultsOf(
  command: Disturbed,
  home: string,
  folder: string,
  { code, stderr }: Ran,
): Promise<string[]> {
  const faults: string[] = [];
  const out = at(home, folder, command.name);
  const undisturbed = at(home, 'undisturbed', command.name);
  const expected = await resultsIn(undisturbed);
  const there = await resultsIn(out);
  if (code === 0) for (const name of expected.keys()) if (!there.has(name)) faults.push(`exit 0 without ${name}`);
  // A run in the making is no result: its last checkpoint has fewer steps. Of a pipe only the exit status tells.
  const isResult = (name: string) =>
    code === 0 || !(command.pipes || command.name === 'train' || name.includes('.parts'));
  for (const [name, file] of there) {
    const whole = expected.get(name);
    if (whole === undefined || !isResult(name)) continue;
    const isSound = await (command.same ?? isSame)(file, whole).catch(() => false);
    if (!isSound) faults.push(`exit ${code} and ${name} is not whole`);
  }
  if (/^\s+at .+:\d+:\d+\)?$|^node:internal|^Node\.js v/m.test(stderr)) faults.push(`a stack trace: ${stderr}`);
  if (code !== 0 && code !== null && !/E_[A-Z]+|^perpixel: /m.test(stderr))
    faults.push(`exit ${code} without a word: ${stderr}`);
  return faults.map((fault) => `${command.name}: ${fault}`);
}

/** Files below a folder that bear a final name, by their path there without the digest in the name of a fleet's run. */
async function resultsIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((file) => [path.relative(folder, file).replace(/-[0-9a-f]{12}(?=[/\\])/, ''), file]));
}

async function isSame(file: string, undisturbed: string): Promise<boolean> {
  return (await readFile(file)).equals(await readFile(undisturbed));
}

const isWholePage = (page: string): boolean => page.startsWith('<!doctype html>') && page.trimEnd().endsWith('</html>');

function frameCount(file: string): number {
  return ffprobe(file, 'v', 'frame=pts').length;
}

/** A digest of every file that commands read. */
export function digestOfInputs(home: string): string {
  const script = 'find . -type f -exec sha256sum {} + | sort -k2';
  return execFileSync('sh', ['-c', script], { cwd: at(home, 'inputs') }).toString();
}

const at = (...parts: string[]): string => path.join(...parts);
