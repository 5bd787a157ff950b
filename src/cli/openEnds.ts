import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hdrNotKept } from '../video/codecs.js';
import { secondsOf } from '../video/cut.js';
import type { FrameSink, VideoSource } from '../video/frame.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { printable } from './printable.js';
import { ratioOf, rawFrames } from './rawFrames.js';
import type { VideoArgs } from './videoOptions.js';
import type { VideoWork } from './videoWork.js';

export interface VideoEnds {
  source: VideoSource;
  sink: FrameSink;
  /** Frames that an earlier run has done. */
  done: number;
}

/**
 * Opens what `perpixel video` reads and what it writes; undefined where the result already exists.
 *
 * @throws PerpixelError E_OPTION, E_PROGRAM, E_READ, E_FORMAT, E_SIZE, E_WRITE
 */
export async function openEnds(
  { task, options, formatOf = (format) => format, line }: Pick<VideoWork, 'task' | 'options' | 'formatOf' | 'line'>,
  args: VideoArgs,
  io: Pick<Io, 'stdin' | 'stdout' | 'stderr' | 'env'>,
): Promise<VideoEnds | undefined> {
  const { input, output, live, matrix, range, overwrite, quiet } = args;
  const raw = rawFrames(args);
  const [{ isSequence, numberedFile, sequenceSink }, { isY4m, openVideo }, { fileIdentity }, { requireFilePlace }] =
    await Promise.all([
      import('../video/imageSequence.js'),
      import('../video/openVideo.js'),
      import('../core/files/fileIdentity.js'),
      import('../core/files/requireFilePlace.js'),
    ]);
  const thereBefore = () => {
    if (!quiet) io.stderr.write(`${printable(output)} already exists; --overwrite replaces it.\n`);
    return undefined;
  };
  const there = output === '-' ? undefined : await fileIdentity(output);
  if (output !== '-') await requireFilePlace(output);
  if (there !== undefined && there === (await fileIdentity(input))) {
    throw optionError('output', output, 'another file than the video', 'Originals are never written over.');
  }
  if (there !== undefined && !overwrite) {
    return thereBefore();
  }
  const ffmpeg = args.ffmpeg ?? io.env.FFMPEG_PATH;
  const inputState = await stateOf(input);
  const open = () =>
    openVideo(input === '-' ? io.stdin : input, {
      raw,
      colour: { ...(matrix && { matrix }), ...(range && { range }) },
      ...{
        from: seconds(args.from),
        to: seconds(args.to),
        startNumber: args.startNumber,
        rate: raw ? undefined : ratioOf(args),
      },
      ffmpeg,
      realTime: live && inputState !== undefined,
    });
  /** For ends that hold frames and nothing beside them. */
  const bare = async () => {
    const source = await open();
    return { ...source, notKept: [...(source.notKept ?? []), ...hdrNotKept(formatOf(source.format))] };
  };
  if (output === '-') {
    const { pipeSink } = await import('../video/pipeSink.js');
    return { source: await bare(), sink: pipeSink(io.stdout, { as: raw ? 'raw' : 'y4m', fill: live }), done: 0 };
  }
  if (line) {
    const { linesSink } = await import('../video/linesSink.js');
    return { source: await bare(), sink: linesSink(output, line), done: 0 };
  }
  if (isSequence(output)) {
    const startNumber = args.startNumber ?? 0;
    const first = numberedFile(output, startNumber);
    if (!overwrite && (await fileIdentity(first)) !== undefined) {
      throw optionError('output', first, 'a name that is free', '--overwrite replaces it, and those after it.');
    }
    const folder = await fileIdentity(path.dirname(output));
    if (isSequence(input) && folder !== undefined && folder === (await fileIdentity(path.dirname(input)))) {
      throw optionError(
        'output',
        output,
        'another folder than that of the pictures',
        'Originals are never written over.',
      );
    }
    return { source: await bare(), sink: sequenceSink(output, { startNumber }), done: 0 };
  }
  if (isY4m(output)) {
    const { y4mFileSink } = await import('../video/y4mFileSink.js');
    return { source: await bare(), sink: y4mFileSink(output, { fill: live }), done: 0 };
  }
  const [{ usualCodec }, { findFfmpeg }, { videoFileSink }] = await Promise.all([
    import('../video/codecs.js'),
    import('../video/ffmpeg.js'),
    import('../video/videoFileSink.js'),
  ]);
  // Whatever is wrong with the output is told before the input is read.
  const codec = args.codec ?? usualCodec(output);
  const program = await findFfmpeg(ffmpeg);
  const source = await open();
  try {
    const format = formatOf(source.format);
    const { model, quality, tile, engine, crf, segment } = args;
    const modelState = model === undefined ? undefined : await stateOf(model);
    const cut = { from: args.from, to: args.to };
    const job = { task, options, model, modelState, quality, tile, engine, input, inputState, matrix, range, ...cut };
    const isRepeatable = inputState !== undefined && !live;
    const sink = await videoFileSink(
      output,
      {
        ...{ codec, crf, source: { ...source, format }, segmentFrames: segment },
        job: isRepeatable ? job : { startedAt: Date.now() },
      },
      program,
    );
    if (there !== undefined || (await fileIdentity(output)) === undefined) {
      const notKept = [...(source.notKept ?? []), ...hdrNotKept(format, codec)];
      return { source: { ...source, notKept }, sink, done: sink.done };
    }
    sink.discard();
    await source.close();
    return thereBefore(); // Another run made it while this one looked.
  } catch (error) {
    await source.close();
    throw error;
  }
}

const seconds = (time: string | undefined) => (time === undefined ? undefined : secondsOf(time));

/** What shows that a file is still the same: its size and time; undefined where there is none. */
async function stateOf(file: string): Promise<string | undefined> {
  return stat(file).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => undefined,
  );
}
