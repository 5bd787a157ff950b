import { Float16Array } from '@petamoriken/float16';
import { PerpixelError } from '../core/errors.js';
import { DataType, type OnnxTensor } from './onnxProto.js';

/** What `tensorValues` gives: float and float16 and double as float32, the rest as signed integers (int64 within 2^53). */
export type TensorValues = Float32Array | Int32Array | Float64Array;

type Numbers = ArrayLike<number> & Iterable<number>;

/** An initialiser of float32. `data` is row-major; a Float32Array is used as it is, without a copy. */
export function floatTensor(name: string, dims: readonly number[], data: Numbers): OnnxTensor {
  return tensor(name, dims, DataType.float, data instanceof Float32Array ? data : Float32Array.from(data));
}

/** An initialiser of float16, rounded to nearest even: half the size on disk, relative error up to 2^-11. */
export function float16Tensor(name: string, dims: readonly number[], data: Numbers): OnnxTensor {
  const half = Float16Array.from(data);
  return tensor(
    name,
    dims,
    DataType.float16,
    new Uint8Array(half.buffer, half.byteOffset, half.byteLength),
    half.length,
  );
}

/** The name of the scales that belong to an initialiser of int8. */
export const scaleOf = (name: string): string => `${name}/scale`;

/**
 * An initialiser of int8 and its scales, float32 `[dims[0], 1, ...]`: a quarter of the size of float32. The largest weight of
 * each first index, a channel that a convolution gives, is 127; the error is at most 1/254 of it.
 */
export function int8Tensor(
  name: string,
  dims: readonly number[],
  data: Float32Array,
): { whole: OnnxTensor; scale: OnnxTensor } {
  const size = data.length / dims[0];
  const scales = Float32Array.from({ length: dims[0] }, (_, channel) => {
    const most = data.subarray(channel * size, (channel + 1) * size).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    return most === 0 ? 1 : most / 127;
  });
  const whole = Int8Array.from(data, (value, i) => Math.round(value / scales[Math.floor(i / size)]));
  return {
    whole: tensor(name, dims, DataType.int8, whole),
    scale: floatTensor(scaleOf(name), [dims[0], ...dims.slice(1).map(() => 1)], scales),
  };
}

/**
 * The weights of a file by their names, row-major, as they are computed with: those of int8 times their scales.
 *
 * @throws PerpixelError E_MODEL as `tensorValues` does
 */
export function weightsOf(initialisers: readonly OnnxTensor[]): Map<string, { dims: number[]; data: Float32Array }> {
  const byName = new Map(initialisers.map((each) => [each.name ?? '', each]));
  const scales = new Set([...byName.keys()].map(scaleOf));
  return new Map(
    [...byName]
      .filter(([name]) => !scales.has(name))
      .map(([name, { dims, ...rest }]) => {
        const data = Float32Array.from(tensorValues({ dims, ...rest }));
        const scale = byName.get(scaleOf(name));
        if (scale) {
          const factors = tensorValues(scale);
          const size = data.length / factors.length;
          for (let i = 0; i < data.length; i++) data[i] *= factors[Math.floor(i / size)];
        }
        return [name, { dims: [...dims], data }];
      }),
  );
}

/** An initialiser of int64: shapes, axes, pads. Numbers are safe integers. */
export function int64Tensor(name: string, dims: readonly number[], data: Iterable<number>): OnnxTensor {
  return tensor(name, dims, DataType.int64, BigInt64Array.from([...data], BigInt));
}

/**
 * The values of an initialiser or constant, row-major.
 *
 * @throws PerpixelError E_MODEL for data types that no network of pixels needs (strings, complex), or a wrong length.
 */
export function tensorValues(tensor: OnnxTensor): TensorValues {
  const values = tensor.rawData?.length ? rawValues(tensor, tensor.rawData) : listedValues(tensor);
  checkLength(tensor.name, tensor.dims, values.length);
  return values;
}

function tensor(name: string, dims: readonly number[], dataType: number, data: ArrayBufferView, length?: number) {
  checkLength(name, dims, length ?? (data as unknown as ArrayLike<unknown>).length);
  return { name, dims: [...dims], dataType, rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function rawValues(tensor: OnnxTensor, raw: Uint8Array): TensorValues {
  // A copy, since typed arrays want aligned bytes and a view into a file has any offset.
  const { buffer } = Uint8Array.from(raw);
  switch (tensor.dataType) {
    case DataType.float:
      return new Float32Array(buffer);
    case DataType.double:
      return Float32Array.from(new Float64Array(buffer));
    case DataType.float16:
      return Float32Array.from(new Float16Array(buffer) as Iterable<number>);
    case DataType.int64:
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case DataType.int32:
      return new Int32Array(buffer);
    case DataType.int8:
      return Int32Array.from(new Int8Array(buffer));
    case DataType.uint8:
    case DataType.bool:
      return Int32Array.from(new Uint8Array(buffer));
    default:
      throw unsupported(tensor);
  }
}

function listedValues(tensor: OnnxTensor): TensorValues {
  switch (tensor.dataType) {
    case DataType.float:
      return Float32Array.from(tensor.floatData ?? []);
    case DataType.double:
      return Float32Array.from(tensor.doubleData ?? []);
    case DataType.float16:
      return Float32Array.from(new Float16Array(Uint16Array.from(tensor.int32Data ?? []).buffer) as Iterable<number>);
    case DataType.int64:
      return Float64Array.from(tensor.int64Data ?? []);
    case DataType.int32:
    case DataType.int8:
    case DataType.uint8:
    case DataType.bool:
      return Int32Array.from(tensor.int32Data ?? []);
    default:
      throw unsupported(tensor);
  }
}

function checkLength(name: string | undefined, dims: readonly number[], length: number): void {
  const expected = dims.reduce((product, size) => product * size, 1);
  if (length === expected) return;
  throw new PerpixelError({
    code: 'E_MODEL',
    ...(name && { subject: name }),
    received: `${length} values for a tensor of ${dims.join(' x ') || 'no dimensions'}`,
    expected: `${expected} values`,
    cure: 'The file is damaged or was written wrongly; export the model again.',
  });
}

function unsupported({ name, dataType }: OnnxTensor): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    ...(name && { subject: name }),
    received: `a tensor of ONNX data type ${dataType}`,
    expected: `one of ${Object.keys(DataType).join(', ')}`,
    cure: 'Export the model with float32, float16 or int8 weights.',
  });
}
