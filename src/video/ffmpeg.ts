import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { PerpixelError } from '../core/errors.js';

const run = promisify(execFile);

/** The two programs of an FFmpeg that is there. */
export interface Ffmpeg {
  ffmpeg: string;
  ffprobe: string;
  /** How this version is told to leave the timing of frames alone: `-vsync` went when `-fps_mode` (5.1) came. */
  keepTiming: readonly string[];
  /** Whether its filter `setts` changes durations. */
  setsDurations: boolean;
}

/**
 * Makes sure that FFmpeg is there, and learns its version. `ffprobe` is looked for beside it.
 *
 * @param program its path. @default `ffmpeg`, on PATH
 * @throws PerpixelError E_PROGRAM one of the two is missing
 */
export async function findFfmpeg(program = 'ffmpeg'): Promise<Ffmpeg> {
  const { dir, base } = path.parse(program);
  const ffprobe = path.join(dir, base.replace('ffmpeg', 'ffprobe'));
  const [version] = await Promise.all([program, ffprobe].map(versionOf));
  const isOld = isBefore51(version);
  return {
    ffmpeg: dir === '' ? program : path.resolve(program),
    ffprobe: dir === '' ? ffprobe : path.resolve(ffprobe),
    keepTiming: [isOld ? '-vsync' : '-fps_mode', 'passthrough'],
    setsDurations: !isOld,
  };
}

async function versionOf(program: string): Promise<string> {
  const { stdout } = await run(program, ['-version']).catch((cause) => {
    throw missing(program, cause);
  });
  return /version (\S+)/.exec(stdout)?.[1] ?? '';
}

/** Versions of the source tree (`N-112233-g...`) have no number and are newer. */
function isBefore51(version: string): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < 5 || (Number(major) === 5 && Number(minor) < 1);
}

function missing(program: string, cause: unknown): PerpixelError {
  return new PerpixelError({
    code: 'E_PROGRAM',
    subject: program,
    received: 'no such program, or it does not start',
    expected: 'FFmpeg, which reads and writes video files, with ffprobe beside it',
    cure:
      'Install it (apt install ffmpeg, brew install ffmpeg, winget install ffmpeg), name it with --ffmpeg PATH, or pipe ' +
      'frames: ffmpeg -i IN -f yuv4mpegpipe -strict -1 - | perpixel video TASK - -o - | ffmpeg -i - OUT (docs/video.md).',
    cause,
  });
}
