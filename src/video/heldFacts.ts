import type { Raster } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { AboutPicture, Quality, Task } from '../tasks/task.js';

/** So many frames are looked at: at 25 a second, two thirds of a second. */
const FRAMES = 16;

/** Gives the facts of each frame, in the order in which they are asked for. */
export type FactsOfFrame<Facts> = (raster: Raster, card: ModelCard, about: AboutPicture) => Promise<Facts>;

export interface HeldFacts<Facts> {
  facts: FactsOfFrame<Facts>;
  /** Whether frames need not be looked at any more. */
  readonly settled: boolean;
}

/**
 * The facts of a video's frames. Where the task can hold facts, they are those of all frames so far, until 16 frames in which there is
 * something to do were seen. After that they stay, so that the result does not flicker as the measure does. Where the task cannot hold
 * facts, each frame has its own.
 */
export function heldFacts<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options: Options,
  quality: Quality = 'balanced',
): HeldFacts<Facts> {
  const seen: Facts[] = [];
  let held: Facts | undefined;
  const settled = () => held !== undefined && seen.length >= FRAMES;
  const measured: FactsOfFrame<Facts> = async (raster, card, about) => {
    if (held !== undefined && settled()) return held;
    const own = await task.measure(raster, options, card, about);
    if (task.hold === undefined) return own;
    if (task.plan(own, card, quality) === undefined) return held ?? own;
    seen.push(own);
    held = task.hold(seen);
    return held;
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    facts(...frame) {
      const own = turn.then(() => measured(...frame));
      turn = own.catch(() => {}); // It is the asker's; the next one only waits for it.
      return own;
    },
    get settled() {
      return settled();
    },
  };
}
