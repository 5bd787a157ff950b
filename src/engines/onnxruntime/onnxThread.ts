import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { packagePart } from '../../core/packagePart.js';
import type { OnnxPlace } from './onnxPlace.js';

/** A thread: tensors go there and back without a copy, but nothing stops a run; to end the thread would abort the process. */
export const onnxThread: OnnxPlace = {
  start(heard, ended) {
    // Loaders and flags of the main thread have no business in this one.
    const worker = new Worker(packagePart(import.meta.url, './onnxWorker.js'), { execArgv: [] });
    worker.on('message', heard);
    worker.on('error', ended);
    worker.on('exit', () => ended(new Error('the thread of the session has ended')));
    return {
      post: (request, memory) => worker.postMessage(request, memory),
      hold: () => worker.ref(),
      release: () => worker.unref(),
      async close() {
        worker.ref();
        const exit = once(worker, 'exit');
        worker.postMessage('close');
        await exit;
      },
    };
  },
};
