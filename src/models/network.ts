import type * as z from 'zod';
import { parseOptions } from '../core/parseOptions.js';
import type * as tf from '../core/tf.js';
import type { Loss, Tensors } from '../losses/loss.js';

/** Options of a network as they stand in files: plain JSON. */
export type NetworkOptions = Record<string, unknown>;

/** Sizes are multiples of `stride`; no output pixel sees further than `receptiveRadius` pixels. */
export interface Geometry {
  stride: number;
  receptiveRadius: number;
}

/** Where the answer is smaller than the picture: pixel i of it stands for pixel offset + i step of the picture. */
export interface Grid {
  offset: number;
  step: number;
}

/** A later stage of the training of a network. */
export interface Stage<Options> {
  /** The options of the stage before, which has to be trained first. */
  after: Options;
  /** How the names of the weights begin that this stage trains; the others stay as they were. */
  trains: readonly string[];
  /** In place of the network's loss. */
  loss?(model: tf.LayersModel): Loss;
}

/** What is the same whatever the options. */
interface Traits<Options> {
  /** As in `perpixel train --network NAME`. */
  readonly name: string;
  /** The tasks that it can learn, each with the options that make it fit. */
  readonly tasks: Readonly<Record<string, Partial<Options>>>;
  /** It takes any size; only tiles begin at multiples of the stride. */
  readonly anySize?: true;
  /** What its `image` and `clean` are for pixels of 0..1: (v - mean) / scale. @default the pixels as they are */
  readonly normalisation?: { readonly mean: number; readonly scale: number };
  /** The output that is the task's answer, where it is called otherwise: the output, by the answer. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Options that are set for training only: outputs that nothing but the loss is about. */
  readonly training?: Partial<Options>;
  /** The loss of its paper, in its own units. @default the task's */
  readonly loss?: Loss;
  /** What it is given in place of the task's inputs; pixels are of 0..1. */
  readonly inputs?: (inputs: Tensors, targets: Tensors) => Tensors;
}

/** All that one file says of its network. Its functions are given options with their defaults. */
export interface NetworkDefinition<Schema extends z.ZodObject> extends Traits<z.input<Schema>> {
  options: Schema;
  /** The network itself, with new weights. */
  build(options: z.output<Schema>): tf.LayersModel;
  /** What tiling must know. */
  geometry(options: z.output<Schema>): Geometry;
  /** @default the answer is as large as the picture */
  grid?(options: z.output<Schema>): Grid;
  /** Undefined where these options are those of the first stage, or the only one. */
  stage?(options: z.output<Schema>): Stage<z.input<Schema>> | undefined;
}

/**
 * A network as training and export use it.
 *
 * @example
 * const model = burgerMlp.build({ hidden: [512, 512] });
 */
export interface Network<Options extends object = NetworkOptions> extends Traits<Options> {
  /** Plain JSON, so that a run and a model's card can hold them. */
  readonly options: z.ZodObject;
  /** The network itself, with new weights. @throws PerpixelError E_OPTION */
  build(options?: Options): tf.LayersModel;
  /** What tiling must know. */
  geometry(options?: Options): Geometry;
  /** Undefined where the answer is as large as the picture. */
  grid?(options?: Options): Grid;
  /** Undefined where these options are those of the first stage, or the only one. */
  stage?(options?: Options): Stage<Options> | undefined;
}

/** A network out of its definition: options are checked, and their defaults filled in, whoever calls. */
export function defineNetwork<Schema extends z.ZodObject>(
  definition: NetworkDefinition<Schema>,
): Network<z.input<Schema>> {
  const { name, options: schema, build, geometry, grid, stage } = definition;
  const checked = (options: object = {}) =>
    parseOptions(schema, options, (option) => `${option} of ${name}`) as z.output<Schema>;
  return {
    ...definition,
    build: (options) => build(checked(options)),
    geometry: (options) => geometry(checked(options)),
    grid: grid && ((options) => grid(checked(options))),
    stage: stage && ((options) => stage(checked(options))),
  };
}
