import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastValueFrom, tap } from 'rxjs';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { failureOf } from '../core/failureOf.js';
import { fileResult, type PictureFile } from '../pipelines/items.js';
import { codecLayout, usualCodec } from '../video/codecs.js';
import { encodeFrames } from '../video/encodeFrames.js';
import { type Ffmpeg, findFfmpeg } from '../video/ffmpeg.js';
import type { Frame, VideoSource } from '../video/frame.js';
import { frames } from '../video/frames.js';
import { type FrameWork, frameWork } from '../video/frameWork.js';
import { joinSegments } from '../video/joinSegments.js';
import { noFrames } from '../video/noFrames.js';
import { openVideo } from '../video/openVideo.js';
import { packetsOf } from '../video/packetsOf.js';
import { requireContainer } from '../video/requireContainer.js';
import type { Segment } from '../video/segments.js';
import { segmentWriter } from '../video/segmentWriter.js';
import { changed } from './changed.js';
import { type PhotoResult, partsOf, type ShardContext } from './doShard.js';
import type { ReadyRun, Run } from './run.js';
import { type PartJob, partName, type VideoJob } from './shard.js';
import { inputStore, outputStore } from './stores/index.js';
import type { OutputStore } from './stores/store.js';
import { temporaryFolder } from './temporary.js';
import { videoName } from './videoName.js';

/** What came of a video or of a part of it. */
export interface VideoOutcome {
  /** Undefined where the video is cut only now. */
  result?: PhotoResult;
  /** Of a video that is cut: how many parts it has, and which are not there. */
  parts?: number;
  missing?: number[];
  /** Of a part: whether all are there now. */
  isWhole?: boolean;
}

export interface VideoContext extends Omit<ShardContext, 'isAgain'> {
  /** FFmpeg's path. @default the one on PATH */
  ffmpeg?: string;
}

/** What a part's manifest says of its segments, once they are in the store: the part is done. */
const manifestSchema = z.array(
  z.strictObject({
    name: z.string().regex(/^\d{8,}_-?\d+\.nut$/),
    ...{ index: z.int(), pts: z.number(), frames: z.int(), next: z.int(), lastPts: z.number() },
  }),
);

/** Signs of life are told this often. */
const PULSE_MS = 1000;

/**
 * Cuts a video, does a part of it, or joins its parts. A part is what a run of `perpixel video` makes that goes on there and is stopped at its
 * end: segments as in `OUT.parts`, put beside the result with a manifest. They go when the joined video is there.
 *
 * @throws PerpixelError E_PROGRAM this machine has no FFmpeg
 */
export async function doVideo(
  ready: ReadyRun,
  job: VideoJob | PartJob,
  { roots, ffmpeg, ...context }: VideoContext,
): Promise<VideoOutcome> {
  const { folder, video } = job;
  const source = inputStore(ready.input, roots);
  const shown = [source.nameOf(folder, video.name), ...('part' in job ? [partName(job)] : [])].join(' ');
  const program = await findFfmpeg(ffmpeg);
  const temporary = await temporaryFolder();
  // What reads, copies and joins without frames in hand shows that it lives by this.
  const pulse = setInterval(context.onProgress, PULSE_MS);
  try {
    const file = await source.file(folder, video, path.join(temporary, 'in'));
    const own = { ready, job, file, temporary, program, ...context };
    return 'part' in job ? await doPart({ ...own, job }, shown) : await cutOrJoin(own, shown);
  } catch (cause) {
    if (cause instanceof PerpixelError && cause.code === 'E_MODEL') throw cause;
    const error = partsOf(failureOf(cause, shown));
    return { result: plain(fileResult('failed', shown), video.name, { error }) };
  } finally {
    clearInterval(pulse);
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Own extends Omit<VideoContext, 'roots' | 'ffmpeg'> {
  ready: ReadyRun;
  job: VideoJob;
  /** The video on this machine. */
  file: PictureFile;
  /** A folder for whatever has to lie on this machine. */
  temporary: string;
  program: Ffmpeg;
}

/** What is known of a video once it is open. */
interface Opened {
  source: VideoSource;
  work: FrameWork;
  /** What goes into the encoder, and how. */
  encoding: { codec: ReturnType<typeof usualCodec>; crf?: number; format: VideoSource['format'] };
}

/** The result's path below the output, and that of its parts: those of another content of the source lie elsewhere. */
function placesOf({ folder, video }: VideoJob, { format }: Run): { result: string; parts: string } {
  const result = [folder, videoName(video, format)].filter(Boolean).join('/');
  const identity = createHash('sha256').update(video.identity).digest('hex').slice(0, 8);
  return { result, parts: `${result}.${identity}.parts` };
}

async function opened({ ready: { run, asked }, job, file, program }: Own): Promise<Opened> {
  const { codec, crf, shown, segment, frames: together, memory, scale, matrix, range } = run.video!;
  const [{ task, options }] = asked;
  const colour = { ...(matrix && { matrix }), ...(range && { range }) };
  const source = await openVideo(file.path, { colour, ffmpeg: program.ffmpeg });
  try {
    const { quality, tile, region } = run;
    const how = { quality, tile, region, frames: together, memory, scale, segment, pictures: shown };
    const work = frameWork(task, options as object, how);
    const used = codec ?? usualCodec(placesOf(job, run).result);
    const shape = work.formatOf(source.format);
    return { source, work, encoding: { codec: used, crf, format: { ...shape, layout: codecLayout(used, shape) } } };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function cutOrJoin(own: Own, shown: string): Promise<VideoOutcome> {
  const { ready, job, file, temporary, program } = own;
  const { run } = ready;
  const { name } = job.video;
  const target = outputStore(ready.output);
  const places = placesOf(job, run);
  const before = await (await target.results(job.folder))(path.posix.basename(places.result), file.modified!);
  if (before === 'another') throw changed(shown);
  if (before === 'there') {
    await target.remove(places.parts);
    return { result: plain(fileResult('skipped', shown), name) };
  }

  const { count } = await packetsOf(file.path, program);
  const parts = Math.max(1, Math.ceil(count / run.video!.segment));
  const missing = await missingOf(parts, target, places.parts);
  const { source, encoding } = await opened(own);
  await source.close();
  const beside = { file: file.path, companions: source.companions, dispositions: source.dispositions };
  const output = path.join(temporary, path.posix.basename(places.result));
  if (missing.length > 0) {
    // Told before hours of work.
    if (missing.length === parts) {
      await requireContainer(output, { ...encoding, source: beside, folder: temporary }, program);
    }
    return { parts, missing };
  }

  const folder = path.join(temporary, 'parts');
  await mkdir(folder);
  const segments: Segment[] = [];
  for (let i = 0; i < parts; i++) {
    const manifest = path.join(folder, manifestOf(i));
    await target.get(`${places.parts}/${manifestOf(i)}`, manifest);
    for (const { name: segment, ...facts } of manifestSchema.parse(JSON.parse(await readFile(manifest, 'utf8')))) {
      if (facts.index !== (segments.at(-1)?.next ?? 0)) throw incomplete(shown, facts.index);
      const local = path.join(folder, segment);
      await target.get(`${places.parts}/${segment}`, local);
      segments.push({ file: local, ...facts });
    }
  }
  if (segments.length === 0) throw noFrames(shown);
  await joinSegments(segments, output, program, { format: encoding.format, source: beside });
  const isOurs = await target.put(places.result, output, file.modified);
  await target.remove(places.parts);
  return { result: plain(fileResult(isOurs ? 'done' : 'skipped', shown), name) };
}

async function doPart({ ready, job, temporary, open, onProgress, ...own }: Own & { job: PartJob }, shown: string) {
  const { run } = ready;
  const { part, parts } = job;
  const { segment } = run.video!;
  const places = placesOf(job, run);
  const target = outputStore(ready.output);
  const isWhole = async () => (await missingOf(parts, target, places.parts)).length === 0;
  const start = performance.now();
  const { name } = job.video;
  /** Whether the video is joined already: whoever did this part at the same time was faster, and parts that come later are in the way. */
  const isOver = async () => {
    if (!(await target.has(places.result))) return false;
    await target.remove(places.parts);
    return true;
  };
  const skipped = plain(fileResult('skipped', shown), name);
  if (await isOver()) return { result: skipped };
  if (await target.has(`${places.parts}/${manifestOf(part)}`)) {
    return { result: skipped, isWhole: await isWhole() };
  }

  const segments: Segment[] = [];
  const onFinished = (finished: Segment) => {
    segments.push(finished);
  };
  const { source, work, encoding } = await opened({ ready, job, temporary, open, onProgress, ...own });
  const writer = segmentWriter({ ...encoding, folder: temporary, segmentFrames: segment, onFinished }, own.program);
  let megapixels = 0;
  let damaged = 0;
  const count = ({ raster, error }: Frame) => {
    megapixels += (raster.pixels.shape[0] * raster.pixels.shape[1]) / 1e6;
    if (error) damaged++;
    onProgress();
  };
  // The last goes on to the end, wherever that is: not all containers tell how many frames there are.
  const to = part === parts - 1 ? undefined : (part + 1) * segment;
  try {
    const operator = await work.operator({ open, from: part * segment, to });
    const done = frames(source).pipe(operator, encodeFrames(writer), tap(count));
    await lastValueFrom(done, { defaultValue: undefined });
  } finally {
    await source.close();
  }

  const manifest: z.infer<typeof manifestSchema> = [];
  for (const { file, ...facts } of segments) {
    await target.put(`${places.parts}/${path.basename(file)}`, file);
    await rm(file);
    manifest.push({ name: path.basename(file), ...facts });
  }
  const file = path.join(temporary, manifestOf(part));
  await writeFile(file, JSON.stringify(manifest));
  await target.put(`${places.parts}/${manifestOf(part)}`, file);
  if (await isOver()) return { result: skipped };
  const notices = damaged > 0 ? [`${damaged} damaged frames`] : undefined;
  const seconds = (performance.now() - start) / 1000;
  const result = plain(fileResult('done', shown, { megapixels, seconds }), name, { report: { notices } });
  return { result, isWhole: await isWhole() };
}

const manifestOf = (part: number) => `${part}.json`;

/** Which parts are not done yet. @param folder of the parts, in the store */
async function missingOf(parts: number, target: OutputStore, folder: string): Promise<number[]> {
  const there = new Set(await target.names(folder));
  return Array.from({ length: parts }, (_, i) => i).filter((i) => !there.has(manifestOf(i)));
}

function plain(
  { status, input, megapixels, seconds }: ReturnType<typeof fileResult>,
  name: string,
  rest: Partial<Pick<PhotoResult, 'error' | 'report'>> = {},
): PhotoResult {
  return { name, status, input, megapixels, seconds, report: {}, ...rest };
}

function incomplete(subject: string, index: number): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject,
    received: `parts that do not go on at frame ${index}`,
    expected: 'each to begin where the one before it ends',
    cure: 'Remove its folder of parts, then perpixel fleet retry.',
  });
}
