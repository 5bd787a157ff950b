import ndarray from 'ndarray';
import type { Heatmaps } from '../../answers/joints.js';
import { PerpixelError } from '../../core/errors.js';
import type { Session, Tensor } from '../../engines/engine.js';
import { jointNames, mirroredJoints } from '../../geometry/personJoints.js';
import { averaged } from '../../images/averaged.js';
import type { Pixels, Raster } from '../../images/raster.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { toTensor } from '../toTensor.js';

/** A part of the photo, in its pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** How the network is asked. */
export interface Look {
  run: Session['run'];
  card: ModelCard;
  /** Of the part of the photo as the network sees it, in pixels. */
  longerSide: number;
  /** Left and right changed. @default false */
  mirrored?: boolean;
}

/**
 * Asks the network about a part of the photo, reduced or enlarged in proportion. Around it its border is continued up to what the network
 * needs.
 *
 * @throws PerpixelError E_MODEL where the model does not answer with heat maps of the joints
 */
export async function lookAt(
  { pixels }: Pick<Raster, 'pixels'>,
  { x, y, width, height }: Box,
  { run, card, longerSide, mirrored = false }: Look,
): Promise<Heatmaps> {
  const scale = longerSide / Math.max(width, height);
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.round(side * scale)));
  const part = averaged({ pixels: pixels.lo(y, x, 0).hi(height, width, pixels.shape[2]) }, rows, columns);
  const canvas = continued(part, card.stride);
  const image = toTensor(mirrored ? canvas.pixels.step(1, -1, 1) : canvas.pixels, card);
  const maps = mapsOf(await run({ image }), card);
  const values = softmax(maps, mirrored);
  // Pixels of the canvas a position, and of the photo a pixel of the canvas.
  const step = canvas.pixels.shape[1] / values.shape[1];
  const across = width / columns;
  const at = (start: number, before: number) => start + ((step - 1) / 2 - before + 0.5) * across - 0.5;
  return { values, x: at(x, canvas.left), y: at(y, canvas.top), step: step * across };
}

/** A picture in the middle of one whose sides are multiples of the stride. */
function continued({ data, shape: [height, width, channels] }: Pixels, stride: number) {
  const [rows, columns] = [height, width].map((side) => Math.ceil(side / stride) * stride);
  const [top, left] = [Math.floor((rows - height) / 2), Math.floor((columns - width) / 2)];
  const within = (i: number, size: number) => Math.min(size - 1, Math.max(0, i));
  const all = new Float32Array(rows * columns * channels);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (within(row - top, height) * width + within(column - left, width)) * channels;
      for (let c = 0; c < channels; c++) all[i++] = data[from + c];
    }
  }
  return { pixels: ndarray(all, [rows, columns, channels]), top, left };
}

function mapsOf(outputs: Awaited<ReturnType<Session['run']>>, card: ModelCard): Tensor {
  const maps = outputs.heatmaps;
  if (maps?.dims.length === 4 && maps.dims[0] === 1 && maps.dims[1] === jointNames.length) return maps;
  const received = Object.entries(outputs).map(([name, { dims }]) => `${name} ${dims.join(' x ')}`);
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: card.name,
    received: `outputs ${received.join(', ')}`,
    expected: `heatmaps 1 x ${jointNames.length} x rows x columns`,
    cure: 'This model does not fit the task: train one with `perpixel train pose` (docs/pose.md).',
  });
}

/** Logits `[1, joints, rows, columns]` to what is likely, `[rows, columns, joints]`; those of a mirrored picture turned back. */
function softmax({ data, dims: [, count, rows, columns] }: Tensor, mirrored: boolean): Pixels {
  const size = rows * columns;
  const values = new Float32Array(size * count);
  for (let joint = 0; joint < count; joint++) {
    const from = (mirrored ? mirroredJoints[joint] : joint) * size;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < size; i++) largest = Math.max(largest, data[from + i]);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Math.exp(data[from + i] - largest);
    for (let row = 0, i = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, i++) {
        const at = from + row * columns + (mirrored ? columns - 1 - column : column);
        values[i * count + joint] = Math.exp(data[at] - largest) / sum;
      }
    }
  }
  return ndarray(values, [rows, columns, count]);
}
