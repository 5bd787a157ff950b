import type { Heatmaps, Pose } from '../../answers/joints.js';
import type { Session } from '../../engines/engine.js';
import type { Raster } from '../../images/raster.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import type { Quality } from '../task.js';
import { jointsOf } from './jointsOf.js';
import { type Box, lookAt } from './lookAt.js';
import { meanHeatmaps } from './meanHeatmaps.js';

/** Longer sides at which the whole photo is seen: in the first a person fills it, in the others is smaller. */
const WHOLE = [152, 240, 400];
/** How long a person is in the pictures that the network learnt from, from the outermost joint to the other, and at least. */
const PERSON = { usual: 108, least: 76 };
/** Around the joints, in lengths of the person. */
const MARGIN = 0.35;
/** Scales that `best` sees the person at. */
const SCALES = [1, 0.85, 0.95, 1.15];

/**
 * Finds the pose of the person whom the network is surest of. It sees the whole photo at several sizes. Where the person is smaller in all
 * of them than those it learnt from, it also sees the part around what it found, enlarged.
 *
 * `fast`: the whole photo alone, once, as if a person filled it. `best`: the mean of four scales, each seen mirrored too.
 */
export async function findPose(
  raster: Raster,
  run: Session['run'],
  { card, quality }: { card: ModelCard; quality: Quality },
): Promise<Pose> {
  const [height, width] = raster.pixels.shape;
  const whole: Box = { x: 0, y: 0, width, height };
  const look = async (box: Box, longerSide: number, mirrored = false) =>
    lookAt(raster, box, { run, card, longerSide, mirrored });

  let [found, box, longerSide] = [poseOf(await look(whole, WHOLE[0])), whole, WHOLE[0]];
  if (quality === 'fast') return found;
  for (const size of WHOLE.slice(1)) {
    const pose = poseOf(await look(whole, size));
    if (pose.score > found.score) [found, longerSide] = [pose, size];
  }
  const length = lengthOf(found);
  const isSmall = (length * longerSide) / Math.max(width, height) < PERSON.least;
  if (isSmall) {
    box = around(found, whole);
    longerSide = (PERSON.usual / length) * Math.max(box.width, box.height);
  }
  if (quality === 'best') {
    const maps: Heatmaps[] = [];
    for (const scale of SCALES) {
      for (const mirrored of [false, true]) maps.push(await look(box, scale * longerSide, mirrored));
    }
    return poseOf(meanHeatmaps(maps));
  }
  return isSmall ? poseOf(await look(box, longerSide)) : found;
}

/** The joints in heat maps, in the photo's pixels. */
function poseOf(heatmaps: Heatmaps): Pose {
  const { values, x, y, step } = heatmaps;
  const joints = jointsOf(values).map((joint) => ({ ...joint, x: x + joint.x * step, y: y + joint.y * step }));
  return { joints, score: joints.reduce((sum, { score }) => sum + score, 0) / joints.length, heatmaps };
}

/** How long a person is, from the outermost joint to the other, in pixels of the photo. */
function lengthOf({ joints }: Pose): number {
  const extent = (of: number[]) => Math.max(...of) - Math.min(...of);
  return Math.max(extent(joints.map(({ x }) => x)), extent(joints.map(({ y }) => y)), 8);
}

/** The part of the photo around a pose. */
function around(pose: Pose, whole: Box): Box {
  const margin = MARGIN * lengthOf(pose);
  const [xs, ys] = [pose.joints.map(({ x }) => x), pose.joints.map(({ y }) => y)];
  const x = Math.max(0, Math.floor(Math.min(...xs) - margin));
  const y = Math.max(0, Math.floor(Math.min(...ys) - margin));
  const width = Math.min(whole.width, Math.ceil(Math.max(...xs) + margin) + 1) - x;
  const height = Math.min(whole.height, Math.ceil(Math.max(...ys) + margin) + 1) - y;
  return { x, y, width, height };
}
