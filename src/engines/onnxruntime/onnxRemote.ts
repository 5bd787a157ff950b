import type { NamedTensors } from '../engine.js';
import type { OnnxFarEnd, OnnxPlace } from './onnxPlace.js';
import type { Answer, Opened, OpenRequest, Reply, RunRequest, Value } from './onnxWorker.js';

interface Waiting {
  request: OpenRequest | RunRequest;
  resolve(reply: Opened | Answer): void;
  reject(error: unknown): void;
  givenUp: boolean;
  /** Its place ended before it was begun, and it was sent to another. */
  again: boolean;
}

const OPENING = 0;
/** How long a run that was given up may go on: most end by themselves sooner than a new process would have begun. */
const GRACE_MS = 100;

/** The near end of onnxWorker.js. While nothing is to be done it does not keep this process alive. */
export class OnnxRemote {
  inputs: Value[] = [];
  readonly #place: OnnxPlace;
  readonly #opening: OpenRequest;
  /** In the order in which they are answered: the first is under way. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #awaitingIdle: (() => void)[] = [];
  #far: OnnxFarEnd | undefined;
  /** Whether the far end has the model: before, it can be at no run. */
  #ready = false;
  /** The run that is under way, as the far end says. */
  #begun: number | undefined;
  #nextId = OPENING + 1;
  #closing: Promise<void> | undefined;

  private constructor(place: OnnxPlace, opening: OpenRequest) {
    this.#place = place;
    this.#opening = opening;
  }

  /** Loads a model in a place; rejects with what onnxruntime says. */
  static async open(place: OnnxPlace, model: Omit<OpenRequest, 'id'>): Promise<OnnxRemote> {
    const remote = new OnnxRemote(place, { id: OPENING, ...model });
    const opened = remote.#expect(remote.#opening);
    remote.#start();
    try {
      remote.inputs = ((await opened) as Opened).inputs;
      return remote;
    } catch (error) {
      await remote.close();
      throw error;
    }
  }

  /**
   * Runs the network; calls may overlap and are answered in turn. Rejects with what onnxruntime says, and at once where the signal aborts.
   * A run that waits is then not begun. One that is under way is ended where the place can do that; else it runs to its end and its result
   * is dropped.
   */
  async run(inputs: NamedTensors, signal?: AbortSignal): Promise<NamedTensors> {
    signal?.throwIfAborted();
    // Copies, since the far end takes the buffers it is sent and the caller keeps the original.
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => [name, { data: data.slice(), dims }]),
    );
    const request: RunRequest = { id: this.#nextId++, feeds };
    const reply = this.#expect(request);
    if (this.#far) this.#post(this.#far, request);
    else this.#start();
    const giveUp = () => this.#giveUp(request.id, signal?.reason);
    signal?.addEventListener('abort', giveUp);
    try {
      return ((await reply) as Answer).outputs;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Settles when every run has come to its end, heard or not. */
  async idle(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#awaitingIdle.push(resolve));
  }

  /** Runs that wait are given up; the one that is under way comes to its end, or where the place can do that is ended. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const [, ...notBegun] = this.#waiting.keys();
    for (const giveUp of notBegun) this.#far?.post({ giveUp }, []);
    await this.#far?.close();
  }

  #expect(request: Waiting['request']): Promise<Opened | Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { request, resolve, reject, givenUp: false, again: false });
      this.#far?.hold();
    });
  }

  /** Starts a far end and sends it the model, and all that waits. */
  #start(): void {
    const far = this.#place.start(
      (reply) => this.#far === far && this.#settle(reply),
      (error) => this.#far === far && this.#fail(error),
    );
    this.#far = far;
    this.#ready = false;
    this.#begun = undefined;
    const bytes = Uint8Array.from(this.#opening.bytes);
    far.post({ ...this.#opening, bytes }, [bytes.buffer]);
    for (const { request } of this.#waiting.values()) if ('feeds' in request) this.#post(far, request);
  }

  #post(far: OnnxFarEnd, request: RunRequest): void {
    far.post(
      request,
      Object.values(request.feeds).map(({ data }) => data.buffer as ArrayBuffer),
    );
  }

  #giveUp(id: number, reason: unknown): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.givenUp = true;
    waiting.reject(reason);
    this.#far?.post({ giveUp: id }, []);
    if (this.#far?.kill) setTimeout(() => this.#endIfUnderWay(id), GRACE_MS);
  }

  /** Ends the far end in the middle of a run. Other runs begin anew on another one, which else starts with the next run. */
  #endIfUnderWay(id: number): void {
    const [first] = this.#waiting.keys();
    if (first !== id || !this.#ready || this.#closing) return;
    this.#far?.kill?.();
    this.#far = undefined;
    for (const [each, { givenUp }] of this.#waiting) if (givenUp) this.#waiting.delete(each);
    if (this.#waiting.size > 0) this.#start();
    else this.#tellIdle();
  }

  #settle(reply: Reply): void {
    if ('begun' in reply) {
      this.#begun = reply.id;
      return;
    }
    if (reply.id === OPENING) this.#ready = true;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(new Error(reply.failure));
    else waiting?.resolve(reply);
    if (this.#waiting.size > 0) return;
    if (!this.#closing) this.#far?.release();
    this.#tellIdle();
  }

  /** A far end that has a model may be ended by the run that is under way: others are begun anew, once, on another one. */
  #fail(error: Error): void {
    this.#far = undefined;
    const mayGoOn = this.#ready && !this.#closing;
    for (const [id, waiting] of this.#waiting) {
      if (mayGoOn && id !== this.#begun && !waiting.again && !waiting.givenUp) {
        waiting.again = true;
        continue;
      }
      this.#waiting.delete(id);
      waiting.reject(error);
    }
    if (this.#waiting.size > 0) this.#start();
    else this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#awaitingIdle.splice(0)) resolve();
  }
}
