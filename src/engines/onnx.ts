import { availableParallelism } from 'node:os';
import { PerpixelError } from '../errors.js';
import type { Engine, NamedTensors, OpenOptions, Session } from './engine.js';
import { findGpuProvider } from './gpuProvider.js';
import type { ModelFile } from './modelFile.js';
import { OnnxThread } from './onnxThread.js';

/**
 * The embedded engine: onnxruntime, on the CPU or on the first GPU provider that works.
 *
 * Each session has a thread of its own, so that decoding, progress and Ctrl-C go on while it computes. The same input
 * gives the same output, bit for bit, with the same number of threads.
 */
export const onnxEngine: Engine = { name: 'onnx', open };

/** @throws PerpixelError E_MODEL where onnxruntime cannot use the model, E_ENGINE where there is no such device. */
async function open(model: ModelFile, { device = 'cpu', threads }: OpenOptions = {}): Promise<Session> {
  const provider = device === 'gpu' ? await findGpuProvider() : 'cpu';
  try {
    const request = { bytes: model.bytes, provider, threads: threads ?? availableParallelism() };
    const session = new OnnxSession(model, provider, await OnnxThread.open(request));
    return session.checked();
  } catch (error) {
    throw errorOf(error as Error, model, provider, 'Check it with onnx.checker, or export it again.');
  }
}

class OnnxSession implements Session {
  readonly engine = 'onnx';
  private disposed = false;

  constructor(
    readonly model: ModelFile,
    readonly provider: string,
    private readonly thread: OnnxThread,
  ) {}

  /** A network of pixels takes and gives float32; labels may come as integers. */
  async checked(): Promise<this> {
    const wrong = this.thread.inputs.find(({ type }) => type !== 'float32');
    if (!wrong) return this;
    await this.dispose();
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: this.model.path,
      received: `input ${wrong.name} of ${wrong.type}`,
      expected: 'float32',
      cure: 'Export the model with float32 inputs; its weights may be float16.',
    });
  }

  async run(inputs: NamedTensors): Promise<NamedTensors> {
    if (this.disposed) throw new Error('Session.run() after dispose()');
    const feeds = this.renamed(inputs);
    try {
      return await this.thread.run(feeds);
    } catch (error) {
      const shapes = Object.entries(feeds).map(([name, { dims }]) => `${name} ${dims.join(' x ')}`);
      throw errorOf(error as Error, this.model, this.provider, `It was given ${shapes.join(', ')}; check its card.`);
    }
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return this.thread.close();
  }

  /** A user's own model may call its one input what it likes; several have to have the task's names. */
  private renamed(inputs: NamedTensors): NamedTensors {
    const expected = this.thread.inputs.map(({ name }) => name);
    const received = Object.keys(inputs);
    if (expected.length === 1 && received.length === 1) return { [expected[0]!]: inputs[received[0]!]! };
    if (expected.length === received.length && expected.every((name) => name in inputs)) return inputs;
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: this.model.path,
      received: `inputs ${received.join(', ')}`,
      expected: expected.join(', '),
      cure: 'This model does not fit the task; `perpixel models` lists those that do.',
    });
  }
}

/** onnxruntime has no error classes: what memory says when it is short, by allocator and platform. */
const outOfMemory =
  /bad_alloc|alloc\w* (memory|failed)|failed to allocate|out of memory|OOM|allocation failed|E_OUTOFMEMORY/i;

function errorOf(cause: Error, model: ModelFile, provider: string, cure: string): PerpixelError {
  if (cause instanceof PerpixelError) return cause;
  const parts = { subject: model.path, received: cause.message, cause };
  if (outOfMemory.test(cause.message)) {
    return new PerpixelError({
      ...parts,
      code: 'E_MEMORY',
      expected: 'enough memory for this many pixels at once',
      cure: 'Use smaller tiles (--tile), or close other programs.',
    });
  }
  if (provider !== 'cpu') {
    const expected = `a model that ${provider} can run`;
    return new PerpixelError({ ...parts, code: 'E_ENGINE', expected, cure: 'Use --device cpu.' });
  }
  return new PerpixelError({ ...parts, code: 'E_MODEL', expected: 'a model that onnxruntime can run', cure });
}
