import type { VideoView } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import type { AnyTask } from '../tasks/task.js';

/** How a task's results are shown in a video. @throws PerpixelError E_OPTION where they cannot be */
export function requireVideoView({ name, answer }: AnyTask): VideoView {
  if (answer.video) return answer.video;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: name,
    received: `${answer.name}, which is not shown as pictures`,
    expected: 'a task whose answer has `video`',
    cure: 'Write the results of single frames, or give the answer a view.',
  });
}
