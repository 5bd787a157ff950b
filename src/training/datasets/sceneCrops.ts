import ndarray from 'ndarray';
import type { Random } from '../../core/random.js';
import { type Intrinsics, planeNormals } from '../../geometry/planeNormals.js';
import type { Pixels } from '../../images/raster.js';
import { type PoseRanges, randomPose } from '../augmentation/pose.js';
import type { Scene } from '../augmentation/scene.js';
import { transformScene } from '../augmentation/transformScene.js';
import { classWeights } from './classWeights.js';
import type { Dataset, Sample } from './dataset.js';
import { type Decoded, decodeDepth, decodeLabels, decodeRgb } from './decode.js';
import { requireSameSize } from './requireSameSize.js';
import { requireSeveral } from './requireSeveral.js';

/** The files of one scene. */
export interface SceneFiles {
  image: string;
  /** 16-bit, millimetres, 0 where unknown. */
  depth?: string;
  /** 8-bit class ids. */
  labels?: string;
}

export interface SceneCropsOptions {
  /** Of an example, in pixels; at most that of a scene. */
  height: number;
  width: number;
  /** The camera; needed for normals, and for scenes that are turned. @default one of a usual field of view */
  camera?: Intrinsics;
  /** Side of the window that normals are fitted in, in pixels; no normals where not given. */
  normalsWindow?: number;
  /** From the number in a file of labels to the class, 0 for void. @default the number */
  classOf?: (label: number) => number;
  /** The power of `classWeights`, which are then the mask of the labels. @default 0, where all classes count the same */
  balance?: number;
  /** How far scenes are augmented. */
  augmentation?: PoseRanges;
}

interface LoadedScene {
  image: Decoded<Uint8Array>;
  depth?: Decoded<Uint16Array>;
  labels?: Decoded<Uint8Array>;
  /** Computed when first drawn; 127 is 1. */
  normals?: Int8Array;
}

/**
 * Depth, normals and labels learnt from photos: random cut-outs, augmented as `transformScene` says. `inputs.image` is
 * `[h, w, 3]` 0..1 times the colour gain; `targets.depth` in metres, `targets.normals` (x right, y up, z to the viewer) and
 * `targets.labels` as far as there are files for them, each with its mask.
 *
 * @throws PerpixelError E_DATA where there are fewer than two scenes, a file cannot be decoded or is not of the size of its
 *   photo
 */
export async function sceneCrops(files: readonly SceneFiles[], options: SceneCropsOptions): Promise<Dataset> {
  requireSeveral(files);
  const scenes = await Promise.all(files.map(load));
  const { balance = 0, classOf } = options;
  const weights = classWeights(
    scenes.flatMap(({ labels }) => (labels ? [labels.data] : [])),
    { power: balance, classOf },
  );
  return {
    length: scenes.length,
    sample(random: Random) {
      const scene = sceneOf(random.pick(scenes), options);
      const pose = randomPose(scene, options, random, options.augmentation);
      const sample = sampleOf(transformScene(scene, pose, options));
      const { labels } = sample.targets;
      if (labels)
        sample.masks.labels = ndarray(
          labels.data.map((label) => weights[label] ?? 0),
          labels.shape,
        );
      return sample;
    },
  };
}

/** A scene as an example, with masks of what is known in it. */
export function sampleOf({ image, depth, normals, labels }: Scene): Sample {
  const targets = Object.entries({ depth, normals, labels }).filter((entry): entry is [string, Pixels] => !!entry[1]);
  return {
    inputs: { image },
    targets: Object.fromEntries(targets),
    masks: Object.fromEntries(targets.map(([name, target]) => [name, known(target)])),
  };
}

async function load(files: SceneFiles): Promise<LoadedScene> {
  const [image, depth, labels] = await Promise.all([
    decodeRgb(files.image),
    files.depth === undefined ? undefined : decodeDepth(files.depth),
    files.labels === undefined ? undefined : decodeLabels(files.labels),
  ]);
  for (const truth of [depth, labels]) if (truth) requireSameSize(image, truth);
  return { image, depth, labels };
}

function sceneOf(loaded: LoadedScene, { camera, normalsWindow, classOf }: SceneCropsOptions): Scene {
  const { height, width } = loaded.image;
  const pixels = (channels: number, source: ArrayLike<number>, value: (v: number) => number): Pixels => {
    // Not Float32Array.from, which takes ten times as long.
    const values = new Float32Array(source.length);
    for (let i = 0; i < values.length; i++) values[i] = value(source[i]);
    return ndarray(values, [height, width, channels]);
  };
  const inPixels = scaled(camera ?? usualCamera(height, width), width);
  const depth = loaded.depth && pixels(1, loaded.depth.data, (mm) => mm / 1000);
  if (depth && normalsWindow !== undefined && !loaded.normals) {
    const { normals, valid } = planeNormals(ndarray(depth.data, [height, width]), {
      window: normalsWindow,
      camera: inPixels,
    });
    loaded.normals = Int8Array.from(normals.data, (v, i) => valid.data[Math.floor(i / 3)] * Math.round(127 * v));
  }
  return {
    image: pixels(3, loaded.image.data, (v) => v / 255),
    depth,
    normals: loaded.normals && pixels(3, loaded.normals, (v) => v / 127),
    labels: loaded.labels && pixels(1, loaded.labels.data, classOf ?? ((v) => v)),
    camera: inPixels,
  };
}

/** Intrinsics are told for a frame of their own width; these are in pixels of the image. */
function scaled({ fx, fy, cx, cy, width: own }: Intrinsics, width: number): Intrinsics {
  const s = width / own;
  return { fx: fx * s, fy: fy * s, cx: cx * s, cy: cy * s, width };
}

/** A field of view of 53 degrees over the longer side, the axis in the middle. */
function usualCamera(height: number, width: number): Intrinsics {
  const focal = Math.max(height, width);
  return { fx: focal, fy: focal, cx: (width - 1) / 2, cy: (height - 1) / 2, width };
}

function known(target: Pixels): Pixels {
  const [height, width, channels] = target.shape;
  const mask = new Float32Array(height * width);
  for (let i = 0; i < target.data.length; i++) if (target.data[i] !== 0) mask[Math.floor(i / channels)] = 1;
  return ndarray(mask, [height, width, 1]);
}
