import { type Converters, configOf } from './converter.js';

/** Normalisation as it is at prediction time, and the layers that act in training only. */
export const normalisation: Converters = {
  BatchNormalization: ({ node, inputs, weight, constant, outputShape }, layer) => {
    const { epsilon } = configOf<{ epsilon: number }>(layer);
    const channels = outputShape[outputShape.length - 1]!;
    const every = (value: number) => constant(new Float32Array(channels).fill(value), [channels]);
    const statistics = [weight('moving_mean'), weight('moving_variance')];
    const parameters = [inputs[0], weight('gamma') || every(1), weight('beta') || every(0), ...statistics];
    return node('BatchNormalization', parameters, { epsilon: { float: epsilon } });
  },
  Rescaling: ({ node, inputs, constant }, layer) => {
    const { scale, offset } = configOf<{ scale: number; offset: number }>(layer);
    return node('Add', [node('Mul', [inputs[0], constant(scale)]), constant(offset)]);
  },
  Dropout: ({ inputs }) => inputs[0],
  GaussianNoise: ({ inputs }) => inputs[0],
  GaussianDropout: ({ inputs }) => inputs[0],
};
