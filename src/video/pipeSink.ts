import type { Writable } from 'node:stream';
import { unwritable } from '../core/files/unwritable.js';
import type { Frame, FrameSink } from './frame.js';
import { noFrames } from './noFrames.js';
import { nv12OfPlanar } from './nv12.js';
import { rasterToFrame } from './rasterToFrame.js';
import type { VideoFormat } from './videoFormat.js';
import { writeAll } from './writeAll.js';
import { y4mHeader } from './y4mHeader.js';

/** How frames are written to a pipe. */
export interface PipeSinkOptions {
  /** `y4m`, or bare frames in their own layout. @default 'y4m' */
  as?: 'y4m' | 'raw';
  /** A pipe has no times: where frames were dropped, write the one before in their place, so that the pace stays. @default false */
  fill?: boolean;
}

/**
 * Writes frames to a pipe as fast as its reader takes them. The pipe is left open at the end: it is its owner's. Writing and closing
 * reject with E_WRITE where the pipe is broken, and with E_READ where there was no frame.
 */
export function pipeSink(pipe: Writable, { as = 'y4m', fill = false }: PipeSinkOptions = {}): FrameSink {
  let written = 0;
  let last: Uint8Array[] = [];
  const put = async (parts: readonly Uint8Array[]) => {
    for (const part of parts) {
      await writeAll(pipe, part).catch((error) => {
        throw unwritable(PIPE, error);
      });
    }
  };
  return {
    async write({ index, format, raster }: Frame) {
      if (as === 'y4m' && written === 0) await put([Buffer.from(y4mHeader(y4mFormat(format)))]);
      const missing = fill ? index - written : 0;
      for (let i = 0; i < missing && last.length > 0; i++) await put(last);
      const bytes = rasterToFrame(raster, as === 'y4m' ? y4mFormat(format) : format);
      const bare = format.packing === 'nv12' ? nv12OfPlanar(bytes, format) : bytes;
      last = as === 'y4m' ? [FRAME, bytes] : [bare];
      await put(last);
      written = fill ? index + 1 : written + 1;
    },
    async close() {
      if (written === 0) throw noFrames(PIPE);
    },
    discard() {},
  };
}

/** What errors are about. */
const PIPE = 'the pipe';
const FRAME = Buffer.from('FRAME\n');

/** RGB, which y4m has no word for, as 4:4:4 of the same bits. */
function y4mFormat(format: VideoFormat): VideoFormat {
  const { layout } = format;
  if (layout.samples !== 'rgb') return format;
  return { ...format, layout: { samples: 'yuv', chroma: '444', bits: layout.bits } };
}
