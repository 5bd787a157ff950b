import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelCard, withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { type TinyNode, tinyCard, tinyModel } from './tinyModel.js';

/** A mean over 3 x 3 of each channel. */
export const blur: TinyNode = {
  op: 'Conv',
  in: ['image', 'mean'],
  out: ['clean'],
  with: { pads: [1, 1, 1, 1], group: 3 },
};

/** The same, of what it calls by other names. */
export const blindBlur: TinyNode = { ...blur, in: ['noisy', 'mean'], out: ['result'] };

export function tinyDenoiser(node: TinyNode, channels: number | null = 3): Uint8Array {
  return tinyModel([node], { [node.in[0]]: [null, channels, null, null] }, node.out, [
    floatTensor('mean', [3, 1, 3, 3], Array(27).fill(1 / 9)),
  ]);
}

export const tinyDenoiserCard: ModelCard = {
  ...tinyCard,
  channels: 3,
  normalisation: { mean: [0], scale: [1] },
};

/** Writes a colour denoiser that takes no time into `folder`. @returns its path, for `--model` */
export async function writeTinyDenoiser(folder: string): Promise<string> {
  const file = path.join(folder, 'tiny.onnx');
  await writeFile(file, withCard(tinyDenoiser(blur), tinyDenoiserCard));
  return file;
}
