import ndarray, { type NdArray } from 'ndarray';

/** An ndarray as plain data: its class does not survive the way between threads. */
interface PackedArray {
  'perpixel.ndarray': true;
  data: NdArray['data'];
  shape: number[];
  stride: number[];
  offset: number;
}

/** Plain data with all ndarrays in it packed. */
export function packed(value: unknown): unknown {
  if (isNdArray(value)) {
    const { data, shape, stride, offset } = value;
    return { 'perpixel.ndarray': true, data, shape, stride, offset } satisfies PackedArray;
  }
  return mapped(value, packed);
}

/** What `packed` packed. */
export function unpacked(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'perpixel.ndarray' in value) {
    const { data, shape, stride, offset } = value as PackedArray;
    return ndarray(data, shape, stride, offset);
  }
  return mapped(value, unpacked);
}

function mapped(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each)]));
}

function isNdArray(value: unknown): value is NdArray {
  return typeof value === 'object' && value !== null && 'stride' in value && 'offset' in value && 'pick' in value;
}
