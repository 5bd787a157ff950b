import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { codecArgs, codecNames } from '../../src/video/codecs.js';
import { decoded, ffmpeg, ffprobe, testVideo } from '../helpers/ffmpegFixtures.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let home: string;
const at = (name: string) => path.join(home, name);
beforeEach(async () => {
  home = await temporaryFolder();
});

/** Denoises nothing, so that what comes out can be compared bit for bit. */
const unchanged = (input: string, output: string, ...rest: string[]) =>
  perpixel(['video', 'denoise', input, '-o', output, '--sigma', '0', ...rest]);
const frameSize = 32 * 24 * 1.5;

/** 25 frames a second, B-frames, two sound tracks, chapters, a timecode. */
function film(file: string, seconds: number): void {
  const sound = (pitch: number) => ['-f', 'lavfi', '-i', `sine=f=${pitch}:d=${seconds}`];
  const chapters =
    '[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=one\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=9000\ntitle=two\n';
  execFileSync('sh', ['-c', `printf ';FFMETADATA1\n${chapters}' > "$0"`, `${file}.txt`]);
  const video = ['-f', 'lavfi', '-i', `testsrc=size=32x24:rate=25:d=${seconds}`];
  ffmpeg(
    ...[...video, ...sound(440), ...sound(600), '-i', `${file}.txt`, '-map', '0', '-map', '1', '-map', '2'],
    ...['-map_chapters', '3', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-bf', '2', '-g', '20', '-c:a', 'aac'],
    ...['-timecode', '01:00:00:00', file],
  );
}

describe('a part of a video', () => {
  test.each([
    ['--from', '00:00:01', '--to', '2.02', 25, 51],
    ['--from', '1500ms', '', '', 38, 75],
    ['', '', '--to', '0:01', 0, 25],
    // A frame's own time is in, or out.
    ['--from', '1.04', '--to', '1.08', 26, 27],
  ])('%s %s %s %s: the frames of these times, and no other', async (...row) => {
    const [first, end] = row.slice(4) as number[];
    film(at('a.mov'), 3);
    const args = (row.slice(0, 4) as string[]).filter(Boolean);
    const { code } = await unchanged(at('a.mov'), at('b.mkv'), '--codec', 'ffv1', ...args);
    expect(code).toBe(0);
    const whole = decoded(at('a.mov'), 'yuv420p');
    expect(decoded(at('b.mkv'), 'yuv420p').equals(whole.subarray(first * frameSize, end * frameSize))).toBe(true);
    expect(ffprobe(at('b.mkv'), 'v', 'packet=pts_time').map(Number)[0]).toBe(0);
  });

  test('sound stays in step, chapters move along, and the timecode is that of the first frame', async () => {
    film(at('a.mov'), 3);
    const { code, stderr } = await unchanged(at('a.mov'), at('b.mov'), '--from', '1', '--to', '2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('Not kept') });
    expect(ffprobe(at('b.mov'), 'v', 'stream=nb_frames,start_time:stream_tags=timecode')).toEqual([
      '0.000000,25,01:00:01:00',
    ]);
    for (const track of [0, 1]) {
      const times = (file: string) => {
        const args = ['-show_entries', 'packet=pts_time,data_hash', '-show_data_hash', 'md5', '-of', 'csv=p=0'];
        const lines = execFileSync('ffprobe', [
          '-v',
          'error',
          '-select_streams',
          `a:${track}`,
          ...args,
          file,
        ]).toString();
        return new Map(
          lines
            .trim()
            .split('\n')
            .map((line): [string, number] => [line.split(',')[1], Number(line.split(',')[0])]),
        );
      };
      const [before, after] = [times(at('a.mov')), times(at('b.mov'))];
      expect(after.size).toBeGreaterThan(40);
      for (const [hash, time] of after) expect(before.get(hash)! - time).toBeCloseTo(1, 3);
    }
    const chapters = JSON.parse(
      execFileSync('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', at('b.mov')]).toString(),
    ).chapters.map(({ start_time, tags }: { start_time: string; tags: { title: string } }) => [
      Number(start_time),
      tags.title,
    ]);
    expect(chapters).toEqual([
      [0, 'one'],
      [0.5, 'two'],
    ]);
  });

  test.each([
    [['--from', '2', '--to', '1'], 'expected a time that is before that of --to'],
    [['--from', 'soon'], 'expected a time such as 90, 1:30.5 or 500ms'],
    [['--from', '100'], 'no frame at all'],
  ])('%j is refused', async (args, words) => {
    testVideo('32x24', 5, at('a.mp4'));
    const { code, stderr } = await unchanged(at('a.mp4'), at('b.mp4'), ...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
    expect(await readdir(home)).toEqual(['a.mp4']);
  });

  test('of frames on a pipe', async () => {
    testVideo('32x24', 50, at('a.y4m'));
    const { bytes } = await perpixel(
      ['video', 'denoise', '-', '-o', '-', '--sigma', '0', '--from', '1', '--to', '1.2'],
      {
        stdin: await readFile(at('a.y4m')),
      },
    );
    await writeFile(at('b.y4m'), bytes);
    const whole = decoded(at('a.y4m'), 'yuv420p');
    expect(decoded(at('b.y4m'), 'yuv420p').equals(whole.subarray(25 * frameSize, 30 * frameSize))).toBe(true);
  });
});

test('a run that had nothing to do to its frames and was stopped goes on without doing them again', async () => {
  testVideo('32x24', 5, at('a.mp4'));
  await writeFile(at('ffmpeg'), '#!/bin/sh\ncase "$*" in *concat*) exit 1;; esac\nexec ffmpeg "$@"\n', { mode: 0o755 });
  await writeFile(at('ffprobe'), '#!/bin/sh\nexec ffprobe "$@"\n', { mode: 0o755 });
  expect((await unchanged(at('a.mp4'), at('b.mkv'), '--ffmpeg', at('ffmpeg'))).code).toBe(1);
  expect((await unchanged(at('a.mp4'), at('b.mkv'))).code).toBe(0);
  expect(ffprobe(at('b.mkv'), 'v', 'packet=pts_time')).toHaveLength(5);
});

describe('several videos', () => {
  test('each goes into the folder under its name; one that is damaged does not keep the others from it', async () => {
    await mkdir(at('in/sub'), { recursive: true });
    testVideo('32x24', 3, at('in/a.mp4'));
    testVideo('32x24', 2, at('in/sub/b.ts'));
    testVideo('32x24', 4, at('c.mov'));
    await writeFile(at('in/bad.mp4'), 'no video');
    await writeFile(at('in/notes.txt'), 'no video, and not taken for one');
    const run = () => perpixel(['video', 'denoise', at('in'), at('c.mov'), '-o', at('out'), '--sigma', '0']);
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toContain(`${at('in/bad.mp4')} -> ${at('out/bad.mp4')}\nperpixel: E_READ`);
    const made = (await readdir(at('out'), { recursive: true })).filter((name) => path.extname(name)).sort();
    expect(made).toEqual(['a.mp4', 'c.mov', 'sub/b.mkv']);
    expect(made.map((name) => ffprobe(at(`out/${name}`), 'v', 'packet=flags').length)).toEqual([3, 4, 2]);
    expect((await run()).stderr).toContain('already exists');
  });

  test.each([
    ['two of one name', ['a/x.mp4', 'b/x.mp4'], 'out', 'a name of its own'],
    ['two of one name where case is ignored', ['a/x.mp4', 'b/X.mp4'], 'out', 'a name of its own'],
    ['a file to write to', ['a/x.mp4', 'b/y.mp4'], 'out.mp4', 'a folder, where there are several videos'],
    ['a pipe among them', ['a/x.mp4', '-'], 'out', 'files, where there are several'],
  ])('%s: refused', async (_, inputs, output, words) => {
    const files = inputs.map((name) => (name === '-' ? name : at(name)));
    const { code, stderr } = await perpixel(['video', 'denoise', ...files, '-o', at(output), '--sigma', '0']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) });
  });
});

describe('what HDR10 says of light', () => {
  const mastering = 'G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,50)';
  const light =
    /red_x=35400\/50000[\s\S]*min_luminance=50\/10000\nmax_luminance=10000000\/10000[\s\S]*max_content=1000\nmax_average=400/;
  const firstFrame = (file: string) =>
    execFileSync('ffprobe', [
      '-v',
      'error',
      '-read_intervals',
      '%+#1',
      '-show_frames',
      '-select_streams',
      'v',
      file,
    ]).toString();

  test.each([
    ['hevc', 'smpte2084', true],
    ['h264', 'smpte2084', false],
    ['hevc', 'arib-std-b67', true],
    ['ffv1', 'smpte2084', false],
  ])('%s, %s: kept: %s', async (codec, transfer, isKept) => {
    const colours = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
    const parameters = `log-level=error:master-display=${mastering}:max-cll=1000,400`;
    testVideo(
      '64x48',
      2,
      '-pix_fmt',
      'yuv420p10le',
      '-c:v',
      'libx265',
      '-x265-params',
      parameters,
      ...colours,
      at('a.mp4'),
    );
    const { code, stderr } = await unchanged(at('a.mp4'), at('b.mkv'), '--codec', codec);
    expect(code).toBe(0);
    const said = firstFrame(at('b.mkv'));
    expect(said).toContain(`color_transfer=${transfer}`);
    expect(light.test(said)).toBe(isKept);
    expect(stderr.includes('Not kept: HDR10 mastering')).toBe(!isKept);
  });
});

test('nv12 on pipes comes out as it came in', async () => {
  testVideo('34x18', 3, '-f', 'rawvideo', '-pix_fmt', 'nv12', at('a.nv12'));
  const stdin = await readFile(at('a.nv12'));
  const raw = ['--raw', 'nv12', '--size', '34x18', '--rate', '25', '--quiet'];
  const { code, bytes } = await perpixel(['video', 'denoise', '-', '-o', '-', '--sigma', '0', ...raw], { stdin });
  expect(code).toBe(0);
  expect(bytes.equals(stdin)).toBe(true);
});

test('fields are told of, with the cure', async () => {
  const fields = ['-vf', 'setfield=tff', '-flags', '+ilme+ildct', '-c:v', 'mpeg2video'];
  testVideo('32x32', 4, ...fields, at('a.mkv'));
  const { stderr } = await unchanged(at('a.mkv'), at('b.mkv'));
  expect(stderr).toMatch(/Not kept: interlacing .*ffmpeg -i IN -vf bwdif OUT/);
});

describe('encoders of graphics cards', () => {
  const hardware = codecNames.filter((name) => name.includes('_'));

  test.each(hardware)('%s is tried before it is used, and told of where it does not work', async (name) => {
    testVideo('64x48', 2, at('a.mp4'));
    const { code, stderr } = await unchanged(at('a.mp4'), at('b.mkv'), '--codec', name);
    if (code === 0) expect(ffprobe(at('b.mkv'), 'v', 'packet=flags')).toHaveLength(2);
    else {
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/E_PROGRAM .*Choose another --codec/),
      });
      expect(await readdir(home)).toEqual(['a.mp4']);
    }
  });

  /** Those that FFmpeg itself has, or that are of any encoder. */
  const general = ['-c:v', '-b:v', '-q:v', '-vf', '-vaapi_device', '-global_quality'];
  test.each(hardware)('%s is given options that it has, where this FFmpeg knows it', (name) => {
    const help = ffmpeg('-h', `encoder=${name}`).toString();
    if (!help.startsWith(`Encoder ${name}`)) return;
    const layout = { samples: 'yuv', chroma: '420', bits: 8 } as const;
    const options = codecArgs(name, { layout }).filter((arg) => /^-[a-z]/.test(arg) && !general.includes(arg));
    for (const option of options) expect(help).toMatch(new RegExp(`^ +${option} `, 'm'));
  });
});

describe('numbered pictures', () => {
  const pictures = (...rest: string[]) =>
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=32x24:rate=25', '-frames:v', '4', ...rest);

  test.each([
    ['rgb24', 'rgb24'],
    ['rgb48be', 'rgb48le'],
    ['gray', 'gray'],
  ])('%s: as many come out, at their own depth, with the numbers that are asked for', async (pixelFormat, wire) => {
    await mkdir(at('in'));
    pictures('-pix_fmt', pixelFormat, '-start_number', '7', at('in/%04d.png'));
    const numbers = ['--start-number', '7'];
    const { code, stderr } = await unchanged(at('in/%04d.png'), at('out/%04d.png'), ...numbers);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^4 frames/) });
    expect((await readdir(at('out'))).sort()).toEqual(['0007.png', '0008.png', '0009.png', '0010.png']);
    const [before, after] = ['in', 'out'].map((folder) =>
      ffmpeg('-start_number', '7', '-i', at(`${folder}/%04d.png`), '-f', 'rawvideo', '-pix_fmt', wire, '-'),
    );
    expect(after.equals(before)).toBe(true);
    const again = await unchanged(at('in/%04d.png'), at('out/%04d.png'), ...numbers);
    expect({ ...again, bytes: undefined }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a name that is free'),
    });
    const same = await unchanged(at('in/%04d.png'), at('in/%06d.png'), ...numbers);
    expect(same).toMatchObject({ code: 2, stderr: expect.stringContaining('another folder') });
  });

  test('become a video at the pace that is said, and a video becomes pictures', async () => {
    await mkdir(at('in'));
    pictures('-start_number', '1', at('in/%d.png'));
    expect((await unchanged(at('in/%d.png'), at('a.mkv'), '--rate', '12', '--codec', 'ffv1')).code).toBe(0);
    expect(ffprobe(at('a.mkv'), 'v', 'stream=r_frame_rate')).toEqual(['12/1']);
    expect((await unchanged(at('a.mkv'), at('out/%03d.png'))).code).toBe(0);
    const [before, after] = [at('in/%d.png'), at('out/%03d.png')].map((file) =>
      ffmpeg('-i', file, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'),
    );
    expect(after).toHaveLength(before.length);
    expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThanOrEqual(1);
  });

  test('of another size than the first, or none at all: told of by name', async () => {
    await mkdir(at('in'));
    pictures('-frames:v', '1', '-start_number', '0', at('in/%d.png'));
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=16x16', '-frames:v', '1', at('in/1.png'));
    const { code, stderr } = await unchanged(at('in/%d.png'), at('out/%d.png'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/E_SIZE .*1\.png: 16 x 16 pixels/) });
    expect(await unchanged(at('none/%d.png'), at('out2/%d.png'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/E_READ .*0\.png: no such file/),
    });
  });
});

test('a sheet shows a video at the time that is asked for', async () => {
  testVideo('64x48', 75, at('a.mp4'));
  const sheet = async (time: string) => {
    const output = at(`${time}.png`);
    const args = ['preview', 'denoise', at('a.mp4'), '--at', time, '--vary', 'sigma=0', '-o', output];
    const { code, stderr } = await perpixel(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [width] = ffprobe(output, 'v', 'stream=width').map(Number);
    // The frame itself is below the line of titles, after a gap.
    return { width, part: ffmpeg('-i', output, '-vf', 'crop=64:48:8:28', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-') };
  };
  const frame = (n: number) =>
    ffmpeg(
      '-i',
      at('a.mp4'),
      '-vf',
      `select=eq(n\\,${n})`,
      '-frames:v',
      '1',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'rgb24',
      '-',
    );
  const far = (a: Buffer, b: Buffer) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
  const { part } = await sheet('2.4');
  expect(far(part, frame(60))).toBeLessThan(8);
  expect(far(part, frame(60))).toBeLessThan(far(part, frame(30)) / 2);
  const late = await perpixel(['preview', 'denoise', at('a.mp4'), '--at', '9', '-o', at('late.png')]);
  expect(late).toMatchObject({ code: 2, stderr: expect.stringContaining('a time before the end of the video') });
});
