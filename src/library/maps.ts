import { models } from '../engines/models.js';
import { kindOf } from '../images/sources/kindOf.js';
import type { Photo } from '../images/sources/photo.js';
import { rasterOf } from '../images/sources/source.js';
import { predictPhoto } from '../pipelines/run/predictPhoto.js';
import { plainCompanions } from '../tasks/companion.js';
import { type TaskName, type Tasks, tasks } from '../tasks/registry.js';
import type { AnyTask, OptionsOf, ValueOf } from '../tasks/task.js';
import { asFailure } from './asFailure.js';
import { answerCallOptions, type CommonOptions, checkOptions } from './callOptions.js';
import { here } from './shared.js';

/** Tasks by their names, with their options. */
export type AskedMaps = { readonly [Name in TaskName]?: Partial<OptionsOf<Tasks[Name]>> };

/** What each of them says. */
export type FoundMaps<Asked extends AskedMaps> = {
  [Name in keyof Asked & TaskName]: ValueOf<Tasks[Name]>;
};

/**
 * Several results of one photo: it is read once, and tasks of one network share its run.
 *
 * @param asked tasks by their names, with their options; none that restores the photo
 * @throws PerpixelError by rejecting, as the calls of the tasks
 *
 * @example
 * const { depth, normals, labels } = await maps('room.jpg', { depth: {}, normals: {}, labels: { classes: 13 } });
 */
export async function maps<Asked extends AskedMaps>(
  photo: Photo,
  asked: Asked,
  options: Omit<CommonOptions, 'onReport' | 'tile'> = {},
): Promise<FoundMaps<Asked>> {
  const each = Object.entries(asked).map(([name, own]) => ({
    task: tasks[name as TaskName] as AnyTask,
    own: own ?? {},
  }));
  const checked = each.map(({ task, own }) => checkOptions(answerCallOptions, task, { ...options, ...own }));
  const kind = kindOf(photo);
  const { signal, onProgress, quality, limitPixels, region, priority, latest } = options;
  return here.turnstile.pass(
    async (aborted) => {
      const source = await kind.open(aborted);
      const work = await Promise.all(
        each.map(async ({ task }, i) => ({
          task,
          options: await plainCompanions(task.options, checked[i].own, aborted),
        })),
      );
      const results = await asFailure(aborted, onProgress, async (context) => {
        const raster = await rasterOf(source, { signal: aborted, limitPixels });
        return predictPhoto(raster, work, {
          open: (model, how) => models.open(model, { ...how, stoppable: signal !== undefined }),
          file: 'path' in source ? source.path : undefined,
          ...{ quality, limitPixels, region, signal: aborted },
          onProgress: (finished, all) => context.onProgress(finished / all),
        });
      });
      return Object.fromEntries(results.map(({ task, value }) => [task.name, value])) as FoundMaps<Asked>;
    },
    { signal, priority, latest },
  );
}
