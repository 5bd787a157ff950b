import type { Raster } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { TiledPlan } from './plan.js';

/** How a task works on the frames of a video together, in place of each by itself. */
export interface OverTime<Facts, Seen = unknown> {
  /** How far the work on a frame looks, where it is made from so many at most. */
  reach(frames: number): FramesAround;
  /** Looks at a frame once, by itself. `run` carries out a plan on a picture of its own. */
  see(raster: Raster, facts: Facts, card: ModelCard, run: RunPlan): Promise<Seen>;
  /** Begins with a video. @param frames that one is made from at most */
  begin(frames: number): FramePlans<Facts, Seen>;
}

/** Frames of a video on either side of one. */
export interface FramesAround {
  /** So many before it have to be seen so that its result is what it would be in the whole video. */
  before: number;
  /** So many after it count for it. */
  after: number;
}

/** Carries out a plan on a picture. */
export type RunPlan = (raster: Raster, plan: TiledPlan) => Promise<void>;

/** The plans of a video's frames, asked for in their order. */
export interface FramePlans<Facts, Seen> {
  /** How the next frame is worked on. @param after what was seen of those behind it: fewer at the end of the video */
  plan(seen: Seen, after: readonly Seen[], facts: Facts, card: ModelCard): TiledPlan;
}
