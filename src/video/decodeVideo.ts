import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { PerpixelError } from '../core/errors.js';
import { DecoderLog } from './decoderLog.js';
import type { Ffmpeg } from './ffmpeg.js';
import { ffmpegAddress } from './ffmpegAddress.js';
import type { CodedFrame, VideoSource } from './frame.js';
import { hdrOf } from './hdr.js';
import { type Layout, layoutName, layoutNamed } from './layout.js';
import { probeVideo } from './probeVideo.js';
import { endedEarly, endOf, wasEnded } from './programEnd.js';
import { readRaw } from './readRaw.js';
import { usualMatrix, type VideoColour, type VideoFormat } from './videoFormat.js';
import { withoutGaps } from './withoutGaps.js';

export interface DecodeVideoOptions {
  colour?: Partial<VideoColour>;
  /** Read a file no faster than it plays, as a camera would give it. */
  realTime?: boolean;
  /** What stands before this time, in seconds from the beginning, is not asked for, and may be left out. @default 0 */
  from?: number;
}

/**
 * The frames of any file or address that FFmpeg reads: upright, with their times, in the file's own samples, in planes (RGB becomes
 * 4:4:4 of 16 bits). One thread decodes, so that what it complains of stands before the frame that is meant.
 *
 * Damaged frames are told of; see withoutGaps.
 *
 * Asking for the next frame rejects with E_PROGRAM where FFmpeg was ended, with E_READ where the disk failed: what it gave until then
 * is not all.
 *
 * @throws PerpixelError E_READ it cannot be read; E_FORMAT there is no video in it; E_PROGRAM FFmpeg was ended
 */
export async function decodeVideo(
  file: string,
  program: Ffmpeg,
  { colour, realTime = false, from = 0 }: DecodeVideoOptions = {},
): Promise<VideoSource> {
  const facts = await probeVideo(file, program);
  const hdr = IS_HDR.includes(facts.tags.transfer ?? '') ? await hdrOf(file, program) : {};
  const layout = wireLayout(facts.pixelFormat);
  const isRgb = layout === RGB_ON_THE_WIRE;
  const conversion = isRgb ? ',scale=out_color_matrix=bt709:out_range=limited' : '';
  const child = spawn(
    program.ffmpeg,
    [
      ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'level+info', '-threads', '1', '-copyts'],
      ...(realTime ? ['-re'] : []),
      // Well before, as what a decoder gives after a jump may lack what it refers to, and some containers jump too far.
      ...(from > LEAD_SECONDS ? ['-noaccurate_seek', '-ss', (from - LEAD_SECONDS).toFixed(6)] : []),
      ...['-i', ffmpegAddress(file), '-map', '0:V:0', '-vf', `showinfo=checksum=0${conversion}`, ...program.keepTiming],
      // Else that of the mean pace, in which uneven frames fall together.
      ...['-enc_time_base', `${facts.timeBase.num}:${facts.timeBase.den}`],
      ...['-pix_fmt', layoutName(layout), '-f', 'rawvideo', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  // Node throws away what a program that has ended wrote, where nobody has begun to read it.
  const bytes = child.stdout.pipe(new PassThrough());
  const log = new DecoderLog();
  const ended = endOf(child);
  const lines = createInterface(child.stderr);
  lines.on('line', (line) => log.line(line));
  lines.on('close', () => log.end());
  const size = await log.size();
  if (size === undefined) {
    const end = await ended;
    if (wasEnded(end) || end.cause) throw endedEarly(program.ffmpeg, end);
    throw undecodable(file, log.rest);
  }
  const { rate, isUneven, timeBase, tags } = facts;
  const wire: Pick<VideoFormat, 'colour' | 'tags'> = isRgb
    ? { colour: { matrix: 'bt709', range: 'limited' }, tags: { ...tags, space: 'bt709', range: 'tv' } }
    : { colour: { matrix: facts.matrix ?? usualMatrix(size), range: facts.range, ...colour }, tags };
  const isHdr = Object.keys(hdr).length > 0;
  const format: VideoFormat = { ...size, rate, isUneven, timeBase, layout, ...wire, ...(isHdr && { hdr }) };
  const pictures = readRaw(bytes, format);

  const isFile = existsSync(file); // A camera whose network fails has come to its end.
  const requireEnd = async () => {
    const end = await ended;
    if (wasEnded(end)) throw endedEarly(program.ffmpeg, end);
    if (isFile && log.failure !== undefined) throw undecodable(file, log.failure);
    // Where FFmpeg complains of the video, withoutGaps tells of it.
    if (end.code !== 0 && log.rest === undefined) throw endedEarly(program.ffmpeg, end);
  };
  async function* whole(): AsyncGenerator<CodedFrame> {
    for await (const picture of pictures) {
      // FFmpeg itself writes whole frames alone.
      if (picture.error) break;
      yield picture;
    }
    await requireEnd();
  }
  const close = async () => {
    // Asked to end, it would first wait until somebody takes the frames that it has.
    child.stdout.destroy();
    child.kill('SIGKILL');
    await ended;
  };
  async function* frames(): AsyncGenerator<CodedFrame> {
    try {
      const ticks = (rate.den * timeBase.den) / (rate.num * timeBase.num);
      yield* withoutGaps(whole(), log, { file, ticks });
    } finally {
      await close();
    }
  }
  const { start, timecode, total, companions, dispositions, notKept } = facts;
  return {
    file,
    format,
    start,
    timecode,
    total,
    companions,
    dispositions,
    notKept,
    close,
    [Symbol.asyncIterator]: frames,
  };
}

const LEAD_SECONDS = 10;

/** PQ and HLG, in FFmpeg's words. */
const IS_HDR: readonly string[] = ['smpte2084', 'arib-std-b67'];

const RGB_ON_THE_WIRE: Layout = { samples: 'yuv', chroma: '444', bits: 16 };

/** The layout nearest to a pixel format: the same samples in planes, without alpha. */
function wireLayout(pixelFormat: string): Layout {
  const planar = /^(?:nv12|nv21|p010le|yuva?j?(\d{3})p?)/.exec(pixelFormat);
  const [, depth] = /p0?(10|12|14|16|9)(?:le|be)$/.exec(pixelFormat) ?? [];
  const suffix = depth ? `${depth}le` : '';
  const [, greyDepth] = /^gray(\d*)/.exec(pixelFormat) ?? [];
  if (greyDepth !== undefined) return layoutNamed(`gray${greyDepth ? `${greyDepth}le` : ''}`);
  if (!planar) return RGB_ON_THE_WIRE;
  const chroma = planar[1] ?? '420';
  return layoutNamed(`yuv${['420', '422', '411'].includes(chroma) ? chroma : '444'}p${suffix}`);
}

function undecodable(file: string, complaint: string | undefined): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject: file,
    received: complaint ?? 'a video of which FFmpeg gives no frame',
    expected: 'a video that FFmpeg decodes',
    cure: '`ffmpeg -i FILE -f null -` tells more.',
  });
}
