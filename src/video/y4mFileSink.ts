import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { FrameSink } from './frame.js';
import { noFrames } from './noFrames.js';
import { openWhole, type WholeFile } from './openWhole.js';
import { type PipeSinkOptions, pipeSink } from './pipeSink.js';

/** A `.y4m` file, which appears when it is whole. */
export function y4mFileSink(output: string, { fill }: Pick<PipeSinkOptions, 'fill'> = {}): FrameSink {
  const aborter = new AbortController();
  let target: { file: WholeFile; sink: FrameSink } | undefined;
  const writer = (temporary: string) => {
    const input = createWriteStream(temporary);
    return { input, done: finished(input) };
  };
  const open = async () => {
    const file = await openWhole(output, writer, aborter.signal);
    return { file, sink: pipeSink(file.input, { fill }) };
  };
  return {
    async write(frame) {
      target ??= await open();
      try {
        await target.sink.write(frame);
      } catch (broken) {
        await target.file.close(); // It says why, of the file.
        throw broken;
      }
    },
    async close() {
      if (target === undefined) throw noFrames(output);
      await target.file.close();
    },
    discard: () => aborter.abort(),
  };
}
