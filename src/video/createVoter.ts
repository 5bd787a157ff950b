import { createStillness, type StillnessOptions } from './createStillness.js';

/** Takes the luma of the next frame, `[h, w]` in 0..1, and its class indices, `[h, w]`; gives those to show. */
export type Voter = (luma: Float32Array, classes: Uint8Array) => Uint8Array;

/**
 * Holds class indices, which have no mean, steady over time. While nothing moves at a pixel, its class stays until frames that disagree
 * outnumber those that agree, of which at most `memory` are counted (Boyer and Moore's majority vote, bounded). Where the picture changes,
 * the frame's own class stands at once.
 */
export function createVoter(options: StillnessOptions): Voter {
  const { width, height, memory = 12 } = options;
  const stillness = createStillness(options);
  const held = new Uint8Array(width * height);
  const votes = new Float32Array(width * height);
  return (luma, classes) => {
    const still = stillness(luma);
    for (let i = 0; i < held.length; i++) {
      if (held[i] === classes[i]) votes[i] = Math.min(memory, votes[i] + 1);
      else votes[i] -= 1;
      if (still[i] > 1 && votes[i] > 0) continue;
      held[i] = classes[i];
      votes[i] = 1;
    }
    return held.slice();
  };
}
