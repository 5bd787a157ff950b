import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { type TinyNode, tinyCard, tinyModel } from '../helpers/tinyModel.js';

/** Classes of NYU Depth v2, from 0. */
const [FLOOR, BED] = [1, 3];
const CLASSES = 40;

/** A photo as large as the network sees it, and the focal length with which nothing looks larger than in what was learnt from. */
export const [HEIGHT, WIDTH] = [256, 352];
export const FOCAL = '259.42895px';

/** A 1x1 convolution of what is pooled. */
const point = (from: string, name: string): TinyNode => ({
  op: 'Conv',
  in: [from, `${name}_weights`, `${name}_biases`],
  out: [name],
});
const pooled = (from: string): TinyNode => ({
  op: 'AveragePool',
  in: [from],
  out: [`${from}_pooled`],
  with: { kernel_shape: [4, 4], strides: [4, 4] },
});

/**
 * Writes a network of the scene that looks at colours only into `folder`: depth is e metres where the photo is red, else 1;
 * normals are 0.6, 0, 0.8 where it is red, else 0.8, 0, 0.6; red is a bed, green is a floor. With geometry it only says
 * labels, by depth: what is beyond e^0.5 metres is a bed, the rest is a floor.
 *
 * @returns its path, for `--model`
 */
export async function writeTinyScene(folder: string, { withGeometry = false } = {}): Promise<string> {
  const file = path.join(folder, withGeometry ? 'labels.onnx' : 'scene.onnx');
  const labels = (inputs: number, weights: Record<number, number[]>, biases: Record<number, number>) => [
    floatTensor('labels_weights', [CLASSES, inputs, 1, 1], Array.from({ length: CLASSES }, (_, k) => weights[k] ?? Array(inputs).fill(0)).flat()),
    floatTensor('labels_biases', [CLASSES], Array.from({ length: CLASSES }, (_, k) => biases[k] ?? 0)),
  ]; // biome-ignore format: a tensor a line
  const card = { ...tinyCard, channels: 3 as const, normalisation: { mean: [0], scale: [1] }, stride: 32 };
  const bytes = withGeometry
    ? tinyModel(
        [pooled('depth'), point('depth_pooled', 'labels')],
        { image: [1, 3, null, null], depth: [1, 1, null, null], normals: [1, 3, null, null] },
        ['labels'],
        labels(1, { [BED]: [100] }, { [BED]: 0, [FLOOR]: 50 }),
      )
    : tinyModel(
        [
          pooled('image'),
          point('image_pooled', 'depth'),
          point('image_pooled', 'normals'),
          point('image_pooled', 'labels'),
        ],
        { image: [1, 3, null, null] },
        ['depth', 'normals', 'labels'],
        [
          floatTensor('depth_weights', [1, 3, 1, 1], [1, 0, 0]),
          floatTensor('depth_biases', [1], [0]),
          floatTensor('normals_weights', [3, 3, 1, 1], [-0.2, 0, 0, 0, 0, 0, 0.2, 0, 0]),
          floatTensor('normals_biases', [3], [0.8, 0, 0.6]),
          ...labels(3, { [BED]: [50, 0, 0], [FLOOR]: [0, 50, 0] }, {}),
        ],
      );
  await writeFile(file, withCard(bytes, { ...card, task: withGeometry ? 'labels' : 'scene' }));
  return file;
}
