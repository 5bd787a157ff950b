import { Worker, type WorkerOptions } from 'node:worker_threads';
import { type ErrorParts, PerpixelError } from '../../core/errors.js';
import { failureOf } from '../../core/failureOf.js';
import { threadProgram } from '../../core/packagePart.js';
import type { ModelsOptions } from '../../engines/models.js';
import { copyBytes } from '../../images/copyInSlices.js';
import { taskNamed } from '../../tasks/registry.js';
import type { AnyTask } from '../../tasks/task.js';
import type { Executor } from './executor.js';
import type { Job, JobContext, JobResult } from './job.js';
import { unpacked } from './packed.js';

export type Request = { id: number; job: Job } | { abort: number } | 'close';

export type Reply =
  /** No job is in work, and nothing is computed for one that was given up. */
  | 'idle'
  | { id: number; progress: number }
  | { id: number; result: JobResult }
  | { id: number; failure: { parts: ErrorParts } | { error: unknown } };

interface Waiting {
  worker: Worker;
  context: JobContext;
  resolve(result: JobResult): void;
  reject(error: unknown): void;
}

/**
 * The near end of threadWorker: a thread that decodes, predicts and encodes, so that this one only passes bytes. It starts with
 * the first job, has sessions of its own, and does not keep the process alive while it is idle.
 */
export class ThreadExecutor implements Executor {
  readonly #options: ModelsOptions;
  readonly #workerOptions: Pick<WorkerOptions, 'execArgv'>;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 0;

  // Loaders and flags of the main thread have no business in this one.
  constructor(options: ModelsOptions = {}, workerOptions: Pick<WorkerOptions, 'execArgv'> = { execArgv: [] }) {
    this.#options = options;
    this.#workerOptions = workerOptions;
  }

  async run(task: AnyTask, job: Job, context: JobContext): Promise<JobResult> {
    requireFindable(task, job);
    const photo = 'bytes' in job.photo ? { bytes: await copyBytes(job.photo.bytes) } : job.photo;
    context.signal.throwIfAborted();
    const id = this.#nextId++;
    const worker = this.#started();
    const abort = () => worker.postMessage({ abort: id } satisfies Request);
    const reply = new Promise<JobResult>((resolve, reject) => {
      this.#waiting.set(id, { worker, context, resolve, reject });
    });
    worker.ref();
    worker.postMessage({ id, job: { ...job, photo } } satisfies Request, memoryOf(photo));
    context.signal.addEventListener('abort', abort);
    try {
      return await reply;
    } finally {
      context.signal.removeEventListener('abort', abort);
    }
  }

  async dispose(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    worker.ref();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage('close' satisfies Request);
    await ended;
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(threadProgram(import.meta.url, 'threadWorker'), {
      ...this.#workerOptions,
      workerData: this.#options,
    });
    this.#worker = worker;
    worker.on('message', (reply: Reply) => this.#settle(worker, reply));
    const end = (error: unknown) => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const [id, waiting] of this.#waiting) {
        if (waiting.worker !== worker) continue;
        this.#waiting.delete(id);
        waiting.reject(error);
      }
    };
    worker.on('error', (error) => end(failureOf(error)));
    worker.on('exit', () => end(threadEnded()));
    return worker;
  }

  #settle(worker: Worker, reply: Reply): void {
    if (reply === 'idle') {
      // Not before: a process that ends while a network runs is aborted.
      if (this.#worker === worker && this.#waiting.size === 0) worker.unref();
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    if ('progress' in reply) {
      if (!waiting?.context.signal.aborted) waiting?.context.onProgress(reply.progress);
      return;
    }
    this.#waiting.delete(reply.id);
    if ('result' in reply) waiting?.resolve(unpacked(reply.result) as JobResult);
    else if ('parts' in reply.failure) waiting?.reject(new PerpixelError(reply.failure.parts));
    else waiting?.reject(reply.failure.error);
  }
}

/** @throws PerpixelError E_OPTION where the other thread could not find the task */
function requireFindable(task: AnyTask, { module }: Job): void {
  // Of a call that stands for a shipped task the parts are that task's.
  if (module !== undefined || taskNamed(task.name)?.plan === task.plan) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'worker',
    received: `a task of your own, ${task.name}, that does not say where it is`,
    expected: 'its property `module`: the URL of the module that exports it under its name',
    cure: `Add \`module: import.meta.url\` to the task, and export it as ${task.name}.`,
  });
}

function threadEnded(): PerpixelError {
  return new PerpixelError({
    code: 'E_ENGINE',
    subject: 'the thread that works on photos',
    received: 'it has ended',
    expected: 'a thread that runs until it is disposed of',
    cure: 'Call again: another is started.',
  });
}

function memoryOf(photo: Job['photo']): ArrayBuffer[] {
  if ('path' in photo) return [];
  return [('bytes' in photo ? photo.bytes : photo.samples).buffer as ArrayBuffer];
}
