import type { Session } from '../../engines/engine.js';
import type { Raster } from '../../images/raster.js';
import type { Plan } from '../../tasks/plan.js';
import type { AboutPicture, Asked, Quality } from '../../tasks/task.js';

/** What a task needs to look at a photo. */
export interface PlanContext extends AboutPicture {
  open: OpenModel;
  quality: Quality;
}

/** Gives the session of a model by its name in weights/index.json; a `fixed` one is that model, whatever the user named in its place. */
export type OpenModel = (model: string, options?: { fixed?: boolean }) => Promise<Session>;

/** What a task found out about a photo, and what it is going to do. */
export interface Planned {
  session: Session;
  facts: unknown;
  /** Undefined where nothing is to be done. */
  plan: Plan | undefined;
}

/** What a task needs for its measure, of what runs it. */
export const aboutPicture = (about: AboutPicture, open: OpenModel): AboutPicture => ({
  ...about,
  open: (model) => open(model, { fixed: true }),
});

/** Opens the model that a task wants for a photo, measures, and plans. */
export async function planOf(
  raster: Raster,
  { task, options }: Asked,
  { open, quality, ...about }: PlanContext,
): Promise<Planned> {
  const model = task.model(options, raster, quality);
  const first = await open(model);
  about.signal?.throwIfAborted();
  const facts = await task.measure(raster, options, first.model.card, aboutPicture(about, open));
  about.signal?.throwIfAborted();
  const chosen = task.model(options, raster, quality, facts);
  const session = chosen === model ? first : await open(chosen);
  about.signal?.throwIfAborted();
  return { session, facts, plan: task.plan(facts, session.model.card, quality) };
}
