import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PerpixelError } from '../core/errors.js';
import type { Ffmpeg } from './ffmpeg.js';
import { ffmpegAddress } from './ffmpegAddress.js';
import type { CompanionStream } from './frame.js';
import { CONTENT_LIGHT, MASTERING } from './hdr.js';
import type { ColourTags, Matrix, Range, Ratio } from './videoFormat.js';

const run = promisify(execFile);

/** What a file says of its first video stream and of those beside it. */
export interface VideoFacts {
  /** FFmpeg's name of how its pixels are stored: `yuv420p10le`, `nv12`, `bgr0`. */
  pixelFormat: string;
  /** The mean; `0/0` in the file becomes 25. */
  rate: Ratio;
  /** Whether the mean pace is not that of all frames. */
  isUneven: boolean;
  timeBase: Ratio;
  /** Undefined where the file does not say. */
  matrix?: Matrix;
  range: Range;
  tags: ColourTags;
  /** Seconds on the file's clock that players count as 0. */
  start: number;
  /** Of the first frame: `01:00:00:00`. */
  timecode?: string;
  total?: number;
  /** Sound, subtitles, attachments, an entry a stream: what goes along as it is. */
  companions: CompanionStream[];
  /** What the video is, of several: `default`, `forced`, ... */
  dispositions: string[];
  /** What is of the video and does not go along, in words. */
  notKept: string[];
}

type Stream = Record<string, string | number | undefined> & {
  disposition?: Record<string, number>;
  tags?: Record<string, string>;
  side_data_list?: { side_data_type?: string }[];
};

const COMPANIONS: readonly CompanionStream[] = ['audio', 'subtitle', 'attachment'];

/** What `-disposition` takes of the parts that a video can play: https://ffmpeg.org/ffmpeg.html#Main-options */
const DISPOSITIONS: readonly string[] = [
  ...['default', 'dub', 'original', 'comment', 'forced', 'hearing_impaired', 'visual_impaired', 'clean_effects'],
];

const MATRICES: Record<string, Matrix> = {
  bt709: 'bt709',
  smpte170m: 'bt601',
  bt470bg: 'bt601',
  fcc: 'bt601',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/** @throws PerpixelError E_READ it cannot be read; E_FORMAT there is no video in it */
export async function probeVideo(file: string, { ffprobe }: Pick<Ffmpeg, 'ffprobe'>): Promise<VideoFacts> {
  const { stdout } = await run(
    ffprobe,
    ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', '-i', ffmpegAddress(file)],
    {
      maxBuffer: 64e6,
    },
  ).catch((cause) => {
    throw unreadable(file, cause);
  });
  const { streams = [], format } = JSON.parse(stdout) as { streams?: Stream[]; format?: Stream };
  const video = streams.find(({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic);
  if (video === undefined) throw noVideo(file);
  const rate = ratioOf(video.avg_frame_rate) ?? ratioOf(video.r_frame_rate) ?? { num: 25, den: 1 };
  const seconds = Number(video.duration ?? format?.duration);
  const total = Number(video.nb_frames ?? Math.round((seconds * rate.num) / rate.den));
  const pixelFormat = String(video.pix_fmt);
  return {
    pixelFormat,
    rate,
    isUneven: video.avg_frame_rate !== video.r_frame_rate,
    timeBase: ratioOf(video.time_base)!,
    matrix: MATRICES[String(video.color_space)],
    range: video.color_range === 'pc' || pixelFormat.startsWith('yuvj') ? 'full' : 'limited',
    tags: {
      range: tag(video.color_range),
      space: tag(video.color_space),
      primaries: tag(video.color_primaries),
      transfer: tag(video.color_transfer),
    },
    start: Number(format?.start_time) || 0,
    timecode: timecodeOf(video),
    total: total > 0 ? total : undefined,
    companions: streams
      .map(({ codec_type }) => codec_type as CompanionStream)
      .filter((kind) => COMPANIONS.includes(kind)),
    dispositions: DISPOSITIONS.filter((each) => video.disposition?.[each] === 1),
    notKept: notKept(video, streams),
  };
}

/** GIF and PNG say that they have alpha whether they do or not. */
const ALPHA = /^(?:yuva|gbrap|rgba|bgra|argb|abgr|ya\d)/;
const OF_PICTURES: readonly unknown[] = ['gif', 'apng', 'png'];
const FIELDS: readonly unknown[] = ['tt', 'bb', 'tb', 'bt'];
/** Side data that is applied, is of the coded stream alone, or goes along where the codec holds it. */
const SPENT: readonly unknown[] = ['Display Matrix', 'CPB properties', MASTERING, CONTENT_LIGHT];

function notKept(video: Stream, streams: readonly Stream[]): string[] {
  const others = streams.filter((stream) => stream !== video);
  const tags = Object.entries(video.tags ?? {});
  const hasAlpha =
    tags.some(([name, value]) => name.toLowerCase() === 'alpha_mode' && value === '1') ||
    (ALPHA.test(String(video.pix_fmt)) && !OF_PICTURES.includes(video.codec_name));
  const sideData = (video.side_data_list ?? []).map(({ side_data_type }) => side_data_type);
  return [
    hasAlpha && 'alpha (transparency)',
    FIELDS.includes(video.field_order) &&
      'interlacing (both fields are taken for one picture; deinterlace first: ffmpeg -i IN -vf bwdif OUT)',
    ...sideData.filter((type) => !SPENT.includes(type)),
    others.some(({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic) &&
      'the other video streams',
    others.some(({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic) &&
      'the cover picture',
    others.some((stream) => stream.codec_type === 'data' && !isMadeAnew(stream, video)) && 'data tracks (telemetry)',
  ].filter((each) => typeof each === 'string');
}

function timecodeOf({ tags = {} }: Stream): string | undefined {
  return Object.entries(tags).find(([name]) => name.toLowerCase() === 'timecode')?.[1];
}

/** A track of QuickTime's for what the file or the video says, too, of which it is made anew: chapters, the timecode. */
function isMadeAnew({ codec_tag_string: tag }: Stream, video: Stream): boolean {
  return tag === 'text' || (tag === 'tmcd' && timecodeOf(video) !== undefined);
}

function ratioOf(text: unknown): Ratio | undefined {
  const [num, den] = String(text).split('/').map(Number);
  return num > 0 && den > 0 ? { num, den } : undefined;
}

function tag(value: unknown): string | undefined {
  return value === undefined || value === 'unknown' || value === 'gbr' ? undefined : String(value);
}

function unreadable(file: string, cause: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject: file,
    received: lastLine((cause as { stderr?: string }).stderr) ?? 'a file that ffprobe cannot read',
    expected: 'a video file',
    cure: 'Check the name; `ffprobe FILE` tells more.',
    cause,
  });
}

function noVideo(file: string): PerpixelError {
  const parts = { received: 'no video stream', expected: 'a video', cure: 'For photos, leave out the word video.' };
  return new PerpixelError({ code: 'E_FORMAT', subject: file, ...parts });
}

function lastLine(text: string | undefined): string | undefined {
  return text?.trim().split('\n').at(-1) || undefined;
}
