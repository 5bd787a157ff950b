import type { Sessions } from '../engines/sessions.js';
import type { Job, JobContext, JobResult } from '../pipelines/run/job.js';
import { runJob } from '../pipelines/run/runJob.js';
import { runSceneJob } from '../pipelines/run/runSceneJob.js';
import type { Turnstile } from '../pipelines/run/turnstile.js';
import type { SceneTask } from '../tasks/scene/sceneTask.js';
import type { Task } from '../tasks/task.js';

/** Where photos are worked on: this thread, or one of its own. */
export interface Workplace {
  run<Options, Facts>(task: Task<Options, Facts>, job: Job, context: JobContext): Promise<JobResult>;
  runScene<Options, Facts>(task: SceneTask<Options, Facts>, job: Job, context: JobContext): Promise<JobResult>;
  /** Closes its sessions; what is asked of it afterwards opens them anew. */
  dispose(): Promise<void>;
}

/** Where a call is done and how it gets there. */
export interface Way {
  place: Workplace;
  turnstile: Turnstile;
}

/** This thread. */
export function thisThread(sessions: Sessions): Workplace {
  return {
    run: (task, job, context) => runJob(task, job, sessions, context),
    runScene: (task, job, context) => runSceneJob(task, job, sessions, context),
    dispose: () => sessions.dispose(),
  };
}
