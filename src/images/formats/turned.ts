import ndarray, { type NdArray } from 'ndarray';
import type { Samples } from '../raster.js';
import type { Decoded } from './format.js';

/** A picture turned upright from EXIF's orientation 1..8, row by row again. */
export function turned({ pixels, alpha, metadata }: Decoded, orientation: number): Decoded {
  if (orientation === 1) return { pixels, alpha, metadata };
  return { pixels: dense(view(pixels, orientation)), alpha: alpha && dense(view(alpha, orientation)), metadata };
}

function view(picture: NdArray<Samples>, orientation: number): NdArray<Samples> {
  const rest = picture.shape.slice(2).map((_, i) => i + 2);
  const sideways = orientation > 4 ? picture.transpose(1, 0, ...rest) : picture;
  const [isUpsideDown, isMirrored] = [[3, 4, 7, 8].includes(orientation), [2, 3, 6, 7].includes(orientation)];
  return sideways.step(isUpsideDown ? -1 : 1, isMirrored ? -1 : 1);
}

function dense({ data, shape, stride, offset }: NdArray<Samples>): NdArray<Samples> {
  const [height, width, channels = 1] = shape;
  const Kind = data.constructor as new (length: number) => Samples;
  const copy = new Kind(height * width * channels);
  const channelStride = stride[2] ?? 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = offset + y * stride[0] + x * stride[1];
      for (let c = 0; c < channels; c++) copy[i++] = data[at + c * channelStride];
    }
  }
  return ndarray(copy, shape);
}
