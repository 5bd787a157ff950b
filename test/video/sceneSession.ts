import type { Session } from '../../src/engines/engine.js';
import { modelCard } from '../../src/onnx/modelFile.js';

/** A network of the scene that says the mean of the colours, of each pixel, as the logarithm of its depth. */
export function sceneSession() {
  const card = modelCard.parse({
    name: 'scene',
    task: 'scene',
    network: 'mean',
    licence: 'CC0-1.0',
    data: [],
    channels: 3,
    stride: 32,
    receptiveRadius: 0,
    parameters: 1,
  });
  const seen = { runs: 0 };
  const session: Session = {
    model: { path: 'scene', card, bytes: new Uint8Array() },
    engine: 'onnx',
    provider: 'test',
    async run({ image: { data, dims } }) {
      seen.runs++;
      const [, , rows, columns] = dims;
      const size = rows * columns;
      const mean = Float32Array.from({ length: size }, (_, i) => (data[i] + data[size + i] + data[2 * size + i]) / 3);
      return { depth: { data: mean, dims: [1, 1, rows, columns] } };
    },
    async dispose() {},
  };
  return { session, seen };
}
