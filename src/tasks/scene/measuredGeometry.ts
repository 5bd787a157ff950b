import ndarray, { type NdArray } from 'ndarray';
import type { Size } from '../../answers/answer.js';
import { PerpixelError } from '../../core/errors.js';
import { planeNormals } from '../../geometry/planeNormals.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { type Companion, readCompanion } from '../companion.js';
import type { AboutPicture } from '../task.js';
import { learntCamera } from './view.js';

const DEPTH = {
  name: 'depth map',
  cure: 'Add one of that name: a 16-bit PNG in millimetres, or NPY or PFM in metres; 0 is not known.',
};
/** Share of the picture's width that planes are fitted over: 15 of the 320 pixels of the photos that were learnt from. */
const WINDOW = 15 / 320;
/** How far the proportions of depth and photo may differ. */
const SAME_SHAPE = 0.02;

/** Depth and normals as networks take them beside a picture: of its size, in the camera that they take it to be of. */
export interface Geometry {
  /** `[rows, columns, 1]`, natural logarithm of metres, 0 where not known. */
  depth: Pixels;
  /** `[rows, columns, 3]`, x right, y up, z to the viewer, 0 where not known. */
  normals: Pixels;
}

export interface MeasuredGeometryOptions {
  /** The size at which the network sees the photo. */
  seen: Size;
  /** How many times larger things look to the network than they are; see `View`. */
  magnification: number;
}

/**
 * Depth that was measured, in metres, `[height, width]`, 0 where not known.
 *
 * @param given 16-bit picture of millimetres, or floats of metres, of the photo's proportions; or a folder of such files
 * @throws PerpixelError E_READ and E_FORMAT as `readRaster`, E_FORMAT where it is no depth, E_SIZE where its proportions
 *   are not the photo's
 */
export async function readDepth(
  given: Companion,
  { pixels }: Raster,
  about: AboutPicture,
): Promise<NdArray<Float32Array>> {
  const { raster, subject: path } = await readCompanion(given, DEPTH, about);
  const metres = metresOf(raster, path);
  requireShape(metres, pixels.shape, path);
  return metres;
}

/** What the network is to see of it, and the normals of planes that are fitted to it. Small holes take the depth around them. */
export function measuredGeometry(
  metres: NdArray<Float32Array>,
  { seen, magnification }: MeasuredGeometryOptions,
): Geometry {
  const near = filled(reduced(metres, seen));
  for (let i = 0; i < near.data.length; i++) near.data[i] /= magnification;
  const window = 2 * Math.round((WINDOW * seen[1] - 1) / 2) + 1;
  const { normals, valid } = planeNormals(near, { window, camera: learntCamera(seen) });
  for (let i = 0; i < normals.data.length; i++) normals.data[i] *= valid.data[Math.floor(i / 3)];
  const depth = near.data.map((metre) => (metre > 0 ? Math.log(metre) : 0));
  return { depth: ndarray(depth, [...seen, 1]), normals };
}

function metresOf({ pixels }: Raster, file: string): NdArray<Float32Array> {
  const [height, width, channels] = pixels.shape;
  if (channels === 1 && !(pixels.data instanceof Uint8Array)) {
    const unit = pixels.data instanceof Uint16Array ? 1000 : 1;
    const metres = new Float32Array(height * width);
    for (let i = 0; i < metres.length; i++) {
      const value = pixels.get(Math.floor(i / width), i % width, 0);
      if (value > 0) metres[i] = value / unit;
    }
    return ndarray(metres, [height, width]);
  }
  throw new PerpixelError({
    code: 'E_FORMAT',
    subject: file,
    received: channels === 1 ? 'a picture of 8 bits' : `a picture of ${channels} channels`,
    expected: 'depth: one channel, 16-bit millimetres, or metres in NPY or PFM',
    cure: 'Give the depth as the camera measured it, not a picture of it.',
  });
}

function requireShape({ shape: [height, width] }: NdArray, [photoHeight, photoWidth]: number[], file: string): void {
  const difference = Math.abs(Math.log((width * photoHeight) / (height * photoWidth)));
  if (difference <= SAME_SHAPE) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    subject: file,
    received: `depth of ${width} x ${height} pixels`,
    expected: `the proportions of the photo, ${photoWidth} x ${photoHeight}`,
    cure: 'Depth has to show what the photo shows: crop or turn it as the photo, which is turned upright.',
  });
}

/** The value in the middle of each of fewer, or more, pixels: between two things there is none. */
function reduced({ data, shape: [height, width] }: NdArray<Float32Array>, [rows, columns]: Size) {
  const values = new Float32Array(rows * columns);
  for (let y = 0, i = 0; y < rows; y++) {
    const from = Math.floor(((y + 0.5) * height) / rows) * width;
    for (let x = 0; x < columns; x++) values[i++] = data[from + Math.floor(((x + 0.5) * width) / columns)];
  }
  return ndarray(values, [rows, columns]);
}

/** How many pixels into a hole its border is believed. */
const BELIEVED = 8;

/** What is not known but near to what is takes the mean of its neighbours, from the border of the hole inwards. */
function filled({ data, shape: [rows, columns] }: NdArray<Float32Array>): NdArray<Float32Array> {
  let known = data;
  for (let pass = 0; pass < BELIEVED && known.includes(0); pass++) {
    const before = known;
    known = before.map((value, i) => {
      if (value > 0) return value;
      const x = i % columns;
      const beside = [
        ...(x > 0 ? [before[i - 1]] : []),
        ...(x < columns - 1 ? [before[i + 1]] : []),
        before[i - columns],
        before[i + columns],
      ].filter((neighbour) => neighbour > 0);
      return beside.length > 0 ? beside.reduce((sum, each) => sum + each) / beside.length : 0;
    });
  }
  return ndarray(known, [rows, columns]);
}
