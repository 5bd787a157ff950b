import * as tf from '../../../core/tf.js';
import { DataType, type OnnxTensor } from '../../../onnx/onnxProto.js';
import { tensorValues } from '../../../onnx/onnxTensor.js';
import { plain, type Value } from './value.js';

const INT32 = 2 ** 31 - 1;
const floats: number[] = [DataType.float, DataType.float16, DataType.double];

/** An initialiser as a tensor: floats as float32, integers as int32 (`to the end`, 2^63 - 1, as the largest). */
export function constantValue(tensor: OnnxTensor): Value {
  const values = tensorValues(tensor);
  if (floats.includes(tensor.dataType)) return plain(tf.tensor(values as Float32Array, tensor.dims, 'float32'));
  if (tensor.dataType === DataType.bool) return plain(tf.tensor(Uint8Array.from(values), tensor.dims, 'bool'));
  const integers = Int32Array.from(values, (value) => Math.min(Math.max(value, -INT32 - 1), INT32));
  return plain(tf.tensor(integers, tensor.dims, 'int32'));
}
