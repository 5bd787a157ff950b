import type { OnnxAttributes } from '../models/layers/onnxScope.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnxProto.js';
import { AttributeType, DataType } from './onnxProto.js';
import { float16Tensor, floatTensor, int8Tensor, int64Tensor, scaleOf } from './onnxTensor.js';

/** How weights lie in an .onnx file: `int8` are kernels in eight bits with a scale a channel, and biases in float16. */
export type WeightStorage = 'float32' | 'float16' | 'int8';

/** Collects the nodes and initialisers of an ONNX graph; every name is given once. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly initialisers: OnnxTensor[] = [];
  readonly #storage: WeightStorage;
  readonly #taken = new Map<string, number>();
  readonly #weights = new Map<string, string>();

  /** `reserved` are the names of the model's inputs and outputs. */
  constructor(storage: WeightStorage, reserved: readonly string[]) {
    this.#storage = storage;
    for (const name of reserved) this.#unique(name);
  }

  node(scope: string, opType: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    const name = this.#unique(`${scope}/${opType}`);
    // Trailing optional inputs are left out altogether, as some runtimes count them.
    const used = inputs.slice(0, inputs.findLastIndex((input) => input !== '') + 1);
    this.nodes.push({
      name,
      opType,
      input: used,
      output: [name],
      attribute: Object.entries(attributes).map(attribute),
    });
    return name;
  }

  /** Reads `values` only the first time a name is asked for. */
  weight(name: string, dims: readonly number[], values: () => Float32Array): string {
    const known = this.#weights.get(name);
    if (known) return known;
    const stored = this.#unique(name);
    let value = stored;
    if (this.#storage === 'int8' && dims.length > 1) {
      const { whole, scale } = int8Tensor(stored, dims, values());
      this.initialisers.push(whole, scale);
      // Not DequantizeLinear: onnxruntime does not fold that when it loads a file, and is slower for it.
      const cast = this.node(stored, 'Cast', [stored], { to: DataType.float });
      value = this.node(stored, 'Mul', [cast, scaleOf(stored)]);
    } else if (this.#storage !== 'float32') {
      this.initialisers.push(float16Tensor(stored, dims, values()));
      value = this.node(stored, 'Cast', [stored], { to: DataType.float });
    } else {
      this.initialisers.push(floatTensor(stored, dims, values()));
    }
    this.#weights.set(name, value);
    return value;
  }

  constant(scope: string, dims: readonly number[], values: Float32Array): string {
    const name = this.#unique(`${scope}/constant`);
    this.initialisers.push(floatTensor(name, dims, values));
    return name;
  }

  integers(scope: string, values: readonly number[]): string {
    const name = this.#unique(`${scope}/integers`);
    this.initialisers.push(int64Tensor(name, [values.length], values));
    return name;
  }

  #unique(name: string): string {
    const count = this.#taken.get(name) ?? 0;
    this.#taken.set(name, count + 1);
    return count === 0 ? name : this.#unique(`${name}_${count}`);
  }
}

function attribute([name, value]: [string, OnnxAttributes[string]]): OnnxAttribute {
  if (typeof value === 'number') return { name, type: AttributeType.int, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.float, f: value.float };
  return { name, type: AttributeType.ints, ints: [...value] };
}
