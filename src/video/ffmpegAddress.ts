import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * A video as FFmpeg is to be told of it. FFmpeg takes what stands before a colon for a protocol, which in `talk: part 2.mp4` it is not. So
 * what exists as a file is named as a file, and everything else is passed on as an address.
 */
export function ffmpegAddress(video: string): string {
  return existsSync(video) ? fileAddress(video) : video;
}

/** The same of a file that may not be there yet, in whatever folder FFmpeg runs. */
export function fileAddress(file: string): string {
  return `file:${path.resolve(file)}`;
}
