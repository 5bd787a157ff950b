import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { nyuCamera } from '../../src/geometry/planeNormals.js';
import { labelsLegend } from '../../src/tasks/labels/task.js';
import { openSegments, segmentFile } from '../../src/video/segments.js';
import { faultyFfmpeg } from '../helpers/faultyFfmpeg.js';
import { decoded, ffmpeg, ffprobe, testVideo } from '../helpers/ffmpegFixtures.js';
import { perpixel } from '../helpers/perpixel.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { writeTinyPose } from '../helpers/tinyPose.js';
import { writeTinyScene as writeKnowingScene } from '../library/tinyScene.js';
import { writeTinyScene } from './tinyScene.js';

let home: string;
let options: string[];
const at = (name: string) => path.join(home, name);
const denoise = (input: string, output: string, ...rest: string[]) => [
  ...['video', 'denoise', input, '-o', output],
  ...options,
  ...rest,
];
/** MP4 has a word for a language that is not known, and QuickTime has none. */
const known = (lines: string[]) => lines.map((line) => line.replace(/,?und$/, '')).filter(Boolean);
const names = (folder: string) => readdir(folder).then((all) => all.sort());

beforeEach(async () => {
  home = await temporaryFolder();
  options = ['--model', await writeTinyDenoiser(home), '--sigma', '10'];
});

describe('pipes', () => {
  test('y4m in, y4m out: the same header, as many frames, other pixels, which FFmpeg reads', async () => {
    testVideo('33x17', 3, at('x.y4m'));
    const stdin = await readFile(at('x.y4m'));
    const { code, bytes, stderr } = await perpixel(denoise('-', '-'), { stdin });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^3 frames, .* frames\/s\nnoise as given: 10\.0 of 255\n$/),
    });
    await writeFile(at('out.y4m'), bytes);
    expect(ffprobe(at('out.y4m'), 'v', 'stream=width,height,pix_fmt,r_frame_rate')).toEqual(['33,17,yuv420p,25/1']);
    const [before, after] = [at('x.y4m'), at('out.y4m')].map((file) => decoded(file, 'yuv420p'));
    expect(after.length).toBe(before.length);
    expect(after.equals(before)).toBe(false);
  });

  test('raw in, raw out', async () => {
    const stdin = Buffer.alloc(2 * 8 * 4 * 3, 100);
    const raw = ['--raw', 'rgb24', '--size', '8x4', '--rate', '30000/1001'];
    const { code, bytes } = await perpixel(denoise('-', '-', ...raw, '--quiet'), { stdin });
    expect(code).toBe(0);
    // A flat picture stays so, away from its edges, which the model sees zeros beyond.
    expect(bytes).toHaveLength(stdin.length);
    expect(bytes[(8 + 1) * 3]).toBe(100);
  });

  test('a file of y4m, whole or not at all', async () => {
    testVideo('16x16', 2, at('x.y4m'));
    expect((await perpixel(denoise(at('x.y4m'), at('out.y4m')))).code).toBe(0);
    expect(decoded(at('out.y4m'), 'yuv420p')).toHaveLength(2 * 16 * 16 * 1.5);
    const bare = Buffer.from('YUV4MPEG2 W16 H16 F25:1\n');
    expect(await perpixel(denoise('-', at('bad.y4m')), { stdin: bare })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no frame at all'),
    });
    const cut = (await readFile(at('x.y4m'))).subarray(0, 100);
    expect(await perpixel(denoise('-', at('bad.y4m')), { stdin: cut })).toMatchObject({ code: 1 });
    expect(await names(home)).toEqual(['out.y4m', 'tiny.onnx', 'x.y4m']);
  });

  test('what is damaged is told of, the rest is done, and the exit code is 1', async () => {
    testVideo('16x16', 3, at('x.y4m'));
    const stdin = Buffer.from((await readFile(at('x.y4m'))).toString('latin1').replace('FRAME', 'FxAME'), 'latin1');
    const { code, stderr } = await perpixel(denoise('-', at('out.y4m')), { stdin });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^E_READ {2}frame 0: "FxAME" before it; .*\n3 frames, 1 damaged, /);
    const json = await perpixel(denoise('-', at('json.y4m'), '--json'), { stdin });
    const events = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({ event: 'damaged', frame: 0, at: 0, error: { code: 'E_READ' } });
    expect(events.at(-1)).toMatchObject({ event: 'end', frames: 3, damaged: 1, dropped: 0, stopped: false });
  });

  test('live: every frame is either done or dropped, and the pace stays', async () => {
    testVideo('64x64', 60, at('x.y4m'));
    const stdin = await readFile(at('x.y4m'));
    const { code, bytes, stderr } = await perpixel(denoise('-', '-', '--live', '--quality', 'best'), { stdin });
    const [, done, dropped] = /^(\d+) frames, (\d+) dropped/.exec(stderr)!.map(Number);
    expect(code).toBe(0);
    expect(done + dropped).toBe(60);
    await writeFile(at('out.y4m'), bytes);
    expect(ffprobe(at('out.y4m'), 'v', 'frame=pts')).toHaveLength(60);
  });
});

describe('files', () => {
  /** Uneven times, odd sides where the codec allows, sound that begins elsewhere. */
  const film = (name: string, ...rest: string[]) =>
    ffmpeg(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=66x50:rate=30000/1001:duration=1', '-f', 'lavfi', '-i', 'sine=d=1'],
      ...['-vf', "select='not(eq(mod(n,7),3))'", '-fps_mode', 'passthrough', '-pix_fmt', 'yuv420p', ...rest, at(name)],
    );

  test.each([
    ['x.mp4', 'out.mp4', ['-c:v', 'libx264', '-video_track_timescale', '30000']],
    ['x.mkv', 'out.mkv', ['-c:v', 'libx264']],
    ['x.mp4', 'out.mov', ['-c:v', 'libx264', '-colorspace', 'bt709', '-color_range', 'tv']],
    ['x.mkv', 'out.mkv', ['-c:v', 'ffv1', '-color_range', 'tv', '-metadata:s:v', 'language=jpn']],
    ['x.webm', 'out.webm', ['-c:v', 'libvpx-vp9', '-c:a', 'libvorbis', '-deadline', 'realtime']],
  ])('%s to %s: times, sound, size and colours are equal, says ffprobe', async (input, output, made) => {
    film(input, ...made);
    const { code, stderr } = await perpixel(denoise(at(input), at(output), '--segment', '10'));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const [kind, entries] of [
      ['v', 'frame=pts_time'],
      ['a', 'packet=pts_time,size:stream_tags=language'],
      ['v', 'stream=width,height,pix_fmt,color_range,color_space:stream_tags=language'],
    ] as const) {
      const [after, before] = [output, input].map((name) => known(ffprobe(at(name), kind, entries)));
      expect(after).toEqual(before);
    }
    expect(await names(home)).toEqual([input, output, 'tiny.onnx'].sort());
  });

  test.each([
    ['ffv1', 'out.mkv', 'yuv420p10le'],
    ['hevc', 'out.mp4', 'yuv420p10le'],
  ])('--codec %s keeps 10 bits', async (codec, output, pixelFormat) => {
    testVideo('32x32', 3, '-c:v', 'ffv1', '-pix_fmt', 'yuv420p10le', at('x.mkv'));
    expect(await perpixel(denoise(at('x.mkv'), at(output), '--codec', codec))).toMatchObject({ code: 0 });
    expect(ffprobe(at(output), 'v', 'stream=codec_name,pix_fmt')).toEqual([`${codec},${pixelFormat}`]);
    expect(ffprobe(at(output), 'v', 'frame=pts_time')).toEqual(ffprobe(at('x.mkv'), 'v', 'frame=pts_time'));
  });

  test('nothing to do changes no bit', async () => {
    testVideo('33x17', 5, '-c:v', 'ffv1', at('x.mkv'));
    await perpixel([...denoise(at('x.mkv'), at('out.mkv'), '--codec', 'ffv1'), '--sigma', '0']);
    expect(decoded(at('out.mkv'), 'yuv420p').equals(decoded(at('x.mkv'), 'yuv420p'))).toBe(true);
  });

  test('a run that was stopped goes on from its last whole segment, with the same result', {
    timeout: 300_000,
  }, async () => {
    testVideo('64x48', 40, '-c:v', 'ffv1', at('x.mkv'));
    const lossless = ['--codec', 'ffv1', '--segment', '8'];
    await perpixel(denoise(at('x.mkv'), at('whole.mkv'), ...lossless));

    const stop = new AbortController();
    const running = perpixel(denoise(at('x.mkv'), at('out.mkv'), ...lossless), { signal: stop.signal });
    const parts = `${at('out.mkv')}.parts`;
    await expect
      .poll(async () => (await readdir(parts).catch(() => [])).filter((name) => /^\d.*json$/.test(name)).length, {
        interval: 5,
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
    stop.abort();
    expect((await running).code).toBe(130);
    await expect(stat(at('out.mkv'))).rejects.toThrow('ENOENT');

    const { code, stderr } = await perpixel(denoise(at('x.mkv'), at('out.mkv'), ...lossless));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^40 frames, (8|16|24|32) resumed/m),
    });
    expect(decoded(at('out.mkv'), 'yuv420p').equals(decoded(at('whole.mkv'), 'yuv420p'))).toBe(true);
    expect(ffprobe(at('out.mkv'), 'v', 'frame=pts')).toEqual(ffprobe(at('x.mkv'), 'v', 'frame=pts'));
    await expect(stat(parts)).rejects.toThrow('ENOENT');
  });

  test('with other options, parts of an earlier run are not used', async () => {
    testVideo('16x16', 4, '-c:v', 'ffv1', at('x.mkv'));
    const parts = await openSegments(at('out.mkv'), 'another job');
    await writeFile(segmentFile(parts.path, { index: 0, pts: 0 }), 'of another job');
    parts.release();
    expect(await perpixel(denoise(at('x.mkv'), at('out.mkv')))).toMatchObject({ code: 0 });
    expect(ffprobe(at('out.mkv'), 'v', 'frame=pts')).toHaveLength(4);
  });

  test('a refused output ends the run: nothing waits for the source, and nothing is left', async () => {
    testVideo('320x240', 30, '-c:v', 'mpeg4', at('x.mp4'));
    expect(await perpixel(denoise(at('x.mp4'), at('out.webm'), '--codec', 'h264'))).toMatchObject({ code: 2 });
    await writeFile(at('file'), '');
    expect(await perpixel(denoise(at('x.mp4'), at('file/out.mp4')))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('E_WRITE'),
    });
    const programs = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
    await expect.poll(programs, { timeout: 20_000 }).toEqual([]);
    expect(await names(home)).toEqual(['file', 'tiny.onnx', 'x.mp4']);
  });

  test.each([
    [
      'of uneven pace',
      'x.gif',
      7,
      3,
      ['-vf', 'setpts=N*(N+1)/2/TB', '-fps_mode', 'passthrough', '-final_delay', '400'],
    ],
    ['of one frame', 'x.mp4', 0.04, 1, []],
  ])('the last frame of a video %s stands as long as in the source', async (_, name, seconds, frames, made) => {
    testVideo('16x16', frames, ...made, at(name));
    expect(await perpixel(denoise(at(name), at('out.mp4')))).toMatchObject({ code: 0 });
    for (const each of [name, 'out.mp4'])
      expect(Number(ffprobe(at(each), 'v', 'format=duration'))).toBeCloseTo(seconds, 1);
  });

  test('what was measured is in the last line of --json', async () => {
    testVideo('64x48', 3, '-c:v', 'ffv1', at('x.mkv'));
    const { stdout } = await perpixel([...denoise(at('x.mkv'), at('out.mkv')).slice(0, -2), '--json']);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
      event: 'end',
      measured: { noise: expect.any(Number), noiseEstimated: true },
    });
  });

  test('what cannot be kept is told of', async () => {
    const interlaced = ['-vf', 'interlace,setfield=tff', '-c:v', 'mpeg2video', '-flags', '+ilme+ildct'];
    testVideo('64x48', 10, ...interlaced, at('x.mpg'));
    const { code, stderr } = await perpixel(denoise(at('x.mpg'), at('out.mkv')));
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^Not kept: interlacing/m) });
  });

  test('alpha of WebM is told of, and the result does not claim it', async () => {
    testVideo(
      '64x48',
      5,
      '-vf',
      'format=yuva420p',
      '-pix_fmt',
      'yuva420p',
      '-c:v',
      'libvpx-vp9',
      '-auto-alt-ref',
      '0',
      at('x.webm'),
    );
    const { stderr } = await perpixel(denoise(at('x.webm'), at('out.webm')));
    expect(stderr).toMatch(/^Not kept: alpha/m);
    expect(ffprobe(at('out.webm'), 'v', 'stream_tags=alpha_mode')).toEqual([]);
  });

  test('the default flag of Matroska stays', async () => {
    testVideo('16x16', 2, '-c:v', 'ffv1', '-disposition:v', 'default', at('x.mkv'));
    await perpixel(denoise(at('x.mkv'), at('out.mkv')));
    expect(ffprobe(at('out.mkv'), 'v', 'stream_disposition=default')).toEqual(['1']);
  });

  test('subtitles that the container cannot hold are told of before any work', async () => {
    await writeFile(at('x.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHello\n');
    ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=32x32:duration=1', '-i', at('x.srt'), at('x.mkv'));
    const { code, stderr } = await perpixel(denoise(at('x.mkv'), at('out.mp4')));
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('a name that ends in .mkv') });
    expect(await perpixel(denoise(at('x.mkv'), at('out.mkv')))).toMatchObject({ code: 0 });
    expect(ffprobe(at('out.mkv'), 's', 'packet=pts_time')).toEqual(ffprobe(at('x.mkv'), 's', 'packet=pts_time'));
  });

  // Windows has no such scripts.
  test.skipIf(process.platform === 'win32')(
    'an FFmpeg that is ended is told of with exit code 1, as the command was right',
    async () => {
      testVideo('16x16', 4, '-c:v', 'ffv1', at('x.mkv'));
      const program = await faultyFfmpeg(home, 'rawvideo pipe:1', 'REAL "$@"; kill -KILL $$');
      const { code, stderr } = await perpixel(denoise(at('x.mkv'), at('out.mkv'), '--ffmpeg', program));
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^perpixel: E_PROGRAM .*SIGKILL/m) });
      expect(await perpixel(denoise(at('x.mkv'), at('out.mkv')))).toMatchObject({ code: 0 });
    },
  );

  test('a codec that the container does not hold is told of before any work', async () => {
    testVideo('32x32', 3, '-c:v', 'ffv1', at('x.mkv'));
    const { code, stderr } = await perpixel(denoise(at('x.mkv'), at('out.webm'), '--codec', 'h264'));
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^perpixel: E_PROGRAM .*out\.webm/),
    });
    expect(stderr).not.toContain('frames');
  });

  // Windows has no such names.
  test.skipIf(process.platform === 'win32').each([
    ['what stands before a colon is no protocol', 'talk: part 2.mp4'],
    ['nor where it is the name of one', 'http:x.mp4'],
    ['nothing is a pattern or a quote', "a 'b' [c] %d.mp4"],
    ['nothing is part of an address', 'Ep #1? a=b&c %20.mp4'],
    ['nor is a new line an end', 'a\nb.mp4'],
  ])('%s: %s', async (_, name) => {
    film('x.mp4');
    await rename(at('x.mp4'), at(name));
    const { code, stderr } = await startPerpixel(denoise(name, `out-${name}`), { cwd: home }).ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    for (const [kind, entries] of [
      ['v', 'frame=pts_time'],
      ['a', 'packet=pts_time'],
    ] as const) {
      expect(ffprobe(at(`out-${name}`), kind, entries)).toEqual(ffprobe(at(name), kind, entries));
    }
  });

  test('gaps that make the mean pace a slow one are no damage', async () => {
    const uneven = ['-vf', "setpts='if(lt(N,5),N,N*3)/10/TB'", '-fps_mode', 'passthrough'];
    testVideo('32x32', 10, ...uneven, '-c:v', 'libx264', at('x.mp4'));
    expect(await perpixel(denoise(at('x.mp4'), at('out.mp4')))).toMatchObject({ code: 0 });
    expect(ffprobe(at('out.mp4'), 'v', 'frame=pts_time')).toEqual(ffprobe(at('x.mp4'), 'v', 'frame=pts_time'));
  });

  test('odd sides, which H.264 has only in 4:4:4', async () => {
    testVideo('33x17', 3, '-c:v', 'ffv1', at('x.mkv'));
    expect(await perpixel(denoise(at('x.mkv'), at('out.mp4')))).toMatchObject({ code: 0 });
    expect(ffprobe(at('out.mp4'), 'v', 'stream=width,height,pix_fmt')).toEqual(['33,17,yuv444p']);
  });

  test('is there before; and never over itself', async () => {
    testVideo('16x16', 2, '-c:v', 'ffv1', at('x.mkv'));
    await writeFile(at('out.mkv'), 'mine');
    expect(await perpixel(denoise(at('x.mkv'), at('out.mkv')))).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('--overwrite'),
    });
    expect(await readFile(at('out.mkv'), 'utf8')).toBe('mine');
    expect(await perpixel(denoise(at('x.mkv'), at('x.mkv'), '--overwrite'))).toMatchObject({ code: 2 });
  });
});

describe('depth', () => {
  const depth = async (input: string, output: string, stdin?: Buffer, ...rest: string[]) =>
    perpixel(['video', 'depth', input, '-o', output, '--model', await writeTinyScene(home), ...rest], { stdin });

  test('a picture of each frame, at its time, in colours that players know, with the sound', async () => {
    ffmpeg(
      ...[
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=64x48:duration=1',
        '-f',
        'lavfi',
        '-i',
        'sine=d=1',
        '-pix_fmt',
        'yuv420p',
      ],
      ...['-vf', "select='not(eq(mod(n,7),3))'", '-fps_mode', 'passthrough', at('x.mp4')],
    );
    expect(await depth(at('x.mp4'), at('out.mp4'))).toMatchObject({ code: 0 });
    const asked = 'stream=width,height,pix_fmt,color_range,color_space';
    expect(ffprobe(at('out.mp4'), 'v', asked)).toEqual(['64,48,yuv420p,tv,bt709']);
    for (const [kind, entries] of [
      ['v', 'frame=pts_time'],
      ['a', 'packet=pts_time,size'],
    ] as const) {
      expect(ffprobe(at('out.mp4'), kind, entries)).toEqual(ffprobe(at('x.mp4'), kind, entries));
    }
  });

  test('frames that are not like what the network learnt from are told of once, and counted', async () => {
    ffmpeg('-f', 'lavfi', '-i', 'color=red:size=64x48:duration=0.2', at('x.mkv'));
    const model = await writeKnowingScene(home, { isKnowing: true });
    const args = ['video', 'depth', at('x.mkv'), '-o', at('out.mkv'), '--model', model, '--overwrite'];
    const { stderr } = await perpixel(args);
    expect(stderr).toMatch(/frame 0: not like the rooms[\s\S]*\nIn 5 frames: not like the rooms/);
    expect(stderr.split('not like the rooms')).toHaveLength(3);
    const { stdout } = await perpixel([...args, '--json']);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({
      notices: [{ notice: expect.stringContaining('not like the rooms'), frames: 5 }],
    });
  });

  test.each([
    ['colour', 'C444', 3 * 64],
    ['grey', 'Cmono', 64],
    ['mm', 'Cmono16', 2 * 64],
  ])('between pipes, in %s', async (style, chroma, length) => {
    const frame = `FRAME\n${'\x80'.repeat(96)}`;
    const stdin = Buffer.from(`YUV4MPEG2 W8 H8 F25:1 Ip C420jpeg\n${frame}${frame}`, 'latin1');
    const { code, bytes, stderr } = await depth('-', '-', stdin, '--style', style, '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [header, ...rest] = bytes.toString('latin1').split('\n');
    expect(header.split(' ')).toContain(chroma);
    expect(rest.join('\n')).toHaveLength(2 * ('FRAME\n'.length + length));
  });

  test('millimetres, without loss; one frame as another where nothing differs', async () => {
    // The network says e^(128 / 255) of grey 128, times what the lens magnifies; see tasks/scene/depth.ts.
    ffmpeg('-f', 'lavfi', '-i', 'color=gray:size=64x48:duration=0.2', '-c:v', 'ffv1', '-pix_fmt', 'gray', at('x.mkv'));
    expect(await depth(at('x.mkv'), at('out.mkv'), undefined, '--style', 'mm', '--focal', '64px')).toMatchObject({
      code: 0,
    });
    expect(ffprobe(at('out.mkv'), 'v', 'stream=codec_name,pix_fmt')).toEqual(['ffv1,gray16le']);
    const bytes = decoded(at('out.mkv'), 'gray16le');
    const millimetres = new Set(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
    expect(millimetres.size).toBeLessThanOrEqual(2);
    const seen = 352 / 64; // How much larger the frame is to the network.
    const [one] = millimetres;
    expect(one / 1000 / ((Math.exp(128 / 255) * 64 * seen) / (nyuCamera.fx / 2))).toBeCloseTo(1, 1);
  });

  test('going on where a run was stopped gives the same pictures', { timeout: 300_000 }, async () => {
    testVideo('32x24', 24, '-c:v', 'ffv1', at('x.mkv'));
    const lossless = ['--codec', 'ffv1', '--segment', '6', '--memory', '2'];
    await depth(at('x.mkv'), at('whole.mkv'), undefined, ...lossless);
    const stop = new AbortController();
    const model = await writeTinyScene(home);
    const args = ['video', 'depth', at('x.mkv'), '-o', at('out.mkv'), '--model', model, ...lossless];
    const running = perpixel(args, { signal: stop.signal });
    const parts = () => readdir(`${at('out.mkv')}.parts`).catch((): string[] => []);
    await expect
      .poll(async () => (await parts()).filter((name) => /^\d.*json$/.test(name)).length, {
        interval: 5,
        timeout: 60_000,
      })
      .toBeGreaterThan(0);
    stop.abort();
    expect((await running).code).toBe(130);
    const { stderr } = await perpixel(args);
    expect(stderr).toMatch(/^24 frames, (6|12|18) resumed/m);
    const [out, whole] = ['out.mkv', 'whole.mkv'].map((name) => decoded(at(name), 'yuv444p'));
    const most = out.reduce((worst, value, i) => Math.max(worst, Math.abs(value - whole[i])), 0);
    expect(out).toHaveLength(whole.length);
    expect(most).toBeLessThanOrEqual(2);
  });

  test.each([
    [['--near', '5', '--far', '5'], '--near: 5; expected less than far; both are in metres'],
    [['--style', 'mm', '--codec', 'h264'], '--codec: h264; expected ffv1 for frames that are numbers'],
    [['--memory', '0'], '--memory: 0; expected at least 1'],
  ])('%j was wrong', async (rest, message) => {
    expect(await depth(at('x.mkv'), at('out.mkv'), undefined, ...rest)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('labels', () => {
  test.each([
    ['out.mkv', 'out.labels.json'],
    ['labels.mp4', 'labels.json'],
  ])('%s has beside it, in %s, which class each colour is', async (output, legend) => {
    testVideo('64x48', 3, '-c:v', 'ffv1', at('x.mkv'));
    const args = ['video', 'labels', at('x.mkv'), '-o', at(output), '--model', await writeTinyScene(home)];
    expect(await perpixel([...args, '--classes', '13'])).toMatchObject({ code: 0 });
    expect(ffprobe(at(output), 'v', 'frame=pts')).toHaveLength(3);
    const said = JSON.parse(await readFile(at(legend), 'utf8'));
    expect(said).toEqual(labelsLegend({ scene: 'indoor', classes: 13 }));
    // What is there before keeps its own.
    expect(await perpixel([...args, '--classes', '4'])).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(at(legend), 'utf8'))).toEqual(said);
  });
});

test.each([
  [['-', '-', '--json'], '--json: true'],
  [['-', '-', '--size', '8x8'], '--size: 8x8; expected --raw'],
  [['-', '-', '--raw', 'rgb24'], '--size: undefined; expected WIDTHxHEIGHT'],
  [['-', '-', '--raw', 'rgb24', '--size', '8x8'], '--rate: undefined'],
  [['-', '-', '--raw', 'uyvy422', '--size', '8x8', '--rate', '25'], 'raw frames: uyvy422'],
  [['-', 'out.gif'], 'output: out.gif'],
  [['-', 'out.mp4', '--ffmpeg', '/nowhere/ffmpeg'], 'E_PROGRAM /nowhere/ffmpeg: no such program'],
  [['x.mp4', '-', '--ffmpeg', '/nowhere/ffmpeg'], 'ffmpeg -i IN -f yuv4mpegpipe'],
])('%j was wrong', async ([input, output, ...rest], message) => {
  const { code, stderr } = await perpixel(denoise(input, output, ...rest));
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

describe('pose', () => {
  const pose = async (output: string, ...rest: string[]) =>
    perpixel([
      'video',
      'pose',
      at('in.mp4'),
      '-o',
      at(output),
      '--model',
      await writeTinyPose(home),
      '--quiet',
      ...rest,
    ]);
  beforeEach(() => testVideo('64x48', 3, at('in.mp4')));

  test('a line of JSON a frame, whole or not at all; made again only where asked', async () => {
    expect(await pose('out.jsonl')).toEqual({ code: 0, stdout: '', stderr: '', bytes: Buffer.alloc(0) });
    const lines = (await readFile(at('out.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ frame, seconds }) => [frame, seconds])).toEqual([[0, 0], [1, 0.04], [2, 0.08]]); // biome-ignore format: three
    for (const { joints, score } of lines) {
      expect(joints).toHaveLength(14);
      expect(joints[13]).toEqual({
        name: 'head top',
        x: expect.any(Number),
        y: expect.any(Number),
        score: expect.any(Number),
      });
      expect(score).toBeGreaterThan(0);
    }
    const before = await stat(at('out.jsonl'));
    await pose('out.jsonl');
    expect((await stat(at('out.jsonl'))).mtimeMs).toBe(before.mtimeMs);
    expect(await names(home)).not.toContainEqual(expect.stringMatching(/out\.jsonl.+/));
  });

  test('the skeleton over the frames', async () => {
    expect((await pose('out.mkv', '--codec', 'ffv1')).code).toBe(0);
    expect(ffprobe(at('out.mkv'), 'v', 'stream=width,height')).toEqual(['64,48']);
    const [before, after] = [at('in.mp4'), at('out.mkv')].map((file) => decoded(file, 'rgb24'));
    expect(after).toHaveLength(before.length);
    const changed = before.filter((value, i) => Math.abs(value - after[i]) > 60).length / before.length;
    expect(changed).toBeGreaterThan(0.004);
    expect(changed).toBeLessThan(0.5);
  });

  test('a task without lines makes none', async () => {
    const model = await writeTinyScene(home);
    const run = await perpixel(['video', 'depth', at('in.mp4'), '-o', at('out.jsonl'), '--model', model]);
    expect(run.code).toBe(2);
    expect(await names(home)).not.toContain('out.jsonl');
  });
});
