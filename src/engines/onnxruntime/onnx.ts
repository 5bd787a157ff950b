import { availableParallelism } from 'node:os';
import { versions } from 'node:process';
import { PerpixelError } from '../../core/errors.js';
import type { ModelFile } from '../../onnx/modelFile.js';
import { bindInputs } from '../bindInputs.js';
import type { Engine, NamedTensors, OpenOptions, Session } from '../engine.js';
import { sessionError } from '../sessionError.js';
import { findGpuProvider } from './gpuProvider.js';
import { onnxProcess } from './onnxProcess.js';
import { OnnxRemote } from './onnxRemote.js';
import { onnxThread } from './onnxThread.js';

/**
 * The embedded engine: onnxruntime, on the CPU or on the first GPU provider that works.
 *
 * Each session has a thread of its own, so that decoding, progress and Ctrl-C go on while it computes. A stoppable session has a process,
 * because onnxruntime-node cannot end a run early. (In Electron it has a thread: Node may not be started there.) The same input gives the
 * same output, bit for bit, with the same number of threads.
 */
export const onnxEngine: Engine = { open };

/** @throws PerpixelError E_MODEL where onnxruntime cannot use the model, E_ENGINE where there is no such device. */
async function open(
  model: ModelFile,
  { device = 'cpu', threads, stoppable = false }: OpenOptions = {},
): Promise<Session> {
  const provider = device === 'gpu' ? await findGpuProvider() : 'cpu';
  try {
    const request = { bytes: model.bytes, provider, threads: threads ?? availableParallelism() };
    const place = stoppable && !('electron' in versions) ? onnxProcess : onnxThread;
    const session = new OnnxSession(model, provider, await OnnxRemote.open(place, request));
    return session.checked();
  } catch (error) {
    throw sessionError(error, { model, provider, engine: 'onnx' });
  }
}

class OnnxSession implements Session {
  readonly engine = 'onnx';
  private disposed = false;

  constructor(
    readonly model: ModelFile,
    readonly provider: string,
    private readonly remote: OnnxRemote,
  ) {}

  /** A network of pixels takes and gives float32; labels may come as integers. */
  async checked(): Promise<this> {
    const wrong = this.remote.inputs.find(({ type }) => type !== 'float32');
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

  async run(inputs: NamedTensors, { signal }: { signal?: AbortSignal } = {}): Promise<NamedTensors> {
    if (this.disposed) throw new Error('Session.run() after dispose()');
    const feeds = bindInputs(
      this.model,
      this.remote.inputs.map(({ name }) => name),
      inputs,
    );
    try {
      return await this.remote.run(feeds, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw sessionError(error, this, feeds);
    }
  }

  idle(): Promise<void> {
    return this.remote.idle();
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return this.remote.close();
  }
}
