import type { OpenModel } from './run/planOf.js';
import { EndOfStream } from './stage.js';

/** A model or an engine that is not there would fail every photo with the same words: it ends the stream instead. */
export function orEnd(open: OpenModel): OpenModel {
  return (model, how) =>
    open(model, how).catch((cause) => {
      throw new EndOfStream('no session', { cause });
    });
}
