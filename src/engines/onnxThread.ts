import { Worker } from 'node:worker_threads';
import type { NamedTensors } from './engine.js';
import type { Answer, Opened, OpenRequest, Reply, Request, Value } from './onnxWorker.js';

interface Waiting {
  resolve(reply: Opened | Answer): void;
  reject(error: unknown): void;
  /** Shared with the thread: 1 where the run need not begin any more. */
  givenUp: Int32Array;
}

/** The near end of onnxWorker.js. A thread that is idle does not keep the process alive. */
export class OnnxThread {
  inputs: Value[] = [];
  private nextId = 0;
  private closing: Promise<void> | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private readonly awaitingIdle: (() => void)[] = [];

  private constructor(private readonly worker: Worker) {
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.fail(new Error('the thread of the session has ended')));
  }

  /** Starts a thread and loads the model in it; rejects with what onnxruntime says. */
  static async open({ bytes, provider, threads }: OpenRequest): Promise<OnnxThread> {
    const copy = Uint8Array.from(bytes);
    const worker = new Worker(new URL('./onnxWorker.js', import.meta.url), {
      workerData: { bytes: copy, provider, threads } satisfies OpenRequest,
      transferList: [copy.buffer],
      // Loaders and flags of the main thread have no business in this one.
      execArgv: [],
    });
    const thread = new OnnxThread(worker);
    const { inputs } = (await thread.expectReply().reply) as Opened;
    return Object.assign(thread, { inputs });
  }

  /**
   * Runs the network; calls may overlap and are answered in turn. Rejects with what onnxruntime says, and at once where the
   * signal aborts: a run that waits is then given up, one that is under way comes to its end unheard, as nothing can stop it.
   */
  async run(inputs: NamedTensors, signal?: AbortSignal): Promise<NamedTensors> {
    signal?.throwIfAborted();
    // Copies, since the thread takes the buffers it is sent and the caller keeps what is his.
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => [name, { data: data.slice(), dims }]),
    );
    const { id, reply, waiting } = this.expectReply();
    this.worker.postMessage(
      { id, feeds, givenUp: waiting.givenUp } satisfies Request,
      Object.values(feeds).map(({ data }) => data.buffer),
    );
    const giveUp = () => {
      Atomics.store(waiting.givenUp, 0, 1);
      waiting.reject(signal?.reason);
    };
    signal?.addEventListener('abort', giveUp);
    try {
      return ((await reply) as Answer).outputs;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Settles when every run has come to its end, heard or not. */
  async idle(): Promise<void> {
    if (this.waiting.size > 0) await new Promise<void>((resolve) => this.awaitingIdle.push(resolve));
  }

  /**
   * Ends the thread once the run that is under way is done: ending it in the middle would abort the process. Runs that wait
   * are given up.
   */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      const [, ...notBegun] = this.waiting.values();
      for (const { givenUp } of notBegun) Atomics.store(givenUp, 0, 1);
      this.worker.ref();
      this.worker.once('exit', () => resolve());
      this.worker.postMessage('close' satisfies Request);
    });
    return this.closing;
  }

  private expectReply() {
    const id = this.nextId++;
    let waiting!: Waiting;
    const reply = new Promise<Opened | Answer>((resolve, reject) => {
      waiting = { resolve, reject, givenUp: new Int32Array(new SharedArrayBuffer(4)) };
    });
    this.waiting.set(id, waiting);
    this.worker.ref();
    return { id, reply, waiting };
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(new Error(reply.failure));
    else waiting?.resolve(reply);
    if (this.waiting.size > 0) return;
    if (!this.closing) this.worker.unref();
    this.tellIdle();
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    this.tellIdle();
  }

  private tellIdle(): void {
    for (const resolve of this.awaitingIdle.splice(0)) resolve();
  }
}
