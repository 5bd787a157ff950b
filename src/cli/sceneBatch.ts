import path from 'node:path';
import type { Sessions } from '../engines/sessions.js';
import type { AskedScene } from '../pipelines/run/predictScene.js';
import { type LabelsOptions, labels } from '../tasks/labels/task.js';
import type { ExitCode } from './command.js';
import { fileBatch } from './fileBatch.js';
import type { Io } from './io.js';
import type { SceneArgs } from './sceneOptions.js';

/** Maps of all photos that are named, into a folder; beside those of labels, once, their legend. */
export async function sceneBatch(
  asked: readonly AskedScene[],
  args: SceneArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { output, quality, overwrite, format, bitDepth, pictures } = args;
  const encoding = { format, bitDepth };
  const [{ decode }, { encodeMaps }, { mapPaths }, { predictMaps }, { unfinishedMaps }, { writeLegend }] =
    await Promise.all([
      import('../pipelines/decode.js'),
      import('../pipelines/encodeMaps.js'),
      import('../pipelines/mapPaths.js'),
      import('../pipelines/predictMaps.js'),
      import('../pipelines/unfinishedMaps.js'),
      import('./writeLegend.js'),
    ]);
  const classed = asked.find(({ task }) => task.name === labels.name);
  if (classed) await writeLegend(path.join(output, 'labels.json'), classed.options as LabelsOptions);
  const tasks = asked.map(({ task }) => task);
  const paths = mapPaths(output, tasks, { ...encoding, pictures });
  return fileBatch(args, sessions, io, (files, { open }) =>
    files.pipe(
      unfinishedMaps(paths, { overwrite }),
      decode(),
      predictMaps(asked, { open, quality }),
      encodeMaps(paths, { ...encoding, overwrite }),
    ),
  );
}
