import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { requireLegend } from '../../src/cli/writeLegend.js';
import { tryLock } from '../../src/core/files/lock.js';
import { readWeightsIndex } from '../../src/engines/weights.js';
import { readyRun } from '../../src/fleet/run.js';
import { runKey } from '../../src/fleet/runKey.js';
import { namesOf } from '../../src/fleet/shard.js';
import { readModelFile } from '../../src/onnx/modelFile.js';
import { pictureList } from '../../src/tasks/evaluation/pictureList.js';
import { claimData } from '../../src/training/claimData.js';
import { readJoints } from '../../src/training/datasets/jointFiles.js';
import { rainPairs, restorationPhotos } from '../../src/training/datasets/presets.js';
import { readRun, requireRun } from '../../src/training/run.js';
import { readLog, truncateLog } from '../../src/training/runLog.js';
import { openSegments, segmentFile } from '../../src/video/segments.js';
import { reluModel, tinyCard } from '../helpers/tinyModel.js';
import { type FuzzedKind, told } from './kind.js';

/** A file of text: what stands in it, and who reads it from a folder. */
interface TextFile {
  name: string;
  text: string;
  read(folder: string, text: string): Promise<unknown>;
}

const run = {
  ...{ task: 'denoise', network: 'restorationUnet', options: { widths: [4, 8], blocks: 1 }, examples: {}, seed: 1 },
  ...{ steps: 30, batch: 1, crop: 16, optimiser: 'adam', rate: 0.001, schedule: 'cosine', decay: 0, average: 0.99 },
};
const fleetRun = {
  ...{ input: '/photos', output: '/results', tasks: [{ name: 'denoise', options: { sigma: 20 } }], quality: 'fast' },
  ...{ limitPixels: 1000, sideFiles: {}, overrides: {}, models: 'ab'.repeat(32) },
} as const;
const segment = { index: 0, pts: 0, frames: 10, next: 10, lastPts: 9, bytes: 4 };
const marker = { madeBy: 'perpixel video', job: { sigma: 20 } };
const at = (...parts: string[]) => path.join(...parts);

const files: readonly TextFile[] = [
  {
    name: 'model.json',
    text: JSON.stringify({ ...tinyCard, preset: 'nafnet', classes: [{ name: 'sky', colour: '#0080ff' }] }),
    async read(folder) {
      await writeFile(at(folder, 'model.onnx'), reluModel);
      await readModelFile(at(folder, 'model.onnx'));
    },
  },
  {
    name: 'index.json',
    text: JSON.stringify({ tiny: { file: 'tiny.onnx', sha256: 'ab'.repeat(32), task: 'denoise' } }),
    read: (folder) => readWeightsIndex(folder),
  },
  {
    name: 'run.json',
    text: JSON.stringify(run),
    async read(folder) {
      const config = await readRun(folder);
      await requireRun(folder, config);
    },
  },
  {
    name: 'data.json',
    text: JSON.stringify({ layout: 'folder', trained: ['/a.png', '/b.png'], scored: ['/c.png'] }),
    read: (folder) => claimData(folder, { layout: 'folder', files: [{ image: '/a.png' }, { image: '/b.png' }] }),
  },
  {
    name: 'log.jsonl',
    text: `${JSON.stringify({ step: 1, steps: 2, loss: 0.5, rate: 0.1, secondsPerStep: 1, scores: { psnr: 30 } })}\n`.repeat(
      2,
    ),
    async read(folder) {
      await truncateLog(folder, 1);
      await readLog(folder);
    },
  },
  {
    name: 'joints.json',
    text: JSON.stringify({ 'a.png': Array.from({ length: 14 }, (_, i) => [i, 2 * i, 1]) }),
    read: (folder) => readJoints(at(folder, 'joints.json')),
  },
  {
    name: 'splits.json',
    text: JSON.stringify({
      clean_train: ['a.jpg'],
      rain_train: [{ id: '1', clean: 'a.jpg', rain100h_crop: [0, 0, 8, 8] }],
      rain_test_a: [],
    }),
    async read(folder) {
      await mkdir(at(folder, 'photos-free'), { recursive: true });
      await writeFile(at(folder, 'photos-free', 'a.png'), '');
      await restorationPhotos(folder);
      await rainPairs(folder, 'heavy');
    },
  },
  { name: 'list.txt', text: 'a.png\nb.png\r\n', read: (folder) => pictureList([at(folder, 'list.txt')]) },
  {
    name: 'labels.json',
    text: JSON.stringify([{ id: 0, name: 'void', colour: '#000000' }]),
    read: (folder) => requireLegend(at(folder, 'labels.json'), [{ id: 0, name: 'void', colour: '#000000' }], false),
  },
  {
    name: 'lock',
    text: JSON.stringify({ token: 't', pid: 1, host: 'h', started: '12', space: 'ab 1' }),
    read: async (folder) => (await tryLock(at(folder, 'lock'), { patienceMs: 1 }))?.release(),
  },
  {
    name: 'perpixel-video.json',
    text: JSON.stringify(marker),
    read: (folder, text) => segments(folder, { marker: text }),
  },
  {
    name: 'manifest.json',
    text: JSON.stringify(segment),
    read: (folder, text) => segments(folder, { manifest: text }),
  },
  {
    name: 'run',
    text: JSON.stringify(fleetRun),
    read: async (_, text) => readyRun(keyOf(text), text, [{ kind: 'folder', folder: '/photos' }]),
  },
  {
    name: 'shard',
    text: JSON.stringify({ run: 'denoise-1', folder: '2019/07', photos: [{ name: 'a.png', identity: '1' }] }),
    read: async (_, text) => namesOf(parsed(text)),
  },
];

/** What stands beside pictures, models, runs and results, and is read again: each kind of it in turn. */
export const textKinds: Readonly<Record<string, FuzzedKind>> = {
  text: {
    seeds: async () => files.map(({ text }) => Buffer.from(text)),
    async attempt(bytes, { number, folder }) {
      const { name, read } = files[number % files.length];
      const own = at(folder, `text${number}`);
      await mkdir(own, { recursive: true });
      await writeFile(at(own, name), bytes);
      return told(name, () => read(own, bytes.toString()));
    },
  },
};

/** The folder of a video that was begun. */
async function segments(folder: string, { marker: ofFolder, manifest }: { marker?: string; manifest?: string }) {
  const parts = at(folder, 'v.mp4.parts');
  await mkdir(parts, { recursive: true });
  const file = segmentFile(parts, segment);
  await writeFile(at(parts, 'perpixel-video.json'), ofFolder ?? JSON.stringify(marker));
  await writeFile(file, 'four');
  await writeFile(file.replace('.nut', '.json'), manifest ?? JSON.stringify(segment));
  const held = await openSegments(at(folder, 'v.mp4'), marker.job);
  held.release();
}

/** The name of a run as whoever wrote it into the queue would have it. */
function keyOf(text: string): string {
  try {
    return runKey(JSON.parse(text));
  } catch {
    return 'denoise-0';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
