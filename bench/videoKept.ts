/**
 * `npx tsx bench/videoKept.ts [CASE...]`: makes videos of many kinds, takes each through `perpixel video denoise`, and prints what
 * ffprobe says of both where it differs, a row of a table each. Needs FFmpeg and `npm run build`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';

const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));
const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-kept-'));
const at = (name: string) => path.join(folder, name);

const FILM = ['-f', 'lavfi', '-i', 'testsrc2=size=66x50:rate=30000/1001:duration=1'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=duration=1'];
const UNEVEN = ['-vf', "select='not(eq(mod(n,7),3))'", '-fps_mode', 'passthrough'];
const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
const tagged = (range: string, space: string) =>
  ['-color_range', range, '-colorspace', space, '-color_primaries', space, '-color_trc', space] as const;

interface Case {
  what: string;
  /** FFmpeg's arguments that make the input. */
  made: readonly string[];
  input: string;
  output: string;
  options?: readonly string[];
}

const cases: readonly Case[] = [
  { what: 'even pace, B-frames, AAC', made: [...FILM, ...SOUND, ...H264], input: 'x.mp4', output: 'y.mp4' },
  { what: 'uneven pace', made: [...FILM, ...SOUND, ...UNEVEN, ...H264], input: 'x.mp4', output: 'y.mp4' },
  {
    what: 'sound 0.3 s late',
    made: [...FILM, '-itsoffset', '0.3', ...SOUND, ...H264],
    input: 'x.mp4',
    output: 'y.mp4',
  },
  { what: 'Matroska, uneven', made: [...FILM, ...SOUND, ...UNEVEN, ...H264], input: 'x.mkv', output: 'y.mkv' },
  {
    what: 'two sound tracks, their languages, subtitles, title',
    made: [
      ...[...FILM, ...SOUND, ...SOUND, '-i', at('x.srt'), '-map', '0', '-map', '1', '-map', '2', '-map', '3', ...H264],
      ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu', '-metadata:s:s:0', 'language=fra'],
      ...['-disposition:a:1', 'default', '-disposition:a:0', '0', '-metadata', 'title=Both'],
    ],
    input: 'x.mkv',
    output: 'y.mkv',
  },
  {
    what: 'two sound tracks in MP4',
    made: [
      ...[...FILM, ...SOUND, ...SOUND, '-map', '0', '-map', '1', '-map', '2', ...H264],
      ...['-metadata:s:a:0', 'language=eng', '-metadata:s:a:1', 'language=deu', '-metadata:s:v:0', 'language=jpn'],
    ],
    input: 'x.mp4',
    output: 'y.mp4',
  },
  {
    what: 'VP9, Opus',
    made: [...FILM, ...SOUND, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-c:a', 'libopus'],
    input: 'x.webm',
    output: 'y.webm',
  },
  {
    what: 'AVI, MPEG-4, MP3',
    made: [...FILM, ...SOUND, '-c:v', 'mpeg4', '-c:a', 'libmp3lame'],
    input: 'x.avi',
    output: 'y.avi',
  },
  { what: 'transport stream', made: [...FILM, ...SOUND, ...H264], input: 'x.ts', output: 'y.mp4' },
  {
    what: 'turned a quarter',
    made: ['-i', at('lying.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90'],
    input: 'x.mp4',
    output: 'y.mp4',
  },
  { what: 'BT.709 limited', made: [...FILM, ...H264, ...tagged('tv', 'bt709')], input: 'x.mp4', output: 'y.mp4' },
  { what: 'BT.709 full', made: [...FILM, ...H264, ...tagged('pc', 'bt709')], input: 'x.mp4', output: 'y.mp4' },
  { what: 'BT.601 limited', made: [...FILM, ...H264, ...tagged('tv', 'smpte170m')], input: 'x.mkv', output: 'y.mkv' },
  {
    what: 'BT.601 full',
    made: [...FILM, ...H264, '-pix_fmt', 'yuvj420p', ...tagged('pc', 'smpte170m')],
    input: 'x.mkv',
    output: 'y.mkv',
  },
  {
    what: 'BT.2020 PQ, 10 bits',
    made: [
      ...FILM,
      '-c:v',
      'libx265',
      '-pix_fmt',
      'yuv420p10le',
      '-x265-params',
      'log-level=error',
      '-color_range',
      'tv',
      '-colorspace',
      'bt2020nc',
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'smpte2084',
    ],
    input: 'x.mp4',
    output: 'y.mp4',
    options: ['--codec', 'hevc'],
  },
  {
    what: '10 bits, 4:2:2',
    made: [...FILM, '-c:v', 'libx264', '-pix_fmt', 'yuv422p10le'],
    input: 'x.mkv',
    output: 'y.mkv',
  },
  {
    what: 'ProRes',
    made: [...FILM, ...SOUND, '-c:v', 'prores_ks'],
    input: 'x.mov',
    output: 'y.mov',
    options: ['--codec', 'prores'],
  },
  {
    what: 'odd sides, 4:4:4',
    made: [...FILM, '-vf', 'scale=33:17', '-c:v', 'libx264', '-pix_fmt', 'yuv444p'],
    input: 'x.mkv',
    output: 'y.mkv',
  },
  {
    what: 'odd sides, 4:2:0',
    made: [...FILM, '-vf', 'scale=33:17', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'],
    input: 'x.mkv',
    output: 'y.mkv',
  },
  {
    what: 'odd sides, 4:2:0, lossless',
    made: [...FILM, '-vf', 'scale=33:17', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'],
    input: 'x.mkv',
    output: 'y.mkv',
    options: ['--codec', 'ffv1'],
  },
  { what: 'pixels of 16:11', made: [...FILM, '-vf', 'setsar=16/11', ...H264], input: 'x.mp4', output: 'y.mp4' },
  {
    what: 'grey',
    made: [...FILM, '-c:v', 'ffv1', '-pix_fmt', 'gray'],
    input: 'x.mkv',
    output: 'y.mkv',
    options: ['--codec', 'ffv1'],
  },
  { what: 'RGB', made: [...FILM, '-c:v', 'png', '-pix_fmt', 'rgb24'], input: 'x.mov', output: 'y.mp4' },
  { what: 'GIF', made: [...FILM], input: 'x.gif', output: 'y.mp4' },
  {
    what: 'first frame at 5 s',
    made: ['-itsoffset', '5', ...FILM, '-itsoffset', '5', ...SOUND, ...H264, '-copyts'],
    input: 'x.mkv',
    output: 'y.mkv',
  },
];

/** What is compared: the answers of ffprobe, by the name of a column. */
const FACTS = {
  frames: ['v:0', 'frame=pts_time'],
  size: ['v:0', 'stream=width,height,sample_aspect_ratio'],
  rate: ['v:0', 'stream=r_frame_rate,avg_frame_rate'],
  samples: ['v:0', 'stream=pix_fmt'],
  colours: ['v:0', 'stream=color_range,color_space,color_primaries,color_transfer'],
  rotation: ['v:0', 'stream_side_data=rotation'],
  sound: ['a', 'packet=pts_time,size,data_hash'],
  'sound tracks': ['a', 'stream=codec_name,channels,sample_rate:stream_tags=language:stream_disposition=default'],
  subtitles: ['s', 'packet=pts_time,data_hash'],
  language: ['v:0', 'stream_tags=language'],
  title: [undefined, 'format_tags=title'],
} as const;

function factsOf(file: string): Record<string, string> {
  const ask = ([stream, entries]: readonly [string | undefined, string]) =>
    execFileSync('ffprobe', [
      ...['-v', 'error', ...(stream ? ['-select_streams', stream] : []), '-show_data_hash', 'CRC32'],
      ...['-show_entries', entries, '-of', 'csv=p=0', file],
    ])
      .toString()
      .split('\n')
      .map((line) => line.replace(/,+$/, ''))
      .filter(Boolean)
      .join(' ');
  return Object.fromEntries(Object.entries(FACTS).map(([name, asked]) => [name, ask(asked)]));
}

try {
  await writeFile(at('x.srt'), '1\n00:00:00,100 --> 00:00:00,900\nHello\n');
  ffmpeg([...FILM, ...H264], at('lying.mp4'));
  const model = await writeTinyDenoiser(folder);
  const wanted = process.argv.slice(2);
  console.log('| case | files | exit | differs |\n|---|---|---|---|');
  for (const { what, made, input, output, options = [] } of cases) {
    if (wanted.length > 0 && !wanted.includes(what)) continue;
    ffmpeg(made, at(input));
    const args = ['video', 'denoise', at(input), '-o', at(output), '--model', model, '--sigma', '10'];
    const { status, stderr } = spawnSync(process.execPath, [executable, ...args, ...options, '--quiet']);
    const differences =
      status === 0 ? differencesOf(factsOf(at(input)), factsOf(at(output))) : [stderr.toString().trim()];
    console.log(`| ${what} | ${path.extname(input)} ${path.extname(output)} | ${status} | ${differences.join('; ')} |`);
    await rm(at(output), { force: true });
  }
} finally {
  await rm(folder, { recursive: true });
}

function ffmpeg(args: readonly string[], output: string): void {
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args, output]);
}

function differencesOf(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = Object.keys(before).filter((name) => before[name] !== after[name]);
  return names.map((name) => `${name}: ${before[name].slice(0, 90)} -> ${after[name].slice(0, 90)}`);
}
