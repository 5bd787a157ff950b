import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelCard, withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { type TinyNode, tinyCard, tinyModel } from './tinyModel.js';

/** A colour inpainter that fills each pixel with the mean of the known ones at most `radius` off; black where there is none. */
export function tinyInpainter(radius: number): Uint8Array {
  const side = 2 * radius + 1;
  const mean = Array<number>(side).fill(1 / side);
  /** The mean over a square of each plane: down the columns, then along the rows. */
  const box = (from: string, to: string, planes: 1 | 3): TinyNode[] => [
    {
      op: 'Conv',
      in: [from, `down ${planes}`],
      out: [`${to} down`],
      with: { pads: [radius, 0, radius, 0], group: planes },
    },
    {
      op: 'Conv',
      in: [`${to} down`, `along ${planes}`],
      out: [to],
      with: { pads: [0, radius, 0, radius], group: planes },
    },
  ];
  return tinyModel(
    [
      { op: 'Sub', in: ['one', 'mask'], out: ['known'] },
      ...box('image', 'sum', 3),
      ...box('known', 'share', 1),
      { op: 'Max', in: ['share', 'tiny'], out: ['some'] },
      { op: 'Div', in: ['sum', 'some'], out: ['clean'] },
    ],
    { image: [null, 3, null, null], mask: [null, 1, null, null] },
    ['clean'],
    [
      floatTensor('one', [1], [1]),
      floatTensor('tiny', [1], [1e-6]),
      floatTensor('down 3', [3, 1, side, 1], [...mean, ...mean, ...mean]),
      floatTensor('along 3', [3, 1, 1, side], [...mean, ...mean, ...mean]),
      floatTensor('down 1', [1, 1, side, 1], mean),
      floatTensor('along 1', [1, 1, 1, side], mean),
    ],
  );
}

export function tinyInpainterCard(radius: number): ModelCard {
  return {
    ...tinyCard,
    task: 'inpaint',
    channels: 3,
    normalisation: { mean: [0], scale: [1] },
    receptiveRadius: radius,
  };
}

/** Writes it into `folder`. @returns its path, for `--model` */
export async function writeTinyInpainter(folder: string, radius = 2): Promise<string> {
  const file = path.join(folder, 'inpainter.onnx');
  await writeFile(file, withCard(tinyInpainter(radius), tinyInpainterCard(radius)));
  return file;
}
