import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Frame, FrameSink } from './frame.js';
import { noFrames } from './noFrames.js';
import { openWhole, type WholeFile } from './openWhole.js';
import { writeAll } from './writeAll.js';

/**
 * A file of JSON lines, one a frame, which appears when it is whole: `{"frame":0,"seconds":0,...}`.
 *
 * @param line what else is said of a frame
 */
export function linesSink(output: string, line: (frame: Frame) => object): FrameSink {
  const aborter = new AbortController();
  let file: WholeFile | undefined;
  const writer = (temporary: string) => {
    const input = createWriteStream(temporary);
    return { input, done: finished(input) };
  };
  return {
    async write(frame) {
      file ??= await openWhole(output, writer, aborter.signal);
      const { index, pts, format } = frame;
      const seconds = Number(((pts * format.timeBase.num) / format.timeBase.den).toFixed(6));
      const text = `${JSON.stringify({ frame: index, seconds, ...line(frame) })}\n`;
      try {
        await writeAll(file.input, Buffer.from(text));
      } catch (broken) {
        await file.close(); // It says why, of the file.
        throw broken;
      }
    },
    async close() {
      if (file === undefined) throw noFrames(output);
      await file.close();
    },
    discard: () => aborter.abort(),
  };
}
