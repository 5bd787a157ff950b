import { PerpixelError } from '../../../core/errors.js';
import * as tf from '../../../core/tf.js';
import { decodeModel, type OnnxGraph } from '../../../onnx/onnxProto.js';
import type { NamedTensors } from '../../engine.js';
import { constantValue } from './constant.js';
import { Node } from './node.js';
import { ops } from './ops.js';
import { asPlain, plain, type Value } from './value.js';

type Values = Map<string, Value>;

/** An ONNX graph that is computed with tfjs, on whatever backend is set. */
export class Graph {
  /** Names of what it takes. */
  readonly inputs: string[];
  private readonly proto: OnnxGraph;
  private readonly opset: number;
  /** Initialisers, and whatever depends on nothing else. */
  private readonly constants: Values = new Map();
  /** By node: its weights as the kernel wants them, made when first used. */
  private readonly prepared = new Map<number, tf.Tensor>();
  /** The node after which a value is needed no more. */
  private readonly lastUse = new Map<string, number>();

  /** @throws PerpixelError E_MODEL where the bytes are not an ONNX model, or it has an operator that is not known. */
  constructor(bytes: Uint8Array) {
    const { graph, opsetImport } = decodeModel(bytes);
    const unknown = new Set(graph.node.map(({ opType }) => opType).filter((name) => !Object.hasOwn(ops, name)));
    if (unknown.size > 0) {
      throw new PerpixelError({
        code: 'E_MODEL',
        received: `operators ${[...unknown].join(', ')}`,
        expected: `those of the tensorflow engine: ${Object.keys(ops).sort().join(', ')}`,
        cure: 'Use --engine onnx for this model.',
      });
    }
    this.proto = graph;
    this.opset = opsetImport.find(({ domain }) => !domain)?.version ?? 1;
    for (const tensor of graph.initializer) this.constants.set(tensor.name!, constantValue(tensor));
    this.inputs = graph.input.map(({ name }) => name).filter((name) => !this.constants.has(name));
    this.foldConstants();
    graph.node.forEach((node, index) => {
      for (const name of node.input) this.lastUse.set(name, index);
    });
    for (const { name } of graph.output) this.lastUse.set(name, graph.node.length);
  }

  /** Computes the graph; intermediate values are freed as soon as nothing needs them. */
  async run(feeds: NamedTensors): Promise<NamedTensors> {
    const values: Values = new Map();
    try {
      for (const [name, { data, dims }] of Object.entries(feeds)) values.set(name, plain(tf.tensor(data, [...dims])));
      this.proto.node.forEach((node, index) => {
        if (this.constants.has(node.output[0]!)) return;
        this.compute(index, values);
        for (const name of [...node.input, ...node.output]) {
          if ((this.lastUse.get(name) ?? -1) <= index) drop(values, name);
        }
      });
      const outputs = this.proto.output.map(async ({ name }) => {
        const result = tf.tidy(() => asPlain(this.constants.get(name) ?? values.get(name)!).toFloat());
        const data = (await result.data()) as Float32Array;
        result.dispose();
        return [name, { data, dims: result.shape }] as const;
      });
      return Object.fromEntries(await Promise.all(outputs));
    } finally {
      for (const name of [...values.keys()]) drop(values, name);
    }
  }

  dispose(): void {
    for (const name of [...this.constants.keys()]) drop(this.constants, name);
    tf.dispose([...this.prepared.values()]);
    this.prepared.clear();
  }

  private foldConstants(): void {
    this.proto.node.forEach((node, index) => {
      if (node.input.every((name) => name === '' || this.constants.has(name))) this.compute(index, this.constants);
    });
  }

  private compute(index: number, values: Values): void {
    const proto = this.proto.node[index]!;
    const inputs = proto.input.map((name) => values.get(name) ?? this.constants.get(name));
    const results = tf.tidy(() => {
      const once = (make: () => tf.Tensor, of: Value) => this.once(index, make, of);
      const results = [ops[proto.opType]!(new Node(proto, inputs, this.opset, once))].flat();
      // A result that is one of the inputs would be freed with it.
      const taken = new Set(inputs.map((input) => input?.tensor));
      return results.map(({ tensor, layout }) => ({ tensor: taken.has(tensor) ? tf.clone(tensor) : tensor, layout }));
    });
    results.forEach((value, i) => {
      const name = proto.output[i];
      if (name) values.set(name, value);
      else value.tensor.dispose();
    });
  }

  private once(index: number, make: () => tf.Tensor, of: Value): tf.Tensor {
    if (!this.proto.node[index]!.input.some((name) => this.constants.get(name) === of)) return make();
    const tensor = this.prepared.get(index) ?? tf.keep(make());
    this.prepared.set(index, tensor);
    return tensor;
  }
}

function drop(values: Values, name: string): void {
  values.get(name)?.tensor.dispose();
  values.delete(name);
}
