import type { Session } from '../../engines/engine.js';
import type { Raster } from '../../images/raster.js';
import type { Plan } from '../../tasks/plan.js';
import type { AboutPicture, Asked, Quality } from '../../tasks/task.js';

/** What a task needs to look at a photo. */
export interface PlanContext extends AboutPicture {
  /** Gives the session of a model by its name in weights/index.json. */
  open: (model: string) => Promise<Session>;
  quality: Quality;
}

/** What a task found out about a photo, and what it is going to do. */
export interface Planned {
  session: Session;
  facts: unknown;
  /** Undefined where nothing is to be done. */
  plan: Plan | undefined;
}

/** Opens the model that a task wants for a photo, measures, and plans. */
export async function planOf(
  raster: Raster,
  { task, options }: Asked,
  { open, quality, ...about }: PlanContext,
): Promise<Planned> {
  const session = await open(task.model(options, raster, quality));
  about.signal?.throwIfAborted();
  const { card } = session.model;
  const facts = await task.measure(raster, options, card, about);
  about.signal?.throwIfAborted();
  return { session, facts, plan: task.plan(facts, card, quality) };
}
