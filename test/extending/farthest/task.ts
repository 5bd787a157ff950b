import * as z from 'zod';
import type { Answer, Size } from '../../../src/answers/answer.js';
import { workingSize } from '../../../src/tasks/scene/workingSize.js';
import type { Task } from '../../../src/tasks/task.js';

const options = z.object({ count: z.int().min(1).default(3).describe('How many points') });

/** A place in the photo, in its pixels, and how far away it is. */
export interface Point {
  x: number;
  y: number;
  metres: number;
}

/** A result that is no map: a list of points, as JSON. */
const answer: Answer<Point[]> = {
  name: 'points',
  formats: ['json'],
  encode: (points) => Buffer.from(`${JSON.stringify(points)}\n`),
};

/** The smallest task whose answer is no map: where the photo is farthest. */
export const farthest: Task<z.output<typeof options>, { count: number; seen: Size }, Point[]> = {
  name: 'farthest',
  summary: 'The farthest points in a photo',
  options,
  answer,
  modelTasks: ['scene'],
  model: () => 'scene',
  measure: ({ pixels: { shape } }, { count }, { stride }) => ({ count, seen: workingSize(shape[0], shape[1], stride) }),
  plan: ({ count, seen }) => ({
    kind: 'whole',
    seen,
    output: 'depth',
    value({ data, shape: [rows, columns] }, [height, width]) {
      const order = [...data.keys()].sort((a, b) => data[b] - data[a]).slice(0, count);
      return order.map((i) => ({
        x: Math.round((((i % columns) + 0.5) * width) / columns),
        y: Math.round(((Math.floor(i / columns) + 0.5) * height) / rows),
        metres: Math.exp(data[i]),
      }));
    },
  }),
  report: ({ count }) => ({ count }),
};
