import type { ModelFile } from '../onnx/modelFile.js';
import type { EngineName, OpenOptions, Session } from './engine.js';

/** On which engine a model is opened, and where that runs. */
export interface OpenSessionOptions extends OpenOptions {
  /** @default 'onnx' */
  engine?: EngineName;
}

/**
 * Opens a model on an engine. Only that engine is loaded: onnx needs no tfjs.
 *
 * @throws PerpixelError E_ENGINE where the engine or the device is missing, E_MODEL where it cannot run the model.
 */
export async function openSession(
  model: ModelFile,
  { engine = 'onnx', ...options }: OpenSessionOptions = {},
): Promise<Session> {
  if (engine === 'tensorflow')
    return (await import('./tensorflow/tensorflow.js')).tensorflowEngine.open(model, options);
  return (await import('./onnxruntime/onnx.js')).onnxEngine.open(model, options);
}
