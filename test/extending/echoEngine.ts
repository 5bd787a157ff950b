import type { EngineDescriptor, Session } from '../../src/engines/engine.js';
import type { ModelFile } from '../../src/onnx/modelFile.js';

/**
 * The smallest engine: whatever the model, it answers with the picture that it is given. A real one loads what computes in `load`,
 * so that `--help` stays quick.
 */
export const echo = {
  name: 'echo',
  summary: 'an echo',
  devices: ['cpu'],
  load: async () => ({ open: async (model: ModelFile) => echoSession(model) }),
  probe: async () => [{ name: 'echo on the CPU', works: true, detail: 'answers' }],
} as const satisfies EngineDescriptor;

function echoSession(model: ModelFile): Session {
  return {
    ...{ model, engine: 'echo', provider: 'cpu' },
    run: async (inputs) => ({ echoed: Object.values(inputs)[0] }),
    dispose: async () => {},
  };
}
