import { PerpixelError } from '../../../core/errors.js';
import type * as tf from '../../../core/tf.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../../../onnx/onnxProto.js';
import { asPlain, type Value } from './value.js';

/** What computes one operator: from a node's inputs and attributes to its outputs. Runs inside `tf.tidy`. */
export type Op = (node: Node) => Value | Value[];

/** One node of the graph while it is computed: its inputs and its attributes, defaults filled in. */
export class Node {
  private readonly attributes: Map<string, OnnxAttribute>;

  constructor(
    private readonly proto: OnnxNode,
    /** Undefined where an optional input is left out. */
    private readonly inputs: (Value | undefined)[],
    /** Version of the operator set. */
    readonly opset: number,
    /** Computes something of constants once a session and keeps it. */
    readonly once: (make: () => tf.Tensor, of: Value) => tf.Tensor,
  ) {
    this.attributes = new Map((proto.attribute ?? []).map((attribute) => [attribute.name, attribute]));
  }

  get all(): Value[] {
    return this.inputs.filter((value) => value !== undefined);
  }

  get outputs(): number {
    return this.proto.output.length;
  }

  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  in(index: number): Value {
    const value = this.inputs[index];
    if (!value) throw this.refuse(`without its input ${index}`, 'all inputs that it needs');
    return value;
  }

  /** The numbers of a small input: a shape, axes, pads. Undefined where the input is left out. */
  numbers(index: number): number[] | undefined {
    const value = this.inputs[index];
    return value && Array.from(asPlain(value).dataSync());
  }

  int(name: string, otherwise: number): number {
    return this.attributes.get(name)?.i ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.attributes.get(name)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.attributes.get(name)?.s;
    return bytes ? new TextDecoder().decode(bytes) : otherwise;
  }

  ints(name: string): number[] | undefined {
    const attribute = this.attributes.get(name);
    return attribute?.ints?.length ? attribute.ints : undefined;
  }

  floats(name: string): number[] | undefined {
    return this.attributes.get(name)?.floats;
  }

  constant(name: string): OnnxTensor | undefined {
    return this.attributes.get(name)?.t;
  }

  attributeNames(): string[] {
    return [...this.attributes.keys()];
  }

  refuse(received: string, expected: string): PerpixelError {
    return new PerpixelError({
      code: 'E_MODEL',
      received: `operator ${this.proto.opType}${this.proto.name ? ` (${this.proto.name})` : ''} ${received}`,
      expected,
      cure: 'Use --engine onnx for this model.',
    });
  }
}
