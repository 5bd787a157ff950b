import { InferenceSession, Tensor } from 'onnxruntime-node';
import * as tf from '../../src/core/tf.js';

/**
 * Runs the bytes of an .onnx file in onnxruntime on inputs laid out as tf.layers has them, and gives its outputs so.
 */
export async function runOnnx(
  bytes: Uint8Array,
  inputs: Record<string, tf.Tensor>,
): Promise<Record<string, tf.Tensor>> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    const feeds = Object.entries(inputs).map(([name, tensor]) => {
      const laid = tensor.rank === 4 ? tensor.transpose([0, 3, 1, 2]) : tensor;
      return [name, new Tensor('float32', laid.dataSync<'float32'>() as Float32Array, laid.shape)];
    });
    const outputs = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data, dims }]) => {
        const tensor = tf.tensor(data as Float32Array, [...dims]);
        return [name, tensor.rank === 4 ? tensor.transpose([0, 2, 3, 1]) : tensor];
      }),
    );
  } finally {
    await session.release();
  }
}
