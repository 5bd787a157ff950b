import { formatOfAnswer } from '../../answers/answer.js';
import type { Sessions } from '../../engines/sessions.js';
import type { EncodeOptions } from '../../images/encodeOptions.js';
import { formatOfName } from '../../images/formats/lookup.js';
import type { Raster } from '../../images/raster.js';
import { intoInterleaved } from '../../images/sources/interleaved.js';
import { rasterOf } from '../../images/sources/source.js';
import type { AnyTask } from '../../tasks/task.js';
import { contentBytes, writeContent } from '../writeContent.js';
import type { Job, JobContext, JobResult } from './job.js';
import { predictPhoto } from './predictPhoto.js';
import { protectJob } from './protectJob.js';

/** Does a job on this thread: reads, predicts, and writes or gives back; a picture of the result is written either way. */
export async function runJob(
  task: AnyTask,
  job: Job,
  { open }: Pick<Sessions, 'open'>,
  { signal, onProgress }: JobContext,
): Promise<JobResult> {
  const { photo, options, tile, quality, stoppable, output, asFile, encoding, picture } = job;
  using inputs = await protectJob(job);
  const whole = { signal, mode: inputs.mode };
  const raster = await rasterOf(photo, signal);
  const [{ value, facts, report }] = await predictPhoto(raster, [{ task, options }], {
    open: (model) => open(model, { stoppable }),
    file: 'path' in photo ? photo.path : undefined,
    tile,
    quality,
    signal,
    onProgress: (finished, all) => onProgress(finished / all),
  });
  const { answer } = task;
  if (picture !== undefined && answer.picture) {
    await writeContent(await answer.picture(value, facts), picture, {}, whole);
  }
  if (answer.isPhoto) {
    const asked = encoding as EncodeOptions;
    if (output !== undefined) {
      await writeContent(value as Raster, output, { format: formatOfName(output), ...asked }, whole);
      return { report };
    }
    if (!('samples' in photo)) return { bytes: await contentBytes(value as Raster, asked), report };
    intoInterleaved(value as Raster, photo);
    return { samples: photo.samples, report };
  }
  if (output === undefined && !asFile) return { value, report };
  const content = await answer.encode(value, { ...encoding, format: formatOfAnswer(answer, encoding.format) });
  if (output === undefined) return { bytes: await contentBytes(content), report };
  await writeContent(content, output, {}, whole);
  return { report };
}
