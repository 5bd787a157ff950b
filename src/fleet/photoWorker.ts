/** The process behind PhotoProcess: does the jobs that it is sent, on models of its own. */
import process from 'node:process';
import { PerpixelError } from '../core/errors.js';
import { removeHeld } from '../core/files/held.js';
import { createModels, type Models } from '../engines/models.js';
import { orEnd } from '../pipelines/orEnd.js';
import { doShard, partsOf } from './doShard.js';
import { modelsDigest } from './modelsDigest.js';
import type { JobReply, JobRequest, PhotoProcessOptions } from './photoProcess.js';
import { placeOf } from './place.js';
import { type ReadyRun, readyRun } from './run.js';
import { outputStore } from './stores/index.js';

const { machine, roots, ffmpeg } = JSON.parse(process.argv[2]) as PhotoProcessOptions;
const places = roots?.map((root) => placeOf(root));

/** A run, and its models, that is worked on; most jobs behind each other are of one. */
let current: { ready: ReadyRun; models: Models } | undefined;

process.on('message', (request: JobRequest) => {
  void answer(request).then((reply) => process.send!(reply));
});

// The one that keeps the queue's locks is gone, and so is our claim on the photos. An exit would wait for the network.
const end = () => {
  removeHeld();
  process.kill(process.pid, 'SIGKILL');
};
process.on('disconnect', end);
process.on('SIGTERM', end);
// Ctrl-C is told to the whole group; what to do about it is said by the other process.
process.on('SIGINT', () => {});

async function answer({ key, run, job, isAgain }: JobRequest): Promise<JobReply> {
  try {
    if (current?.ready.key !== key) await change(key, run);
  } catch (error) {
    if (error instanceof Unsuitable) return { unable: partsOf(error.reason) };
    if (error instanceof PerpixelError) return { refused: partsOf(error) };
    throw error;
  }
  const { ready, models } = current!;
  const context = { open: orEnd(models.open), roots: places, onProgress: () => process.send!('progress') };
  try {
    if ('photos' in job) return { outcome: { photos: await doShard(ready, job, { ...context, isAgain }) } };
    // Frames are what only videos need.
    const { doVideo } = await import('./doVideo.js');
    return { outcome: await doVideo(ready, job, { ...context, ffmpeg }) };
  } catch (error) {
    // What fails all photos alike.
    if (error instanceof PerpixelError) return { unable: partsOf(error) };
    throw error;
  }
}

/** What this machine lacks. */
class Unsuitable extends Error {
  readonly reason: PerpixelError;
  constructor(reason: PerpixelError) {
    super(reason.message);
    this.reason = reason;
  }
}

async function change(key: string, text: string): Promise<void> {
  await current?.models.dispose();
  current = undefined;
  const ready = await readyRun(key, text, places);
  const { run, asked, output } = ready;
  const tasks = asked.map(({ task }) => task);
  await suitable(async () => {
    if ((await modelsDigest(tasks, run)) !== run.models) throw otherModels(key);
    await outputStore(output).require();
  });
  const models = createModels({
    ...machine,
    model: run.model,
    overrides: run.overrides,
    task: [...new Set(tasks.flatMap(({ name, modelTasks }) => modelTasks ?? [name]))],
  });
  current = { ready, models };
}

async function suitable(check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw error instanceof PerpixelError ? new Unsuitable(error) : error;
  }
}

function otherModels(key: string): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    subject: `run ${key}`,
    received: 'other models on this machine than where it was added',
    expected: 'the same, for the same results',
    cure: 'Install one version of perpixel, and the same model file, on all machines.',
  });
}
