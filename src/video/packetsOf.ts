import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PerpixelError } from '../core/errors.js';
import type { Ffmpeg } from './ffmpeg.js';
import { fileAddress } from './ffmpegAddress.js';
import { endedEarly, endOf, wasEnded } from './programEnd.js';

/** What the packets of a file's video say: a packet is a frame in all codecs that are handled. */
export interface Packets {
  /** Of those that are whole. */
  count: number;
  /** Which of them, from 0, is the frame that is shown last. */
  last: number;
  /** Seconds from the first frame to the last. */
  span: number;
  /** When the last frame is over, in ticks of the stream; undefined where the file does not say how long it stands. */
  end: number | undefined;
}

/**
 * Reads a video file from its beginning to its end, without decoding it.
 *
 * @throws PerpixelError E_PROGRAM ffprobe was ended; E_READ the file cannot be read
 */
export async function packetsOf(file: string, { ffprobe }: Pick<Ffmpeg, 'ffprobe'>): Promise<Packets> {
  const asked = ['-select_streams', 'V:0', '-show_entries', 'packet=pts,pts_time,duration,flags', '-of', 'compact=p=0'];
  const child = spawn(ffprobe, ['-v', 'error', ...asked, '-i', fileAddress(file)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1000);
  });
  const ended = endOf(child);
  let [count, last] = [0, 0];
  let [from, to, lastPts] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let end: number | undefined;
  for await (const line of createInterface(child.stdout)) {
    const {
      pts,
      pts_time,
      duration,
      flags = '',
    } = Object.fromEntries(line.split('|').map((field) => field.split('=')));
    if (flags.includes('C')) continue; // Cut off.
    count++;
    if (!Number.isFinite(Number(pts))) continue;
    from = Math.min(from, Number(pts_time));
    to = Math.max(to, Number(pts_time));
    if (Number(pts) < lastPts) continue;
    last = count - 1;
    lastPts = Number(pts);
    end = Number(duration) > 0 ? lastPts + Number(duration) : undefined;
  }
  const how = await ended;
  if (wasEnded(how)) throw endedEarly(ffprobe, how);
  if (how.code !== 0) {
    throw new PerpixelError({
      code: 'E_READ',
      subject: file,
      received: how.cause?.message ?? (said.trim() || `ffprobe ended with ${how.code}`),
      expected: 'a whole video',
      cure: 'Run the same command again.',
      cause: how.cause,
    });
  }
  return { count, last, span: Math.max(0, to - from), end };
}
