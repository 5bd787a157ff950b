import { type ChildProcess, fork } from 'node:child_process';
import { type ErrorParts, PerpixelError } from '../core/errors.js';
import { threadProgram } from '../core/packagePart.js';
import type { ModelsOptions } from '../engines/models.js';
import type { PhotoResult } from './doShard.js';
import type { VideoOutcome } from './doVideo.js';
import type { FleetJob } from './shard.js';

/** How photos are worked on by one process. */
export interface PhotoProcessOptions {
  /** What runs the networks. */
  machine: Pick<ModelsOptions, 'engine' | 'device' | 'threads'> & { cacheDir?: string };
  /** Places that may be read and written, by their names; undefined: all. */
  roots?: readonly string[];
  /** A process that shows no progress for so long hangs, and is ended. */
  patienceMs: number;
  /** FFmpeg's path, for videos. @default the one on PATH */
  ffmpeg?: string;
}

/** What the process is asked. */
export interface JobRequest {
  key: string;
  /** The run as the queue has it. */
  run: string;
  job: FleetJob;
  isAgain: boolean;
}

/** What came of the photos of a shard, or of a video. */
export type JobOutcome = { photos: PhotoResult[] } | VideoOutcome;

/** What it answers. */
export type JobReply =
  | 'progress'
  | { outcome: JobOutcome }
  /** The run is not one: whoever takes it, it fails. */
  | { refused: ErrorParts }
  /** This machine cannot do it; another may. */
  | { unable: ErrorParts };

/** The least that a process is given until it shows its first progress. */
const START_MS = 60_000;

/** This machine lacks something that the run needs: a model, an engine, a folder. */
export class Unable extends Error {
  readonly reason: PerpixelError;
  constructor(parts: ErrorParts) {
    super(parts.received);
    this.reason = new PerpixelError(parts);
  }
}

/** The process ended in the middle of photos. */
export class ProcessEnded extends Error {}

/**
 * A process that does jobs, one at a time: a photo may end it, and the locks of the queue, which another keeps, are renewed whatever
 * it is at. It starts with the first job, and anew after its end.
 */
export class PhotoProcess {
  readonly #options: PhotoProcessOptions;
  #child: ChildProcess | undefined;

  constructor(options: PhotoProcessOptions) {
    this.#options = options;
  }

  /**
   * @throws PerpixelError E_OPTION the run is not one; Unable; ProcessEnded it ended, or hung and was ended; what the signal says, where
   *   it aborts
   */
  run(request: JobRequest, signal: AbortSignal): Promise<JobOutcome> {
    signal.throwIfAborted();
    const child = this.#started();
    return new Promise((resolve, reject) => {
      let ended = '';
      const hang = () => {
        ended = `it showed no progress for ${Math.round(this.#options.patienceMs / 1000)} s`;
        child.kill('SIGKILL');
      };
      // It may have to start, and to open its models.
      let watch = setTimeout(hang, Math.max(START_MS, this.#options.patienceMs));
      const stop = () => {
        this.end();
        settle(() => reject(signal.reason));
      };
      const onEnd = (code: number | null, by: string | null) =>
        settle(() => reject(new ProcessEnded(ended || `it was ended by ${by ?? `its exit code ${code}`}`)));
      const onError = (error: Error) => settle(() => reject(new ProcessEnded(error.message)));
      const onReply = (reply: JobReply) => {
        clearTimeout(watch);
        if (reply === 'progress') {
          watch = setTimeout(hang, this.#options.patienceMs);
        } else
          settle(() => {
            if ('outcome' in reply) resolve(reply.outcome);
            else reject('refused' in reply ? new PerpixelError(reply.refused) : new Unable(reply.unable));
          });
      };
      const settle = (how: () => void) => {
        clearTimeout(watch);
        child.off('message', onReply).off('exit', onEnd).off('error', onError);
        signal.removeEventListener('abort', stop);
        how();
      };
      child.on('message', onReply).on('exit', onEnd).on('error', onError);
      signal.addEventListener('abort', stop);
      child.send(request, (error) => error && onError(error));
    });
  }

  /** Ends it, at once; what it was writing is cleared away. */
  end(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 2000).unref();
  }

  #started(): ChildProcess {
    if (this.#child) return this.#child;
    const program = threadProgram(import.meta.url, 'photoWorker');
    const child = fork(program, [JSON.stringify(this.#options)], {
      // What the engine has to say goes where this process writes; its results come as messages.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      // Only the sources need a loader.
      ...(program.endsWith('.js') && { execArgv: [] }),
    });
    this.#child = child;
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    child.on('error', () => {});
    return child;
  }
}
