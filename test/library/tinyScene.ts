import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { tinyDenoiserCard } from '../helpers/tinyDenoiser.js';
import { tinyModel } from '../helpers/tinyModel.js';

/**
 * Writes a network of the scene that takes no time: on a grid of 8 pixels, the mean of the colours is the logarithm of the depth, colours are normals,
 * and what is red is of class 6, all else of class 1.
 *
 * @param isKnowing whether it says how like what it learnt from a picture is: as like as it is blue
 * @returns its path
 */
export async function writeTinyScene(folder: string, { isKnowing = false } = {}): Promise<string> {
  const classes = Array.from({ length: 40 * 3 }, (_, i) => (i === 5 * 3 ? 1 : 0));
  const bytes = tinyModel(
    [
      { op: 'AveragePool', in: ['image'], out: ['normals'], with: { kernel_shape: [8, 8], strides: [8, 8] } },
      { op: 'Conv', in: ['normals', 'mean'], out: ['depth'] },
      { op: 'Conv', in: ['normals', 'classes', 'bias'], out: ['labels'] },
      { op: 'Conv', in: ['normals', 'blue'], out: ['blueness'] },
      { op: 'GlobalAveragePool', in: ['blueness'], out: ['familiarity'] },
    ],
    { image: [null, 3, null, null] },
    ['depth', 'normals', 'labels', ...(isKnowing ? ['familiarity'] : [])],
    [
      floatTensor('mean', [1, 3, 1, 1], Array(3).fill(1 / 3)),
      floatTensor('blue', [1, 3, 1, 1], [0, 0, 1]),
      floatTensor('classes', [40, 3, 1, 1], classes),
      floatTensor('bias', [40], [0.5, ...Array(39).fill(0)]),
    ],
  );
  const file = path.join(folder, 'scene.onnx');
  await writeFile(
    file,
    withCard(bytes, { ...tinyDenoiserCard, name: 'tiny-scene', task: 'scene', receptiveRadius: 0 }),
  );
  return file;
}
