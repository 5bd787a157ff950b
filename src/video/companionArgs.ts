import path from 'node:path';
import { ffmpegAddress } from './ffmpegAddress.js';
import type { CompanionStream, VideoSource } from './frame.js';

const LETTERS = { audio: 'a', subtitle: 's', attachment: 't' } as const;

/**
 * FFmpeg's options for its second input, the source. All but its video is copied: sound, subtitles, chapters, the metadata of the
 * file and of each stream, and attachments where the container can hold them.
 *
 * @param begin of a part of the source, the time on its clock that becomes 0, and the timecode there
 * @returns none for a source that is no file of FFmpeg's
 */
export function companionArgs(
  output: string,
  { file, companions, dispositions = [] }: Pick<VideoSource, 'file' | 'companions' | 'dispositions'>,
  begin?: { seconds: number; timecode?: string },
): { input: string[]; copied: string[] } {
  if (file === undefined || companions === undefined) return { input: [], copied: [] };
  const kept = companionsIn(output, { companions }).map((kind) => LETTERS[kind]);
  const each = kept.map((kind, i) => `${kind}:${kept.slice(0, i).filter((other) => other === kind).length}`);
  return {
    input: [...(begin === undefined ? [] : beginningAt(begin.seconds)), '-i', ffmpegAddress(file)],
    copied: [
      ...each.flatMap((stream) => ['-map', `1:${stream}`, `-map_metadata:s:${stream}`, `1:s:${stream}`]),
      ...['-map_metadata', '1', '-map_chapters', '1', '-map_metadata:s:v:0', '1:s:V:0'],
      ...['-disposition:v:0', dispositions.join('+') || '0'],
      ...(begin?.timecode ? ['-metadata:s:v:0', `timecode=${begin.timecode}`] : []),
      // Of the source and not true any more: by whom it was encoded, to older FFmpegs that it lies on its side, and in WebM alpha.
      ...['encoder', 'rotate', 'alpha_mode', 'ALPHA_MODE'].flatMap((name) => ['-metadata:s:v:0', `${name}=`]),
    ],
  };
}

function beginningAt(seconds: number): string[] {
  return ['-seek_timestamp', '1', '-ss', seconds.toFixed(6), '-itsoffset', (-seconds).toFixed(6)];
}

/** The kinds of streams that are copied: attachments into Matroska only. */
export function companionsIn(
  output: string,
  { companions = [] }: Pick<VideoSource, 'companions'>,
): readonly CompanionStream[] {
  const isMatroska = path.extname(output).toLowerCase() === '.mkv';
  return companions.filter((kind) => kind !== 'attachment' || isMatroska);
}
