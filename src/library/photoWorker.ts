/** The thread behind PhotoThread: does the jobs that it is sent, on sessions of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { PerpixelError } from '../core/errors.js';
import { createSessions, type SessionsOptions } from '../engines/sessions.js';
import type { JobResult } from '../pipelines/run/job.js';
import { runJob } from '../pipelines/run/runJob.js';
import { runSceneJob } from '../pipelines/run/runSceneJob.js';
import { type PhotoTaskName, photoTasks } from '../tasks/photoTasks.js';
import type { SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import type { Task } from '../tasks/task.js';
import type { Reply, Request } from './photoThread.js';

const port = parentPort!;
const sessions = createSessions(workerData as SessionsOptions);
const aborters = new Map<number, AbortController>();

port.on('message', (request: Request) => {
  if (request === 'close') void close();
  else if ('abort' in request) aborters.get(request.abort)?.abort();
  else void answer(request);
});

async function answer({ id, task, job }: Exclude<Request, 'close' | { abort: number }>): Promise<void> {
  const aborter = new AbortController();
  aborters.set(id, aborter);
  try {
    const { signal } = aborter;
    const onProgress = (progress: number) => port.postMessage({ id, progress } satisfies Reply);
    const result =
      task in sceneTasks
        ? await runSceneJob(sceneTasks[task as SceneTaskName] as SceneTask, job, sessions, { signal, onProgress })
        : await runJob(photoTasks[task as PhotoTaskName] as Task<unknown, unknown>, job, sessions, {
            signal,
            onProgress,
          });
    const own = ownMemory(result);
    port.postMessage({ id, result: own } satisfies Reply, memoryOf(own));
  } catch (error) {
    port.postMessage({ id, failure: failureOf(error) } satisfies Reply);
  } finally {
    aborters.delete(id);
    await sessions.idle();
    if (aborters.size === 0) port.postMessage('idle' satisfies Reply);
  }
}

async function close(): Promise<void> {
  for (const aborter of aborters.values()) aborter.abort();
  await sessions.dispose();
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
