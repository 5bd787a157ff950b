import { limbs, torso } from '../geometry/personJoints.js';

/** A place in a picture, in its pixels. */
export interface Place {
  x: number;
  y: number;
}

/** A joint as people marked it. */
export interface MarkedJoint extends Place {
  /** Joints that are hidden do not count. */
  visible: boolean;
}

/** Percentages. */
export interface PoseFigures {
  /** PCK@.2: share of the visible joints that are no farther off than a fifth of the true torso, left shoulder to right hip. */
  pck2: number;
  /** PCK@.5: no farther than half of it. */
  pck5: number;
  /** Strict PCP: share of the limbs with two visible ends of which both are found within half of the limb's true length. */
  pcp: number;
}

/**
 * Scores of poses, pooled over all joints of a set: `add` each person, then ask for `figures`. Left and right are the person's own: a
 * joint that is found on the other side is not found.
 *
 * PCK: Yang, Ramanan: Articulated human detection with flexible mixtures of parts, PAMI 2013. PCP: Ferrari et al.: Progressive
 * search space reduction for human pose estimation, CVPR 2008. A limb's end between two joints is their middle.
 */
export class PoseScores {
  #joints = 0;
  #hits = [0, 0];
  #limbs = 0;
  #limbHits = 0;

  /** Both in the order of `jointNames`, in pixels of the same picture. */
  add(found: readonly Place[], truth: readonly MarkedJoint[]): void {
    const unit = Math.max(1, distance(truth[torso[0]], truth[torso[1]]));
    for (const [i, joint] of truth.entries()) {
      if (!joint.visible) continue;
      const off = distance(found[i], joint) / unit;
      this.#joints++;
      if (off <= 0.2) this.#hits[0]++;
      if (off <= 0.5) this.#hits[1]++;
    }
    for (const { ends } of limbs) {
      if (!ends.flat().every((i) => truth[i].visible)) continue;
      const [from, to] = ends.map((end) => middle(end.map((i) => truth[i])));
      const half = distance(from, to) / 2;
      const isNear = (end: readonly number[], place: Place) =>
        distance(middle(end.map((i) => found[i])), place) <= half;
      this.#limbs++;
      if (isNear(ends[0], from) && isNear(ends[1], to)) this.#limbHits++;
    }
  }

  /** NaN each while nothing was added. */
  get figures(): PoseFigures {
    const [pck2, pck5] = this.#hits.map((hits) => (100 * hits) / this.#joints);
    return { pck2, pck5, pcp: (100 * this.#limbHits) / this.#limbs };
  }
}

const distance = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);

function middle(places: readonly Place[]): Place {
  const mean = (axis: 'x' | 'y') => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  return { x: mean('x'), y: mean('y') };
}
