import { Worker, type WorkerOptions } from 'node:worker_threads';
import { type ErrorParts, PerpixelError } from '../core/errors.js';
import { threadProgram } from '../core/packagePart.js';

/**
 * What the default export of a maker's module must be: from options to a function from a step to its batch. A batch holds
 * plain objects, arrays, numbers and typed arrays; the memory of its typed arrays is given away with it.
 */
export type BatchMaker<Options = never, Batch = unknown> = (
  options: Options,
) => Promise<(step: number) => Batch | Promise<Batch>> | ((step: number) => Batch | Promise<Batch>);

/** How far ahead batches are made, and by what. */
export interface PrefetchOptions {
  /** Batches that are made ahead of the one asked for. @default 2 */
  ahead?: number;
  /** Passed on to the thread. */
  worker?: Pick<WorkerOptions, 'execArgv' | 'resourceLimits'>;
}

/** Batches that another thread makes ahead of time. */
export interface Prefetched<Batch> extends AsyncDisposable {
  /**
   * The batch of a step; those of the next steps are begun. Each step is asked for once.
   *
   * @throws PerpixelError E_DATA where the maker failed, or its own where that was a PerpixelError
   */
  batch(step: number): Promise<Batch>;
  /** Ends the thread. A batch that is still waited for is an error. */
  close(): Promise<void>;
}

export interface WorkerData {
  /** URL of the maker's module. */
  maker: string;
  options: unknown;
}

/** What the thread says about a step: its batch, or why there is none. */
export interface Answer {
  step: number;
  batch?: unknown;
  failure?: ErrorParts;
}

/**
 * Makes batches in a thread of their own, so that the engine does not wait for pictures to be cut and degraded.
 *
 * @param maker URL of a module whose default export is a `BatchMaker`
 * @param options for the maker; goes to the thread by structured clone
 *
 * @example
 * await using batches = prefetch<NoisyBatch>(new URL('./noisyBatches.js', import.meta.url), { folder, seed: 7 });
 * const first = await batches.batch(0);
 */
export function prefetch<Batch>(
  maker: URL,
  options: unknown,
  { ahead = 2, worker: workerOptions }: PrefetchOptions = {},
): Prefetched<Batch> {
  const workerData: WorkerData = { maker: maker.href, options };
  const worker = new Worker(threadProgram(import.meta.url, 'batchWorker'), { ...workerOptions, workerData });
  /** Steps that are made or being made, and not yet handed over; those of them that are waited for. */
  const begun = new Map<number, PromiseWithResolvers<Batch>>();
  const asked = new Set<number>();
  let ended: PerpixelError | undefined;

  worker.on('message', ({ step, batch, failure }: Answer) => {
    if (failure) begun.get(step)?.reject(new PerpixelError(failure));
    else begun.get(step)?.resolve(batch as Batch);
  });
  const end = (received: string, cause?: unknown) => {
    ended ??= new PerpixelError({
      code: 'E_DATA',
      subject: 'the thread that makes batches',
      received,
      expected: 'a thread that runs until training ends',
      cure: 'Start again; if it happens again, take smaller batches or crops.',
      cause,
    });
    for (const { reject } of begun.values()) reject(ended);
  };
  worker.on('error', (error) => end(`ended by an error: ${error.message}`, error));
  worker.on('exit', () => end('it has ended'));

  const begin = (step: number) => {
    if (begun.has(step)) return;
    const deferred = withResolvers<Batch>();
    // A batch made ahead may fail before anybody asks for it.
    deferred.promise.catch(() => {});
    begun.set(step, deferred);
    if (ended) deferred.reject(ended);
    else worker.postMessage(step);
  };

  const close = async () => {
    await worker.terminate();
  };

  return {
    batch(step) {
      for (const other of begun.keys()) {
        if (!asked.has(other) && (other < step || other > step + ahead)) begun.delete(other);
      }
      for (let next = step; next <= step + ahead; next++) begin(next);
      asked.add(step);
      return begun.get(step)!.promise.finally(() => {
        begun.delete(step);
        asked.delete(step);
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
