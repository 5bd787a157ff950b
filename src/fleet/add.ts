import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import type { ModelCard } from '../onnx/modelFile.js';
import { type FileResult, fileResult } from '../pipelines/items.js';
import { outputs } from '../pipelines/outputs.js';
import type { WalkOptions } from '../pipelines/walkFiles.js';
import { flaggedSides } from '../tasks/besideResults.js';
import { isVideoName } from '../video/isVideoName.js';
import { changed } from './changed.js';
import { nameOf, placeOf } from './place.js';
import type { FleetQueue, Queued } from './queue.js';
import { type Run, readyRun } from './run.js';
import { runKey } from './runKey.js';
import { countOf, type ShardPhoto, shardId, siblingsOf, videoId } from './shard.js';
import { inputStore, outputStore } from './stores/index.js';
import type { StoreFolder } from './stores/store.js';
import { temporaryFolder } from './temporary.js';
import { videoName } from './videoName.js';

/** What came of adding. */
export interface Added {
  run: string;
  /** Where the results go. */
  output: string;
  queued: number;
  /** Those that were in the queue already. */
  waiting: number;
  /** Results that are there already. */
  done: number;
  failed: number;
}

export interface AddOptions {
  /** Photos a job. */
  shard: number;
  /** Which photos of the input, and who is told of what else is there. */
  choice: Omit<WalkOptions, 'output'>;
  /** That of a model of the user's own. */
  card?: ModelCard;
  signal: AbortSignal;
  onFailed(result: FileResult): void;
}

/** Jobs that are sent to the queue at a time. */
const BATCH = 200;

/**
 * Queues the photos of a run whose results are not there yet. Memory: a folder's listing.
 *
 * @throws PerpixelError E_OPTION, E_WRITE, E_PROGRAM
 */
export async function add(
  queue: FleetQueue,
  run: Run,
  { shard: size, choice, card, signal, onFailed }: AddOptions,
): Promise<Added> {
  const key = runKey(run);
  const ready = await readyRun(key, JSON.stringify(run));
  const { asked, input, output } = ready;
  const tasks = asked.map(({ task }) => task);
  const target = outputStore(output);
  await target.prepare();
  for (const { task, options } of asked) {
    if (task.legend) await putLegend(`${task.name}.json`, task.legend(options, card));
  }
  await queue.addRun(run);
  const added: Added = { run: key, output: nameOf(output), queued: 0, waiting: 0, done: 0, failed: 0 };
  const source = inputStore(input);
  let batch: Queued[] = [];

  async function putLegend(name: string, legend: readonly object[]): Promise<void> {
    const folder = await temporaryFolder();
    try {
      const file = path.join(folder, name);
      await writeFile(file, `${JSON.stringify(legend, null, 2)}\n`);
      await target.put(name, file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  function fail(name: string, error: PerpixelError): void {
    added.failed++;
    onFailed(fileResult('failed', name, { error }));
  }

  async function flush(): Promise<void> {
    const all = batch.reduce((sum, { job }) => sum + countOf(job), 0);
    const queued = await queue.add(batch);
    added.queued += queued;
    added.waiting += all - queued;
    batch = [];
    signal.throwIfAborted();
  }

  async function addFolder({ folder, photos, names }: StoreFolder): Promise<void> {
    const before = await target.results(folder);
    const siblings = siblingsOf(names);
    const { format, pictures } = run;
    const targets = outputs('', { format, pictures, sideFiles: flaggedSides(asked, '') });

    /** Whether its results are all there. */
    async function isDone(name: string, modified: Date): Promise<boolean> {
      const own = siblings(name) ?? [name];
      const expected = run.video
        ? [videoName({ name, siblings: own }, format)]
        : targets.all(tasks, { status: 'listed', path: name, relative: name, siblings: own, bytes: 0 });
      const found = await Promise.all(expected.map((each) => before(each, modified)));
      if (found.includes('another')) throw changed(source.nameOf(folder, name));
      return found.every((each) => each === 'there');
    }

    for (let start = 0; start < photos.length; start += size) {
      const all = photos.slice(start, start + size);
      const left: ShardPhoto[] = [];
      for (const { name, identity, modified } of all) {
        try {
          if (await isDone(name, modified)) added.done++;
          else left.push({ name, identity, siblings: siblings(name) });
        } catch (error) {
          if (!(error instanceof PerpixelError)) throw error;
          fail(source.nameOf(folder, name), error);
        }
      }
      // Named by all of them, whatever is done: a job that is added again is known.
      if (run.video) {
        const videos = left.map((video) => ({ run: key, folder, video }));
        batch.push(...videos.map((job) => ({ id: videoId(job), job })));
      } else if (left.length > 0) {
        batch.push({ id: shardId({ run: key, folder, photos: all }), job: { run: key, folder, photos: left } });
      }
      if (batch.length >= BATCH) await flush();
    }
  }

  const isMeant = run.video && isVideoName;
  for await (const item of source.folders({ ...choice, isMeant, output: nameOf(placeOf(run.output)) })) {
    if ('status' in item) fail(item.input, item.error!);
    else await addFolder(item);
  }
  await flush();
  return added;
}
