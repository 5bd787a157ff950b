import ndarray from 'ndarray';
import * as z from 'zod';
import { picture } from '../../src/answers/picture.js';
import { PerpixelError } from '../../src/core/errors.js';
import type { Session } from '../../src/engines/engine.js';
import type { Raster } from '../../src/images/raster.js';
import { type ModelCard, modelCard } from '../../src/onnx/modelFile.js';
import { feedForward, type TiledPlan } from '../../src/tasks/plan.js';
import type { Task } from '../../src/tasks/task.js';

interface BoxOptions {
  stride?: number;
  /** More pixels than this in one call, and memory runs out. */
  memory?: number;
  /** Answers only after a turn of the event loop. */
  slow?: boolean;
}

/**
 * A network small enough to write down: a mean over 5 x 5 with zeros beyond the edge, on an input whose sides must be
 * multiples of the stride. With a stride of more than 1, the mean of each block of stride x stride is mixed in, as in a
 * U-Net's lower level, so that tiles off the stride would show.
 */
export function boxSession({ stride = 1, memory = Number.POSITIVE_INFINITY, slow = false }: BoxOptions = {}) {
  const card: ModelCard = modelCard.parse({
    name: 'box',
    task: 'blur',
    network: 'box',
    licence: 'CC0-1.0',
    data: [],
    channels: 3,
    stride,
    receptiveRadius: 2 + stride - 1,
    parameters: 25,
  });
  const sizes: number[] = [];
  const session: Session = {
    model: { path: 'box', card, bytes: new Uint8Array() },
    engine: 'onnx',
    provider: 'test',
    async run({ input: { data, dims } }) {
      const [batch, channels, height, width] = dims;
      if (slow) await new Promise((resolve) => setImmediate(resolve));
      expectMultiples(height, width, stride);
      if (height * width > memory) throw outOfMemory();
      sizes.push(height * width);
      const output = new Float32Array(data.length);
      for (let plane = 0; plane < batch * channels; plane++) {
        const from = data.subarray(plane * height * width, (plane + 1) * height * width);
        const at = (y: number, x: number) => (y < 0 || x < 0 || y >= height || x >= width ? 0 : from[y * width + x]);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            let sum = 0;
            for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) sum += at(y + dy, x + dx);
            const corner = at(y - (y % stride), x - (x % stride));
            output[plane * height * width + y * width + x] = (sum / 25 + corner) / 2;
          }
        }
      }
      return { output: { data: output, dims } };
    },
    async dispose() {},
  };
  return { session, sizes };
}

/** One run of such a session: planes in, planes out. */
export const blurWindow = feedForward(
  ({ data, shape: [height, width, channels] }) => {
    const planes = new Float32Array(data.length);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < channels; c++) planes[c * height * width + i] = data[i * channels + c];
    }
    return { input: { data: planes, dims: [1, channels, height, width] } };
  },
  ({ output }, { shape: [height, width, channels] }) => {
    const data = new Float32Array(output.data.length);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < channels; c++) data[i * channels + c] = output.data[c * height * width + i];
    }
    return ndarray(data, [height, width, channels]);
  },
);

export const blurPlan: TiledPlan = { kind: 'tiled', window: blurWindow };

/** The task of such a session. */
export const blur: Task<Record<string, never>, null, Raster> = {
  name: 'blur',
  summary: 'a mean over 5 x 5',
  options: z.object({}) as unknown as z.ZodType<Record<string, never>>,
  answer: picture,
  model: () => 'box',
  measure: () => null,
  plan: () => blurPlan,
  report: () => ({ blurred: true }),
};

function expectMultiples(height: number, width: number, stride: number) {
  if (height % stride || width % stride) throw new Error(`${height} x ${width} is off the stride ${stride}`);
}

function outOfMemory() {
  const parts = { received: 'too little memory', expected: 'more', cure: 'Choose a smaller tile.' };
  return new PerpixelError({ code: 'E_MEMORY', ...parts });
}
