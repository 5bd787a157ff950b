import { PerpixelError } from '../../core/errors.js';
import type { NamedTensors, Session } from '../../engines/engine.js';

/**
 * Asks a network. What is no number would be black in a picture, and nobody would know.
 *
 * @throws PerpixelError E_MODEL where one of its answers has NaN in it, and what `run` throws
 */
export async function ask(session: Session, inputs: NamedTensors, signal?: AbortSignal): Promise<NamedTensors> {
  const outputs = await session.run(inputs, { signal });
  for (const [name, { data }] of Object.entries(outputs)) {
    if (!hasNaN(data)) continue;
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: session.model.path,
      received: `${name} that is not a number (NaN) in places`,
      expected: 'numbers',
      cure: 'Look at the normalisation in its card. Where its weights are float16, export it with float32.',
    });
  }
  return outputs;
}

function hasNaN(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) return true;
  return false;
}
