/** The thread behind ThreadExecutor: does the jobs that it is sent, on models of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { PerpixelError } from '../../core/errors.js';
import { createModels, type ModelsOptions } from '../../engines/models.js';
import { taskNamed } from '../../tasks/registry.js';
import type { AnyTask } from '../../tasks/task.js';
import type { Job, JobResult } from './job.js';
import { packed } from './packed.js';
import { runJob } from './runJob.js';
import type { Reply, Request } from './threadExecutor.js';

const port = parentPort!;
const models = createModels(workerData as ModelsOptions);
const aborters = new Map<number, AbortController>();

port.on('message', (request: Request) => {
  if (request === 'close') void close();
  else if ('abort' in request) aborters.get(request.abort)?.abort();
  else void answer(request);
});

async function answer({ id, job }: Exclude<Request, 'close' | { abort: number }>): Promise<void> {
  const aborter = new AbortController();
  aborters.set(id, aborter);
  try {
    const { signal } = aborter;
    const onProgress = (progress: number) => port.postMessage({ id, progress } satisfies Reply);
    const result = packed(await runJob(await taskOf(job), job, models, { signal, onProgress })) as JobResult;
    const own = ownMemory(result);
    port.postMessage({ id, result: own } satisfies Reply, memoryOf(own));
  } catch (error) {
    port.postMessage({ id, failure: failureOf(error) } satisfies Reply);
  } finally {
    aborters.delete(id);
    await models.idle();
    if (aborters.size === 0) port.postMessage('idle' satisfies Reply);
  }
}

async function taskOf({ task, module }: Job): Promise<AnyTask> {
  const found = module === undefined ? taskNamed(task) : ((await import(module)) as Record<string, AnyTask>)[task];
  if (found) return found;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'module',
    received: `${module ?? 'the list of tasks'}, which exports no ${task}`,
    expected: 'the module that exports the task under its name',
    cure: `Export the task as ${task}.`,
  });
}

async function close(): Promise<void> {
  for (const aborter of aborters.values()) aborter.abort();
  await models.dispose();
  port.close();
}

/** Memory that libvips or a pool of buffers holds cannot be given away; a copy of an encoded file is small. */
function ownMemory({ bytes, ...rest }: JobResult): JobResult {
  return bytes ? { ...rest, bytes: Uint8Array.from(bytes) } : rest;
}

function memoryOf({ bytes, samples }: JobResult): ArrayBuffer[] {
  return [bytes, samples].filter((each) => each !== undefined).map((each) => each.buffer as ArrayBuffer);
}

/** The class of an error does not survive the way between threads; the parts of ours do. */
function failureOf(error: unknown): Extract<Reply, { failure: unknown }>['failure'] {
  if (!(error instanceof PerpixelError)) return { error };
  const { code, subject, received, expected, cure } = error;
  return { parts: { code, subject, received, expected, cure } };
}
