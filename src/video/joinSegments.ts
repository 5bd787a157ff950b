import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { writeWhole } from '../core/files/writeWhole.js';
import { companionArgs, companionsIn } from './companionArgs.js';
import { containerArgs } from './containerArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { fileAddress } from './ffmpegAddress.js';
import type { VideoSource } from './frame.js';
import { packetsOf } from './packetsOf.js';
import { probeVideo } from './probeVideo.js';
import { runFfmpeg } from './runFfmpeg.js';
import type { Segment } from './segments.js';
import { timecodeAfter } from './timecode.js';
import type { Ratio, VideoFormat } from './videoFormat.js';

export interface JoinSegmentsOptions {
  format: VideoFormat;
  /** What sound, subtitles, chapters and metadata are copied from. */
  source: Pick<VideoSource, 'file' | 'companions' | 'dispositions' | 'cut' | 'start' | 'timecode'>;
  signal?: AbortSignal;
}

/** What is told of a container that cannot hold what goes in. */
export const NO_ROOM_IN_CONTAINER = {
  expected: 'a container that holds the codec, and the sound and subtitles of the source',
  cure: 'Give the output a name that ends in .mkv, which holds them all.',
};

/**
 * Joins segments without encoding anything again, with the sound and all else of the source beside them, each packet at its own
 * time. The file appears when it is whole: when it was read to its end and has all frames, their time, and all streams.
 *
 * @throws PerpixelError E_PROGRAM the container cannot hold what goes in, or FFmpeg was ended; E_WRITE there is no room
 */
export async function joinSegments(
  segments: readonly Segment[],
  output: string,
  program: Ffmpeg,
  { format, source, signal }: JoinSegmentsOptions,
): Promise<void> {
  const { timeBase } = format;
  const folder = path.dirname(segments[0].file);
  await writeWhole(path.join(folder, LIST), (temporary) => writeFile(temporary, concatList(segments, timeBase)));
  const start = (segments[0].pts * timeBase.num) / timeBase.den;
  // A part of a video begins at 0, and so does what is beside it; it ends when its last frame does. Packets of
  // packets before that go; no packet of the video may, whose times were rounded.
  const begin = source.cut === undefined ? undefined : start;
  const end = start + ((segments.at(-1)!.lastPts - segments[0].pts) * timeBase.num) / timeBase.den;
  const length =
    begin === undefined
      ? []
      : [
          '-copypriorss:a',
          '0',
          '-copypriorss:s',
          '0',
          '-t',
          (end - start + format.rate.den / format.rate.num).toFixed(6),
        ];
  // By its bare name: what else stands in the path, FFmpeg would take for parts of an address.
  const video = ['-itsoffset', (start - (begin ?? 0)).toFixed(6), '-f', 'concat', '-safe', '0', '-i', LIST];
  const { input, copied } = companionArgs(
    output,
    source,
    begin === undefined ? undefined : { seconds: begin, timecode: timecodeAt(source, begin, format.rate) },
  );
  const duration = program.setsDurations
    ? await lastDuration(segments, output, program, { format, source })
    : undefined;
  await writeWhole(
    output,
    async (temporary) => {
      const args = [
        ...[...video, '-copyts', ...input, '-map', '0:v', ...copied, '-c', 'copy', '-avoid_negative_ts', 'disabled'],
        ...(duration ? ['-bsf:v', duration] : []),
        ...[...length, ...containerArgs(output, format), fileAddress(temporary)],
      ];
      await runFfmpeg(program.ffmpeg, args, {
        cwd: folder,
        signal,
        otherwise: { subject: output, ...NO_ROOM_IN_CONTAINER },
      });
      await requireWhole(temporary, program, { segments, timeBase, companions: companionsIn(output, source) });
    },
    { signal, mode: await modeOf(source) },
  );
}

/** The timecode of a part's first frame; undefined where the source has none. */
function timecodeAt({ timecode, start = 0 }: Pick<VideoSource, 'timecode' | 'start'>, at: number, rate: Ratio) {
  return timecode && timecodeAfter(timecode, Math.round(((at - start) * rate.num) / rate.den), rate);
}

/** Who may read the source: the result is no more public. */
async function modeOf({ file }: Pick<VideoSource, 'file'>): Promise<number | undefined> {
  const stats = file === undefined ? undefined : await stat(file).catch(() => undefined); // An address has none.
  return stats?.isFile() ? stats.mode : undefined;
}

const LIST = 'list.ffconcat';

/**
 * FFmpeg's list of files to play one after another: https://ffmpeg.org/ffmpeg-formats.html#concat-1. Durations are differences
 * of rounded times, so that roundings do not add up.
 */
function concatList(segments: readonly Segment[], { num, den }: Ratio): string {
  const microseconds = ({ pts }: Segment) => Math.round((1e6 * pts * num) / den);
  const lines = segments.map((segment, i) => {
    const next = segments[i + 1];
    const file = `file '${path.basename(segment.file)}'`;
    return next ? `${file}\nduration ${microseconds(next) - microseconds(segment)}us` : file;
  });
  return `ffconcat version 1.0\n${lines.join('\n')}\n`;
}

/** Of QuickTime's kind, ticks are those of the segments. */
const HAS_SAME_TICKS = /\.(?:mp4|m4v|mov)$/i;

/**
 * FFmpeg's filter of packets that says how long the last frame stands, which segments do not: the source's file does, or the pace.
 * FFmpeg 5.1 counts in ticks of the result there, later ones in those of the segments, so seconds are counted by the packet's own time.
 */
async function lastDuration(
  segments: readonly Segment[],
  output: string,
  program: Pick<Ffmpeg, 'ffprobe'>,
  { format: { rate, timeBase }, source }: Pick<JoinSegmentsOptions, 'format' | 'source'>,
): Promise<string | undefined> {
  const { file, lastPts } = segments.at(-1)!;
  const isFile = source.companions !== undefined && source.file !== undefined && source.cut?.to === undefined;
  const [{ last }, ofSource] = await Promise.all([
    packetsOf(file, program),
    isFile ? packetsOf(source.file!, program).catch(() => undefined) : undefined, // An address, or damaged.
  ]);
  const tick = timeBase.num / timeBase.den;
  const at = (source.cut === undefined ? lastPts : lastPts - segments[0].pts) * tick;
  const ticks = (ofSource?.end ?? 0) - lastPts;
  const seconds = (ticks > 0 ? ticks * tick : rate.den / rate.num).toFixed(6);
  const index = last + segments.slice(0, -1).reduce((sum, { frames }) => sum + frames, 0);
  if (at <= 0 && !HAS_SAME_TICKS.test(output)) return undefined;
  const inTicks = at > 0 ? `${seconds}*PTS/${at.toFixed(6)}` : `${seconds}/${tick}`;
  return `setts=pts=PTS:dts=DTS:duration=if(eq(N\\,${index})\\,${inTicks}\\,DURATION)`;
}

interface Expected {
  segments: readonly Segment[];
  timeBase: Ratio;
  companions: readonly string[];
}

/** Containers round times to a millisecond or a frame of their own pace. */
const SECONDS_OFF = 0.1;

/** @throws PerpixelError E_PROGRAM it lacks frames, time or streams */
async function requireWhole(
  file: string,
  program: Ffmpeg,
  { segments, timeBase, companions }: Expected,
): Promise<void> {
  const [facts, { count, span }] = await Promise.all([probeVideo(file, program), packetsOf(file, program)]);
  const frames = segments.reduce((sum, segment) => sum + segment.frames, 0);
  const seconds = ((segments.at(-1)!.lastPts - segments[0].pts) * timeBase.num) / timeBase.den;
  const streams = facts.companions.length;
  if (count >= frames && span > seconds - SECONDS_OFF && streams >= companions.length) return;
  throw new PerpixelError({
    code: 'E_PROGRAM',
    subject: program.ffmpeg,
    received: `a video of ${count} frames, ${span.toFixed(2)} s and ${streams} streams beside it`,
    expected: `${frames} frames, ${seconds.toFixed(2)} s and ${companions.length} streams`,
    cure: 'Make sure that there is room on the disk, and run the same command again: its parts are kept.',
  });
}
