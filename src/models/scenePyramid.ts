import * as z from 'zod';
import * as tf from '../core/tf.js';
import { resizeLike } from './layers/resizeLike.js';
import * as nn from './layers/shorthand.js';
import { unitLength } from './layers/unitLength.js';
import { defineNetwork } from './network.js';
import { efficientnetLiteStages } from './trunks/efficientnetLite.js';

/** What scenePyramid can answer with. */
export type SceneOutput = (typeof sceneOutputs)[number];
const sceneOutputs = ['depth', 'normals', 'labels'] as const;

const options = z.strictObject({
  /** @default all three */
  outputs: z.array(z.enum(sceneOutputs)).default([...sceneOutputs]),
  /** Version of the EfficientNet-Lite that the pyramid stands on. @default 0 */
  version: z.literal([0, 1, 2]).default(0),
  /** Of the labels. @default 40 */
  classes: z.int().positive().default(40),
  /** Whether depth and normals, true or predicted, are inputs too. @default false */
  withGeometry: z.boolean().default(false),
  /** Multiplies the number of all maps. @default 1 */
  width: z.number().positive().default(1),
});

/** What of scenePyramid can be chosen. */
export type ScenePyramidOptions = z.input<typeof options>;

/** The stages of the trunk that end at 1/4, 1/8, 1/16 and 1/32 of the picture; the maps of the pyramid and of geometry there. */
const levels = [
  { stage: 2, maps: 48, geometry: 32 },
  { stage: 3, maps: 96, geometry: 48 },
  { stage: 5, maps: 128, geometry: 64 },
  { stage: 7, maps: 128, geometry: 64 },
] as const;
/** Maps of geometry at 1/2 of the picture, where no level is. */
const FIRST_GEOMETRY = 16;

/**
 * What the outputs are before training. Log depth is 1 (2.7 m), as rooms are a few metres deep; components of normals are not 0,
 * since a vector of zeros has no direction.
 */
const biases = { depth: 1, normals: 0.1 };

/**
 * Depth, normals and labels of one photo by one network: what Eigen and Fergus (ICCV 2015) have as three scales, each
 * refining the one before, on the scales that a trunk has anyway. The coarsest level knows the whole picture.
 * Lin et al.: Feature pyramid networks for object detection, CVPR 2017; Kirillov et al.: Panoptic feature pyramid
 * networks, CVPR 2019.
 *
 *     trunk 1/32 -> 128 1x1, + full(averages) -> 3x3 --+
 *     trunk 1/16 -> 128 1x1 ------------------- x2, + -> 3x3 --+
 *     trunk 1/8  ->  96 1x1 ---------------------------- x2, + -> 3x3 --+
 *     trunk 1/4  ->  48 1x1 ------------------------------------- x2, + -> 3x3 --+-> 32 3x3 -> depth
 *                                                                               +-> 32 3x3 -> normals
 *                                                                               +-> 64 3x3 -> labels
 *
 * With geometry, 3x3 convolutions of stride 2 bring depth and normals to 1/2 .. 1/32; at each level what they have become
 * is added by a 1x1, which begins at zero: a network that starts from one without geometry begins with its answers.
 *
 * Inputs `image` `[batch, height, width, 3]`, 0..1, of any size, and with geometry `depth` `[batch, height, width, 1]`,
 * natural logarithm of metres, and `normals` `[batch, height, width, 3]`, both 0 where not known. Outputs `[batch, height / 4, width / 4, c]`, rounded up:
 * `depth`, natural logarithm of metres for the camera that it was trained with; `normals`, unit vectors, x right, y up, z
 * to the viewer; `labels`, logits. 3.50 M parameters with 40 classes, 0.13 M more
 * with geometry.
 *
 * Differs from the papers: a 1x1 between two levels narrows the coarser one; 1/4 is the only level that answers; the
 * averages of the coarsest level are added to it.
 */
export const scenePyramid = defineNetwork({
  name: 'scene-pyramid',
  options,
  build({ outputs, classes, withGeometry, version, width }) {
    const maps = (count: number) => Math.max(8, Math.round(count * width));
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const known = withGeometry
      ? [tf.input({ shape: [null, null, 1], name: 'depth' }), tf.input({ shape: [null, null, 3], name: 'normals' })]
      : [];
    const geometry = withGeometry ? reductions(nn.concat(known), maps) : [];
    const stages = efficientnetLiteStages(image, { version, width, normalisation: 'folded', name: 'trunk' });

    let x: nn.Value | undefined;
    for (const [index, { stage, maps: count }] of [...levels.entries()].reverse()) {
      const name = `level${index + 2}`;
      const features = stages[stage - 1];
      const lateral = nn.conv(features, maps(count), 1, { name: `${name}_lateral` });
      const above = x
        ? resizeLike(narrowed(x, maps(count), `${name}_above`), lateral)
        : nn.reshape(nn.full(nn.averages(features), maps(count), { name: `${name}_context` }), [1, 1, maps(count)]);
      const beside = geometry.slice(index, index + 1).map((seen) => {
        return nn.conv(seen, maps(count), 1, { kernelInitializer: 'zeros', name: `${name}_geometry` });
      });
      x = nn.conv(nn.relu(nn.add([lateral, above, ...beside])), maps(count), 3, { ...same, name: `${name}_conv` });
    }

    const hidden = (output: SceneOutput) =>
      nn.conv(x!, maps(output === 'labels' ? 64 : 32), 3, { ...same, name: `${output}_hidden` });
    const answers: Record<SceneOutput, () => nn.Value> = {
      depth: () => {
        const biasInitializer = tf.initializers.constant({ value: biases.depth });
        return nn.conv(hidden('depth'), 1, 1, { biasInitializer, name: 'depth' });
      },
      normals: () => {
        const biasInitializer = tf.initializers.constant({ value: biases.normals });
        return unitLength(nn.conv(hidden('normals'), 3, 1, { biasInitializer, name: 'normals_last' }), {
          name: 'normals',
        });
      },
      labels: () => nn.conv(hidden('labels'), classes, 1, { name: 'labels' }),
    };
    return tf.model({ inputs: [image, ...known], outputs: outputs.map((output) => answers[output]()) });
  },
  geometry: () => ({ stride: 32, receptiveRadius: Number.MAX_SAFE_INTEGER }),
  // Four pixels an answer; of the two in their middle, the second.
  grid: () => ({ offset: 2, step: 4 }),
  tasks: {
    scene: {},
    depth: { outputs: ['depth'] },
    normals: { outputs: ['normals'] },
    labels: { outputs: ['labels'] },
  },
});

const same = { padding: 'same', activation: 'relu' } as const;

/** Depth and normals at the sizes of the levels, the finest first. */
function reductions(x: nn.Value, maps: (count: number) => number): nn.Value[] {
  const counts = [FIRST_GEOMETRY, ...levels.map((level) => level.geometry)];
  const reduced = counts.map((count, index) => {
    x = nn.conv(x, maps(count), 3, { ...same, strides: 2, name: `geometry${index + 1}` });
    return x;
  });
  return reduced.slice(1);
}

/** As many maps as the level below has. */
const narrowed = (x: nn.Value, filters: number, name: string): nn.Value =>
  x.shape[3] === filters ? x : nn.conv(x, filters, 1, { name });
