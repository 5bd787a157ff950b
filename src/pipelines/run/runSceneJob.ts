import { writeWhole } from '../../core/files/writeWhole.js';
import type { Sessions } from '../../engines/sessions.js';
import { writeRaster } from '../../images/writeRaster.js';
import type { MapEncoding, SceneTask } from '../../tasks/scene/sceneTask.js';
import type { Job, JobContext, JobResult } from './job.js';
import { predictScene } from './predictScene.js';
import { protectJob } from './protectJob.js';
import { rasterOf } from './rasterOf.js';

/**
 * Does a job whose result is a map of the photo: reads, predicts, and writes or gives back; a picture of the map is written
 * either way.
 */
export async function runSceneJob<Options, Facts>(
  task: SceneTask<Options, Facts>,
  job: Job,
  { open }: Pick<Sessions, 'open'>,
  { signal, onProgress }: JobContext,
): Promise<JobResult> {
  const { photo, options, quality, stoppable, output, encoding, picture } = job;
  using inputs = await protectJob(job);
  const { mode } = inputs;
  const raster = await rasterOf(photo, signal);
  const file = 'path' in photo ? photo.path : undefined;
  const maps = await predictScene(raster, [{ task, options }], {
    open: (model) => open(model, { stoppable }),
    quality,
    photo: file,
    signal,
    onProgress,
  });
  const { map, facts, report } = maps[task.name]!;
  if (picture !== undefined) {
    const shown = await task.picture(map, facts as Facts);
    await writeWhole(picture, (temporary) => writeRaster(shown, temporary), { signal, mode });
  }
  if (output === undefined) return { samples: map.data, shape: map.shape, report };
  await writeWhole(output, (temporary) => task.write(map, temporary, encoding as MapEncoding), { signal, mode });
  return { report };
}
