import { writeWhole } from '../../core/files/writeWhole.js';
import type { Sessions } from '../../engines/sessions.js';
import { encodeRaster } from '../../images/encodeRaster.js';
import { writeRaster } from '../../images/writeRaster.js';
import type { Task } from '../../tasks/task.js';
import { formatOfName } from '../formatOfName.js';
import { intoInterleaved } from './interleaved.js';
import type { Job, JobContext, JobResult } from './job.js';
import { predictRaster } from './predictRaster.js';
import { protectJob } from './protectJob.js';
import { rasterOf } from './rasterOf.js';

/** Does a job on this thread: reads, predicts, and writes or gives back. */
export async function runJob<Options, Facts>(
  task: Task<Options, Facts>,
  job: Job,
  { open }: Pick<Sessions, 'open'>,
  { signal, onProgress }: JobContext,
): Promise<JobResult> {
  const { photo, options, tile, quality, stoppable, output, encoding } = job;
  using inputs = await protectJob(job);
  const raster = await rasterOf(photo, signal);
  const report = await predictRaster(raster, task, options as Options, {
    open: (model) => open(model, { stoppable }),
    file: 'path' in photo ? photo.path : undefined,
    tile,
    quality,
    signal,
    onTile: (finished, all) => onProgress(finished / all),
  });
  if (output !== undefined) {
    const asked = { format: formatOfName(output), ...encoding };
    await writeWhole(output, (temporary) => writeRaster(raster, temporary, asked), { signal, mode: inputs.mode });
    return { report };
  }
  if ('samples' in photo) {
    intoInterleaved(raster, photo);
    return { samples: photo.samples, report };
  }
  return { bytes: await encodeRaster(raster, encoding), report };
}
