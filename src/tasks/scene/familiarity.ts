import type { NamedTensors } from '../../engines/engine.js';
import type { Remarks } from '../plan.js';

/** Below this a photo is less like those that the network learnt from than all but one in a hundred of their kind. */
const LIMIT = 0.5;

/** What is told of a photo by a network that knows what it learnt from. */
export interface FamiliarityReport {
  /**
   * How like the photos that the network learnt from this one is, 0..1: below 0.5 it is of another kind, and what is said of it may be
   * far off. Missing where the model does not say, as one of your own may not.
   */
  familiarity?: number;
}

/**
 * Reads the network's output `familiarity`, one number a picture.
 *
 * @param kind what the network learnt from, in the plural: `rooms`
 */
export const familiarityTo =
  (kind: string) =>
  ({ familiarity }: NamedTensors): Remarks => {
    if (familiarity === undefined) return { report: {}, notices: [] };
    const [share] = familiarity.data;
    const notice = `not like the ${kind} that the network learnt from: what it says here may be far off`;
    return { report: { familiarity: Number(share.toPrecision(3)) }, notices: share < LIMIT ? [notice] : [] };
  };

/** The same for people, where the model says. */
export const familiarityWords = ({ familiarity }: FamiliarityReport, kind: string): string[] =>
  familiarity === undefined
    ? []
    : [
        `likeness to the ${kind} that were learnt from: ${Math.round(100 * familiarity)} of 100, of another kind below 50`,
      ];
