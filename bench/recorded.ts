import type { NamedTensors, Session } from '../src/engines/engine.js';

/** A session beside which is kept what it was asked: the tiles of a task, for the bare engine to be asked the same. */
export function recorded(session: Session): { listening: Session; tiles: NamedTensors[] } {
  const tiles: NamedTensors[] = [];
  const listening: Session = {
    ...{ model: session.model, engine: session.engine, provider: session.provider },
    run(inputs) {
      tiles.push(inputs);
      return session.run(inputs);
    },
    dispose: () => session.dispose(),
  };
  return { listening, tiles };
}
