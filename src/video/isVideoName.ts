import path from 'node:path';

/** Files that are taken for videos in a folder; a file that is named may be called as it likes. */
const EXTENSIONS = new Set(
  [
    'mp4 m4v mov qt mkv webm avi nut y4m',
    'ts m2t m2ts mts m2v mpg mpeg mod tod vob',
    '3gp 3g2 asf wmv dv mxf f4v flv ogv ogm rm rmvb',
  ].flatMap((names) => names.split(' ')),
);

/** Whether a file is a video by its name. */
export function isVideoName(name: string): boolean {
  return EXTENSIONS.has(path.extname(name).slice(1).toLowerCase());
}
