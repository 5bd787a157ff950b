import { setImmediate as turn } from 'node:timers/promises';
import type { NdArray } from 'ndarray';
import type { Samples } from './raster.js';
import { samplesLike } from './samplesLike.js';

/** Bytes that are copied at one time: less than a millisecond, the first use of the memory included. */
const SLICE = 1 << 20;

/** A copy of bytes; the event loop goes on meanwhile. */
export async function copyBytes(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const copy = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += SLICE) {
    copy.set(bytes.subarray(at, at + SLICE), at);
    await turn();
  }
  return copy;
}

/** A copy of the samples of any array `[h, w]` or `[h, w, c]`, row by row; the event loop goes on meanwhile. */
export async function copySamples({ data, shape, stride, offset }: NdArray<Samples>): Promise<Samples> {
  const [height, width, channels = 1] = shape;
  const [rowStride, columnStride, channelStride = 1] = stride;
  const rowLength = width * channels;
  const copy = samplesLike(data, height * rowLength);
  const isDense = channelStride === 1 && columnStride === channels;
  for (let y = 0, i = 0, inSlice = 0; y < height; y++) {
    const row = offset + y * rowStride;
    if (isDense) {
      copy.set(data.subarray(row, row + rowLength), y * rowLength);
    } else {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) copy[i++] = data[row + x * columnStride + c * channelStride];
      }
    }
    inSlice += rowLength * copy.BYTES_PER_ELEMENT;
    if (inSlice >= SLICE) {
      inSlice = 0;
      await turn();
    }
  }
  return copy;
}
