import type { Reply, Request } from './onnxWorker.js';

/** A kind of place where onnxWorker.js can run: a thread of this process, or a process of its own. */
export interface OnnxPlace {
  /**
   * Starts one there.
   *
   * @param heard called with each of its replies
   * @param ended called once, when it ends in whatever way
   */
  start(heard: (reply: Reply) => void, ended: (error: Error) => void): OnnxFarEnd;
}

/** onnxWorker.js at work. */
export interface OnnxFarEnd {
  /** @param memory buffers of the request that may be given away */
  post(request: Request, memory: ArrayBuffer[]): void;
  /** While it is held, this process does not end by itself. */
  hold(): void;
  release(): void;
  /** Ends it, with the run that is under way: at its end, or in the middle of it where there is `kill`. */
  close(): Promise<void>;
  /** Ends it in the middle of a run; a place without this cannot. */
  kill?(): void;
}
