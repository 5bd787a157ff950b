import type { NamedTensors, Session } from '../../src/engines/engine.js';
import { type ModelCard, modelCard } from '../../src/onnx/modelFile.js';

const card = modelCard.parse({
  name: 'fake',
  task: 'marks',
  network: 'fake',
  licence: 'none',
  data: [],
  channels: 3,
  stride: 8,
  receptiveRadius: 20,
  parameters: 1,
});

/**
 * A finder that takes red for scratches, green for text and blue for dust: the logit is 10 (value - 1/2), so that .65 may be one, .8 surely is.
 * Keeps the sizes of what it saw.
 */
export function fakeMarkFinder(own: Partial<ModelCard> = {}) {
  const seen: number[][] = [];
  const run = async ({ image: { data, dims } }: NamedTensors) => {
    seen.push(dims.slice(2) as number[]);
    return { marks: { data: data.map((value) => 10 * (value - 0.5)), dims } };
  };
  return { seen, session: { model: { card: { ...card, ...own } }, run } as unknown as Session };
}
