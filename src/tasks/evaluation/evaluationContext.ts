import type { Session } from '../../engines/engine.js';
import type { PredictTiledOptions } from '../../pipelines/run/predictTiled.js';

/** What every evaluation of a network is given beside its own options. */
export interface EvaluationContext extends PredictTiledOptions {
  open: (model: string) => Promise<Session>;
}
