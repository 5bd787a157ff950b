import { Worker } from 'node:worker_threads';
import type { NamedTensors } from './engine.js';
import type { Answer, Opened, OpenRequest, Reply, Request, Value, WorkerData } from './onnxWorker.js';

interface Waiting {
  resolve(reply: Opened | Answer): void;
  reject(error: Error): void;
}

/** The near end of onnxWorker.js. A thread that is idle does not keep the process alive. */
export class OnnxThread {
  inputs: Value[] = [];
  private nextId = 0;
  private closing: Promise<void> | undefined;
  private readonly waiting = new Map<number, Waiting>();

  private constructor(
    private readonly worker: Worker,
    private readonly lastWanted: Int32Array,
  ) {
    worker.on('message', (reply: Reply) => this.settle(reply));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.fail(new Error('the thread of the session has ended')));
  }

  /** Starts a thread and loads the model in it; rejects with what onnxruntime says. */
  static async open({ bytes, provider, threads }: OpenRequest): Promise<OnnxThread> {
    const copy = Uint8Array.from(bytes);
    const lastWanted = new Int32Array(new SharedArrayBuffer(4)).fill(2 ** 31 - 1);
    const worker = new Worker(new URL('./onnxWorker.js', import.meta.url), {
      workerData: { bytes: copy, provider, threads, lastWanted } satisfies WorkerData,
      transferList: [copy.buffer],
      // Loaders and flags of the main thread have no business in this one.
      execArgv: [],
    });
    const thread = new OnnxThread(worker, lastWanted);
    const { inputs } = (await thread.reply()) as Opened;
    return Object.assign(thread, { inputs });
  }

  /** Runs the network; calls may overlap and are answered in turn. Rejects with what onnxruntime says. */
  async run(inputs: NamedTensors): Promise<NamedTensors> {
    // Copies, since the thread takes the buffers it is sent and the caller keeps what is his.
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => [name, { data: data.slice(), dims }]),
    );
    const id = this.nextId;
    const reply = this.reply();
    this.worker.postMessage(
      { id, feeds } satisfies Request,
      Object.values(feeds).map(({ data }) => data.buffer),
    );
    return ((await reply) as Answer).outputs;
  }

  /**
   * Ends the thread once the run that is under way is done: ending it in the middle would abort the process. Runs that wait
   * are given up.
   */
  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      const [underWay = 0] = this.waiting.keys();
      Atomics.store(this.lastWanted, 0, underWay);
      this.worker.ref();
      this.worker.once('exit', () => resolve());
      this.worker.postMessage('close' satisfies Request);
    });
    return this.closing;
  }

  private reply(): Promise<Opened | Answer> {
    const id = this.nextId++;
    this.worker.ref();
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(new Error(reply.failure));
    else waiting?.resolve(reply);
    if (this.waiting.size === 0 && !this.closing) this.worker.unref();
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
