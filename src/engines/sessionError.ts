import { PerpixelError } from '../core/errors.js';
import type { NamedTensors, Session } from './engine.js';

/** Neither onnxruntime nor TensorFlow has error classes: what they say where memory is short, by allocator and platform. */
const outOfMemory =
  /bad_alloc|failed to allocate|alloc\w* failed|out of memory|\bOOM\b|E_OUTOFMEMORY|invalid typed array length/i;

/** What an engine threw, as an error of ours: E_MEMORY, E_ENGINE on a GPU, else E_MODEL. */
export function sessionError(
  error: unknown,
  { model, provider, engine }: Pick<Session, 'model' | 'provider' | 'engine'>,
  feeds: NamedTensors = {},
): PerpixelError {
  if (error instanceof PerpixelError) return error.subject === undefined ? error.about(model.path) : error;
  const message = error instanceof Error ? error.message : String(error);
  const shapes = Object.entries(feeds).map(([name, { dims }]) => `${name} ${dims.join(' x ')}`);
  const given = shapes.length > 0 ? ` (given ${shapes.join(', ')})` : '';
  const parts = { subject: model.path, received: message + given, cause: error };
  if (outOfMemory.test(message)) {
    return new PerpixelError({
      ...parts,
      code: 'E_MEMORY',
      expected: 'enough memory for this many pixels at once',
      cure: 'Use smaller tiles (--tile), or close other programs.',
    });
  }
  if (/of the session has ended/.test(message)) {
    return new PerpixelError({
      ...parts,
      code: 'E_ENGINE',
      expected: 'one that runs until it has answered',
      cure: 'Memory may have run out: use smaller tiles (--tile), or close other programs, and try again.',
    });
  }
  if (provider !== 'cpu') {
    const expected = `a model that ${engine} can run on ${provider}`;
    return new PerpixelError({ ...parts, code: 'E_ENGINE', expected, cure: 'Use --device cpu.' });
  }
  return new PerpixelError({
    ...parts,
    code: 'E_MODEL',
    expected: `a model that ${engine} can run`,
    cure: 'Check its card (stride, channels), or export it again.',
  });
}
