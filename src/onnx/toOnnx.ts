import { PerpixelError } from '../core/errors.js';
import type * as tf from '../core/tf.js';
import type { OnnxLayer, Sizes } from '../models/layers/onnxScope.js';
import { activations } from './converters/activations.js';
import type { Converter, Converters } from './converters/converter.js';
import { convolutions } from './converters/convolutions.js';
import { merges } from './converters/merges.js';
import { normalisation } from './converters/normalisation.js';
import { pooling } from './converters/pooling.js';
import { shapes } from './converters/shapes.js';
import { GraphBuilder, type WeightStorage } from './graphBuilder.js';
import { scopeOf } from './layerScope.js';
import { type ModelCard, metadataOf, parseCard, unstated } from './modelFile.js';
import type { OnnxValueInfo } from './onnxProto.js';
import { DataType, encodeModel } from './onnxProto.js';

const converters: Converters = {
  ...activations,
  ...convolutions,
  ...merges,
  ...normalisation,
  ...pooling,
  ...shapes,
};

/** What only the maker of a network knows of it, and whatever else the card is to say; see ModelCard. */
export type StatedCard = Pick<ModelCard, 'task' | 'stride' | 'receptiveRadius'> & Partial<ModelCard>;

/** What an .onnx file holds beside the network. */
export interface OnnxOptions {
  /**
   * The card. What it leaves open comes from the model (name, channels of its first input, parameters) or is `unknown`.
   */
  card: StatedCard;
  /**
   * How weights lie in the file. float16 is half the size, int8 a quarter, which may cost some hundredths of a dB; they are computed with as
   * float32 in any case. @default 'float32'
   */
  weights?: WeightStorage;
  /** A name for each of the model's outputs. @default the names of the layers that make them */
  outputNames?: readonly string[];
}

/**
 * Writes a functional model of tf.layers as an ONNX file (opset 17), with the same answers for any batch, and for any
 * height and width where the model leaves them open.
 *
 * Pictures are `[batch, channels, height, width]` in the file where the model has `[batch, height, width, channels]`; the
 * graph is written in that order throughout. Inputs bear the names of the model's input layers, weights the names that
 * tf.layers gives them (`down0/kernel`). With the card in it, `models.open` and `--model` take the file as it is.
 *
 * @throws PerpixelError E_MODEL for a layer or an activation that has no counterpart here, or a card that lacks something.
 *
 * @example
 * const card = { task: 'denoise', ...restorationUnet.geometry() };
 * await writeFile('denoise.onnx', toOnnx(restorationUnet.build(), { card, weights: 'float16' }));
 */
export function toOnnx(
  model: tf.LayersModel,
  { card, weights = 'float32', outputNames = model.outputNames }: OnnxOptions,
): Uint8Array {
  const fullCard = parseCard(
    {
      ...unstated,
      name: model.name,
      channels: model.inputs[0].shape[3],
      parameters: model.countParams(),
      ...card,
    },
    'Give them in `card`.',
  );
  const builder = new GraphBuilder(weights, [...model.inputNames, ...outputNames]);
  const values = new Map(model.inputs.map((input, index) => [input.id, model.inputNames[index]]));

  const write = (tensor: tf.SymbolicTensor): string => {
    const known = values.get(tensor.id);
    if (known !== undefined) return known;
    const layer = tensor.sourceLayer;
    const { inputTensors } = layer.inboundNodes[tensor.nodeIndex];
    const scope = scopeOf(builder, layer, inputTensors, inputTensors.map(write), tensor.shape);
    const value = convert(scope, layer);
    values.set(tensor.id, value);
    return value;
  };
  for (const [index, output] of model.outputs.entries()) {
    const name = outputNames[index];
    builder.nodes.push({ name, opType: 'Identity', input: [write(output)], output: [name] });
  }

  return encodeModel({
    irVersion: 8,
    producerName: 'perpixel',
    opsetImport: [{ version: 17 }],
    graph: {
      name: model.name,
      node: builder.nodes,
      initializer: builder.initialisers,
      input: model.inputs.map(({ shape }, index) => valueInfo(model.inputNames[index], shape)),
      output: model.outputs.map(({ shape }, index) => valueInfo(outputNames[index], shape, `${outputNames[index]}_`)),
    },
    metadataProps: Object.entries(metadataOf(fullCard)).map(([key, value]) => ({ key, value })),
  });
}

const convert: Converter = (scope, layer) => {
  const converter = converters[layer.getClassName()];
  if (layer.getConfig().dataFormat === 'channelsFirst') {
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: `layer ${layer.name}`,
      received: 'dataFormat channelsFirst',
      expected: 'channelsLast, which is exported as channels first',
      cure: 'Build the model with the default dataFormat.',
    });
  }
  try {
    if (converter) return converter(scope, layer);
    if ('toOnnx' in layer) return (layer as OnnxLayer).toOnnx(scope);
  } catch (error) {
    throw error instanceof PerpixelError ? error.about(`layer ${layer.name}`) : error;
  }
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: `layer ${layer.name}`,
    received: `a layer of class ${layer.getClassName()}`,
    expected: `a layer with a method toOnnx, or one of ${Object.keys(converters).join(', ')}`,
    cure: 'Build the model from these, or give the layer a toOnnx as those in src/models/layers have.',
  });
};

/** Open sizes are free dimensions: `batch`, `height` and `width`, the latter two told apart between inputs and outputs. */
function valueInfo(name: string, shape: Sizes, prefix = ''): OnnxValueInfo {
  const open = shape.length === 4 ? ['batch', `${prefix}height`, `${prefix}width`, `${prefix}channels`] : ['batch'];
  const dims = shape.map((size, axis) =>
    size === null ? { dimParam: open[axis] ?? `${prefix}axis${axis}` } : { dimValue: size },
  );
  const dim = shape.length === 4 ? [dims[0], dims[3], dims[1], dims[2]] : dims;
  return { name, type: { tensorType: { elemType: DataType.float, shape: { dim } } } };
}
