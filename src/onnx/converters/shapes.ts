import { type Converters, configOf, toChannelsFirst, toChannelsLast } from './converter.js';
import type { Pair } from './window.js';

type Borders = readonly [Pair, Pair];

/** Layers that move values without changing them, and those that scale pictures. */
export const shapes: Converters = {
  Flatten: (scope) => {
    const x = toChannelsLast(scope, scope.inputs[0], scope.inputShapes[0].length);
    return scope.node('Flatten', [x]);
  },

  Reshape: (scope, layer) => {
    const { targetShape } = configOf<{ targetShape: (number | null)[] }>(layer);
    const x = toChannelsLast(scope, scope.inputs[0], scope.inputShapes[0].length);
    // The first 0 keeps the batch as it is.
    const target = scope.integers([0, ...targetShape.map((size) => size ?? -1)]);
    return toChannelsFirst(scope, scope.node('Reshape', [x, target]), targetShape.length + 1);
  },

  Permute: (scope, layer) => {
    const { dims } = configOf<{ dims: number[] }>(layer);
    const x = toChannelsLast(scope, scope.inputs[0], dims.length + 1);
    return toChannelsFirst(scope, scope.node('Transpose', [x], { perm: [0, ...dims] }), dims.length + 1);
  },

  ZeroPadding2D: ({ node, inputs, integers }, layer) => {
    const [[top, bottom], [left, right]] = configOf<{ padding: Borders }>(layer).padding;
    return node('Pad', [inputs[0], integers([0, 0, top, left, 0, 0, bottom, right])]);
  },

  Cropping2D: ({ node, inputs, integers }, layer) => {
    const borders = configOf<{ cropping: Borders }>(layer).cropping;
    const starts = borders.map(([first]) => first);
    const ends = borders.map(([, last]) => (last === 0 ? Number.MAX_SAFE_INTEGER : -last));
    return node('Slice', [inputs[0], integers(starts), integers(ends), integers([2, 3])]);
  },

  UpSampling2D: ({ node, inputs, constant }, layer) => {
    const { size, interpolation } = configOf<{ size: Pair; interpolation: 'nearest' | 'bilinear' }>(layer);
    // tf.layers counts pixels from their corners, not from their centres.
    return node('Resize', [inputs[0], '', constant([1, 1, ...size], [4])], {
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
      mode: interpolation === 'nearest' ? 'nearest' : 'linear',
    });
  },
};
