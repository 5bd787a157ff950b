import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jointNames } from '../../src/geometry/personJoints.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { tinyCard, tinyModel } from './tinyModel.js';

/**
 * Writes a network that finds joints by colour: those of the left where it is reddest, of the right where it is bluest, neck and head where it
 * is greenest. @returns its path, for `--model`
 */
export async function writeTinyPose(folder: string): Promise<string> {
  const weights = jointNames.flatMap((name) => {
    const channel = name.startsWith('left') ? 0 : name.startsWith('right') ? 2 : 1;
    return [0, 1, 2].map((c) => (c === channel ? 60 : -30));
  });
  const bytes = tinyModel(
    [
      { op: 'AveragePool', in: ['image'], out: ['pooled'], with: { kernel_shape: [4, 4], strides: [4, 4] } },
      { op: 'Conv', in: ['pooled', 'weights'], out: ['heatmaps'] },
    ],
    { image: [1, 3, null, null] },
    ['heatmaps'],
    [floatTensor('weights', [jointNames.length, 3, 1, 1], weights)],
  );
  const file = path.join(folder, 'pose.onnx');
  const card = { ...tinyCard, name: 'tiny-pose', task: 'pose', channels: 3 as const, stride: 32 };
  await writeFile(file, withCard(bytes, { ...card, normalisation: { mean: [0], scale: [1] } }));
  return file;
}
