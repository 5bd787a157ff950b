import ndarray, { type NdArray } from 'ndarray';
import type { Sharp } from 'sharp';
import { PerpixelError } from '../core/errors.js';
import type { Samples } from '../images/raster.js';
import { formatOfName } from '../pipelines/formatOfName.js';
import type { MapEncoding, SceneMap, SceneTask } from '../tasks/scene/sceneTask.js';
import { asFailure } from './asFailure.js';
import {
  type CommonOptions,
  checkOptions,
  type FileOptions,
  type PlaceOptions,
  sceneCallOptions,
} from './callOptions.js';
import type { ImageDataLike } from './kinds/imageDataKind.js';
import { kindOf } from './kinds/kindOf.js';
import type { Way } from './workplace.js';

/** What a map is: metres along the optical axis, unit vectors (x right, y up, z to the viewer), class indices (0 is void). */
export interface SceneMaps {
  depth: NdArray<Float32Array>;
  normals: NdArray<Float32Array>;
  labels: NdArray<Uint8Array>;
}

/** What every call for a map understands, whatever its task. */
export interface SceneCallOptions
  extends Pick<CommonOptions, 'signal' | 'onProgress' | 'onReport' | 'quality'>,
    Pick<FileOptions, 'output'>,
    PlaceOptions {
  /** Of normals in a PNG. @default 8 */
  bitDepth?: 8 | 16;
  /** A PNG to write as well: the map in colours to look at, and below it what they mean. An existing one is replaced. */
  picture?: string;
}

/** A photo in whatever way a program holds it; see PhotoCall. */
export type Photo = string | URL | Uint8Array | Sharp | NdArray<Samples> | ImageDataLike;

/**
 * A task of the scene as a call: a photo in, a map of its size back.
 *
 * @throws PerpixelError by rejecting: E_OPTION (a wrong or unknown option), E_READ, E_FORMAT, E_WRITE, E_MODEL, E_ENGINE,
 *   E_MEMORY; and the signal's reason where that aborts
 */
export interface SceneCall<Options, Map extends SceneMap> {
  /** The map as a file, PNG, NPY or PFM by its name; its path comes back. */
  (photo: Photo, options: Partial<Options> & SceneCallOptions & { output: string }): Promise<string>;
  /** The map itself, `[h, w, 1]` or `[h, w, 3]`. */
  (photo: Photo, options?: Partial<Options> & SceneCallOptions & { output?: undefined }): Promise<Map>;
}

/** Makes the call of a task. @param wayOf by the call's option `worker` */
export function sceneCall<Options, Facts, Map extends SceneMap>(
  task: SceneTask<Options, Facts>,
  wayOf: (worker: boolean | undefined) => Way,
): SceneCall<Options, Map> {
  const call = async (photo: unknown, options: object = {}): Promise<unknown> => {
    const { common, own } = checkOptions(sceneCallOptions, task, options);
    const { signal, onProgress, onReport, worker, output, quality, bitDepth, picture } = common;
    const kind = kindOf(photo);
    const encoding = { bitDepth, ...(output !== undefined && { format: formatOf(output, task) }) };
    const { place, turnstile } = wayOf(worker);
    return turnstile.pass(async (aborted) => {
      const opened = await kind.open(aborted);
      const job = { photo: opened, options: own, quality, stoppable: signal !== undefined, output, encoding, picture };
      const { samples, shape, report } = await asFailure(aborted, onProgress, (context) =>
        place.runScene(task, job, context),
      );
      onReport?.(report);
      return output ?? ndarray(samples!, [...shape!]);
    }, signal);
  };
  return call as SceneCall<Options, Map>;
}

function formatOf(output: string, task: Pick<SceneTask, 'name' | 'extension'>): MapEncoding['format'] {
  const formats = (['png', 'npy', 'pfm'] as const).filter((format) => task.extension({ format }) === format);
  const format = formats.find((possible) => possible === formatOfName(output));
  if (format) return format;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'output',
    received: output,
    expected: `a name that ends in .${formats.join(' or .')}`,
    cure: `Name the file by its format: x.${task.name}.png.`,
  });
}
