import type { Sessions } from '../engines/sessions.js';
import type { Task } from '../tasks/task.js';
import type { Job, JobContext, JobResult } from './job.js';
import { runJob } from './runJob.js';

/** Where photos are worked on: this thread, or one of its own. */
export interface Workplace {
  run<Options, Facts>(task: Task<Options, Facts>, job: Job, context: JobContext): Promise<JobResult>;
  /** Closes its sessions; what is asked of it afterwards opens them anew. */
  dispose(): Promise<void>;
}

/** This thread. */
export function thisThread(sessions: Sessions): Workplace {
  return {
    run: (task, job, context) => runJob(task, job, sessions, context),
    dispose: () => sessions.dispose(),
  };
}
