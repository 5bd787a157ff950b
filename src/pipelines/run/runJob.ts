import type { NdArray } from 'ndarray';
import { formatOfAnswer, type MapArray } from '../../answers/answer.js';
import type { Models } from '../../engines/models.js';
import { copied, croppedRaster } from '../../images/croppedRaster.js';
import type { EncodeOptions } from '../../images/encodeOptions.js';
import { outputFormatOfName } from '../../images/formats/lookup.js';
import type { Raster, Samples } from '../../images/raster.js';
import { interleavedOf } from '../../images/sources/interleaved.js';
import { rasterOf } from '../../images/sources/source.js';
import { besideOf, shown } from '../../tasks/result.js';
import type { AnyTask } from '../../tasks/task.js';
import { contentBytes, writeContent } from '../writeContent.js';
import { photoBytes, writePhoto } from '../writePhoto.js';
import type { Job, JobContext, JobResult } from './job.js';
import { predictPhoto } from './predictPhoto.js';
import { protectJob } from './protectJob.js';
import { steadyProgress } from './steadyProgress.js';

/** Does a job on this thread: reads, predicts, and writes or gives back; a picture of the result is written either way. */
export async function runJob(
  task: AnyTask,
  job: Job,
  { open }: Pick<Models, 'open'>,
  { signal, onProgress }: JobContext,
): Promise<JobResult> {
  const {
    photo,
    options,
    tile,
    region,
    quality,
    limitPixels,
    stoppable,
    output,
    asFile,
    encoding,
    picture,
    pictured,
    coloured,
  } = job;
  using inputs = await protectJob(job);
  using progress = steadyProgress(onProgress);
  const whole = { signal, mode: inputs.mode };
  const raster = await rasterOf(photo, { signal, limitPixels });
  const results = await predictPhoto(raster, [{ task, options }], {
    open: (model, how) => open(model, { ...how, stoppable }),
    file: 'path' in photo ? photo.path : undefined,
    tile,
    region,
    quality,
    limitPixels,
    signal,
    onProgress: progress.step,
  });
  const [result] = results;
  const { value, report: own, notices: remarks } = result;
  const withNotices = (notices: readonly string[]) => (notices.length > 0 ? { ...own, notices } : own);
  const report = withNotices(remarks);
  const { answer } = task;
  const inColours = (picture !== undefined || coloured) && answer.picture ? await shown(result, pictured) : undefined;
  if (picture !== undefined && inColours) await writeContent(inColours, picture, {}, whole);
  if (answer.isPhoto) {
    const asked = encoding as EncodeOptions;
    const restored = { raster: value as Raster, source: photo, results };
    if (output !== undefined) {
      const notices = await writePhoto(restored, output, { format: outputFormatOfName(output), ...asked }, whole);
      return { report: withNotices([...remarks, ...notices]) };
    }
    if (!('samples' in photo)) {
      const { bytes, notices } = await photoBytes(restored, asked);
      return { bytes, report: withNotices([...remarks, ...notices]) };
    }
    return { ...interleavedOf(value as Raster, photo), report };
  }
  if (output === undefined && !asFile)
    return { value: coloured ? upperLeft(inColours!, value as MapArray) : value, report };
  const beside = besideOf(result, region ? croppedRaster(raster, region) : raster);
  const content = await answer.encode(value, { ...encoding, format: formatOfAnswer(answer, encoding.format) }, beside);
  if (output === undefined) return { bytes: await contentBytes(content), report };
  await writeContent(content, output, {}, whole);
  return { report };
}

/** The map itself, of a picture with its key below. */
function upperLeft({ pixels }: Raster, { shape: [height, width] }: MapArray): NdArray<Samples> {
  return copied(pixels, { y: 0, x: 0, height, width });
}
