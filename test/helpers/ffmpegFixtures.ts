import { execFileSync } from 'node:child_process';

/** Runs FFmpeg; what it says is in the error where it fails. */
export function ffmpeg(...args: string[]): Buffer {
  return execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args], { maxBuffer: 1e8 });
}

/** What FFmpeg's prober says of one kind of stream: an independent reader. @param entries such as `frame=pts` */
export function ffprobe(file: string, kind: 'v' | 'a' | 's', entries: string): string[] {
  const args = ['-v', 'error', '-select_streams', kind, '-show_entries', entries, '-of', 'csv=p=0'];
  const lines = execFileSync('ffprobe', [...args, file])
    .toString()
    .split('\n');
  // Side data of some codecs leaves a comma at the end, and empty lines.
  return lines.map((line) => line.replace(/,$/, '')).filter((line) => line !== '');
}

/** Makes a video of FFmpeg's moving test picture, 4:2:0 if not said otherwise. @param args output options and the file */
export function testVideo(size: string, frames: number, ...args: string[]): void {
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    `testsrc=size=${size}:rate=25`,
    '-frames:v',
    String(frames),
    '-pix_fmt',
    'yuv420p',
    ...args,
  );
}

/** The pictures of a video as FFmpeg decodes them, one after another. */
export function decoded(file: string, pixelFormat: string): Buffer {
  return ffmpeg('-i', file, '-map', '0:v', '-f', 'rawvideo', '-pix_fmt', pixelFormat, '-fps_mode', 'passthrough', '-');
}
