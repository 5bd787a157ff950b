import { expect } from 'vitest';
import * as tf from '../../src/core/tf.js';
import { toOnnx } from '../../src/onnx/toOnnx.js';
import { runOnnx } from './runOnnx.js';

/** A card for what need be no picture. */
export const anyCard = { task: 'denoise', stride: 1, receptiveRadius: 1, channels: 3, parameters: 1 } as const;

/** Holds a model to the contract of export: onnxruntime answers as tensorflow does, every value within `tolerance`. */
export async function expectOnnxEqual(model: tf.LayersModel, inputs: tf.Tensor[], tolerance = 1e-4): Promise<void> {
  const expected = [model.predict(inputs)].flat();
  const feeds = Object.fromEntries(model.inputNames.map((name, index) => [name, inputs[index]]));
  const actual = await runOnnx(toOnnx(model, { card: anyCard }), feeds);
  for (const [index, name] of model.outputNames.entries()) {
    expect(actual[name].shape).toEqual(expected[index].shape);
    expect(tf.max(tf.abs(tf.sub(actual[name], expected[index]))).dataSync()[0]).toBeLessThan(tolerance);
  }
}
