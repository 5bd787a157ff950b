import * as tf from '../../src/core/tf.js';
import type { expectGradient, GradientCheck } from './numericalGradient.js';

export type Loss = (outputs: tf.Tensor4D[], truth: Record<string, tf.Tensor4D>) => tf.Scalar;

export interface Examples {
  inputs: tf.Tensor4D[];
  /** By the name of the output. */
  truth: Record<string, tf.Tensor4D>;
}

/** Heights and widths to try a model at: those it is made for, or several, none of them square or a round number. */
export function sizesFor(model: tf.LayersModel): [number, number][] {
  const [, height, width] = model.inputs[0].shape;
  if (height !== null && width !== null) return [[height, width]];
  if (['poseNet', 'tompson'].includes(model.name)) return [[32, 32], [32, 64]]; // biome-ignore format: sizes
  if (model.name === 'farabet') return [[32, 32], [16, 48]]; // biome-ignore format: sizes
  if (model.name === 'ciresanN4') return [[48, 48], [49, 55]]; // biome-ignore format: sizes
  return model.name.endsWith('Unet') ? [[16, 16], [8, 20]] : [[16, 16], [17, 23], [20, 18]]; // biome-ignore format: sizes
}

/** Four pictures of smooth random colours for each input of a model, and what it should make of them. */
export function pictures(
  model: tf.LayersModel,
  height = sizesFor(model)[0][0],
  width = sizesFor(model)[0][1],
): Examples {
  const inputs = model.inputs.map(({ name, shape }, index) => {
    const [, rows, columns, channels] = shape;
    const values = smooth([4, rows ?? height, columns ?? width, channels!], index + 1);
    if (name.startsWith('mask')) return values.greater(0.5).cast('float32') as tf.Tensor4D;
    return values;
  });
  const [image, mask] = inputs;
  // Something that is there to be found in the picture, and is not the picture.
  const inverted = tf.sub(1, image) as tf.Tensor4D;
  if (model.inputNames.includes('mask'))
    return { inputs, truth: { clean: tf.where(mask.greater(0), inverted, image) } };
  if (model.name === 'tompson')
    return {
      inputs,
      truth: {
        heatmaps: spots(
          image,
          tf.tidy(() => predict(model, inputs)[0].shape),
        ),
      },
    };
  if (model.outputNames.includes('heatmaps')) return { inputs, truth: { heatmaps: coarse(image) } };
  if (model.outputNames.includes('kernel')) return blurry(model, height, width);
  return { inputs, truth: { clean: inverted, ...scene(model, inputs) } };
}

/** Depth, normals and labels that follow from the picture's colours. */
function scene(model: tf.LayersModel, inputs: tf.Tensor4D[]): Examples['truth'] {
  if (!model.outputNames.some((name) => ['depth', 'normals', 'labels'].includes(name))) return {};
  const [, rows, columns, channels] = answerShape(model, inputs);
  const colours = tf.image.resizeBilinear(inputs[0], [rows, columns]);
  const grey = colours.mean(3, true) as tf.Tensor4D;
  const vectors = colours.sub(0.5).add([0, 0, 0.5]);
  const labels = grey.mul(channels!).floor().add(1).cast('int32');
  return {
    depth: grey.mul(2).add(1),
    normals: vectors.div(vectors.norm('euclidean', 3, true)),
    labels: labels as tf.Tensor4D,
  };
}

/** Of labels where there are any; found by asking where it depends on the inputs. */
function answerShape(model: tf.LayersModel, inputs: tf.Tensor4D[]): tf.Tensor4D['shape'] {
  const index = Math.max(model.outputNames.indexOf('labels'), 0);
  const { shape } = model.outputs[index];
  if (!shape.includes(null, 1)) return shape as tf.Tensor4D['shape'];
  return tf.tidy(() => predict(model, inputs)[index].shape);
}

/** Fourteen maps of a quarter of the picture's size, in turn of its colours. */
function coarse(image: tf.Tensor4D): tf.Tensor4D {
  const colours = tf.avgPool(image, 4, 4, 'valid');
  return tf.tile(colours, [1, 1, 1, 5]).slice([0, 0, 0, 0], [-1, -1, -1, 14]);
}

/** The same in a shape, each 1 where it was largest, else 0. */
function spots(image: tf.Tensor4D, [batch, rows, columns, joints]: tf.Tensor4D['shape']): tf.Tensor4D {
  const maps = tf.image.resizeBilinear(coarse(image), [rows, columns]);
  const largest = maps.reshape([batch, rows * columns, joints]).argMax(1) as tf.Tensor2D;
  const flat = tf.oneHot(largest, rows * columns).transpose([0, 2, 1]);
  return flat.reshape([batch, rows, columns, joints]).cast('float32') as tf.Tensor4D;
}

/** Noise, each picture blurred by a kernel of its own. */
function blurry(model: tf.LayersModel, height: number, width: number): Examples {
  const [, side] = model.outputs[0].shape;
  const kernel = tf.softmax(tf.randomNormal([4, side! * side!], 0, 2, 'float32', 1)).reshape([4, side!, side!, 1]);
  const sharp = tf.randomNormal([4, height, width, 1], 0, 1, 'float32', 2);
  const blurred = tf.split(sharp, 4).map((picture, index) => {
    const turned = kernel.slice(index, 1).reverse([1, 2]).reshape([side!, side!, 1, 1]);
    return tf.conv2d(picture as tf.Tensor4D, turned as tf.Tensor4D, 1, 'same');
  });
  return { inputs: [tf.concat(blurred)], truth: { kernel: kernel as tf.Tensor4D, sharp: sharp as tf.Tensor4D } };
}

export function predict(model: tf.LayersModel, inputs: tf.Tensor4D[]): tf.Tensor4D[] {
  return [model.apply(inputs, { training: false })].flat() as tf.Tensor4D[];
}

/** Adam until the loss is below an eleventh, or for 400 steps; the losses of all steps. */
export function train(model: tf.LayersModel, loss: () => tf.Scalar, rate = 0.01): number[] {
  const optimiser = tf.train.adam(rate);
  const losses: number[] = [];
  while (losses.length < 400 && !(losses.at(-1)! < losses[0] / 11)) {
    const value = optimiser.minimize(
      loss,
      true,
      model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    )!;
    losses.push(value.dataSync()[0]);
    value.dispose();
  }
  return losses;
}

/**
 * The loss as a function of one step for each weight tensor of a model, along a random direction in it, and where to look
 * at its gradient: at no step at all.
 */
export function alongWeights(
  model: tf.LayersModel,
  loss: () => tf.Scalar,
  check: GradientCheck = {},
): Parameters<typeof expectGradient<tf.Tensor1D>> {
  // tf.layers reads a weight from `val`; a tensor there lets the gradient through to the steps.
  const weights = model.trainableWeights as unknown as { val: tf.Tensor }[];
  const variables = weights.map(({ val }) => val);
  const directions = variables.map((variable, index) => {
    const direction = tf.randomNormal(variable.shape, 0, 1, 'float32', index + 1);
    // A step of one is as long as the weights are, so that small weights are not thrown over.
    const length = variable.norm().dataSync()[0] || 1;
    return direction.mul(tf.div(length, direction.norm()));
  });
  const f = (steps: tf.Tensor1D) => {
    for (const [index, weight] of weights.entries()) {
      weight.val = variables[index].add(directions[index].mul(steps.slice(index, 1).squeeze()));
    }
    try {
      return loss();
    } finally {
      for (const [index, weight] of weights.entries()) weight.val = variables[index];
    }
  };
  return [f, tf.zeros([weights.length]), { step: 0.0005, ...check }];
}

function smooth(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const coarse = tf.randomUniform<tf.Rank.R4>([batch, 5, 5, channels], 0, 1, 'float32', seed);
  return tf.image.resizeBilinear(coarse, [height, width]);
}
