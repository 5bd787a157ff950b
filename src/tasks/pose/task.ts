import * as z from 'zod';
import { joints as answer, type PhotoOfPose, type Pose } from '../../answers/joints.js';
import type { Task } from '../task.js';
import { findPose } from './findPose.js';

const options = z.object({});

/** Where the joints of one person are. */
export const pose: Task<z.output<typeof options>, PhotoOfPose, Pose, object> = {
  name: 'pose',
  summary: 'Where the joints of the person in a photo are: 14, from ankles to the top of the head',
  examples: [
    ['pose runner.jpg -o out', 'out/runner.joints.json: name, x, y and score of 14 joints'],
    ['pose photos -o out --pictures', '... and each photo with its skeleton drawn over it'],
  ],
  options,
  answer,
  model: () => 'pose',
  measure: (photo) => ({ photo }),
  plan: ({ photo }, card, quality) => ({
    kind: 'own',
    value: (run) => findPose(photo, run, { card, quality }),
  }),
  report: () => ({}),
  words: () => [],
};
