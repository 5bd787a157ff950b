import type { Models } from '../../engines/models.js';
import type { AnyTask } from '../../tasks/task.js';
import type { Job, JobContext, JobResult } from './job.js';
import { runJob } from './runJob.js';

/** Where jobs are done: this thread, or one of its own. */
export interface Executor {
  /** @param task the one that the job names, where it is at hand */
  run(task: AnyTask, job: Job, context: JobContext): Promise<JobResult>;
  /** Closes its models; what is asked of it afterwards opens them anew. */
  dispose(): Promise<void>;
}

/** This thread. */
export function thisThread(models: Models): Executor {
  return {
    run: (task, job, context) => runJob(task, job, models, context),
    dispose: () => models.dispose(),
  };
}
