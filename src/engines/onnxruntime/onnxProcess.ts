import { fork } from 'node:child_process';
import { once } from 'node:events';
import { packagePart } from '../../core/packagePart.js';
import type { OnnxPlace } from './onnxPlace.js';

/**
 * A process: what is under way there can be ended at any moment, and its memory is free at once. Tensors are copied on their
 * way, 2 % of the time of a tile of the balanced denoiser.
 */
export const onnxProcess: OnnxPlace = {
  start(heard, ended) {
    const child = fork(packagePart(import.meta.url, './onnxWorker.js'), {
      serialization: 'advanced',
      stdio: 'ignore',
      // Loaders and flags of this process have no business in that one.
      execArgv: [],
    });
    child.on('message', heard);
    child.on('error', ended);
    child.on('exit', (code, signal) => {
      ended(new Error(`the process of the session has ended (${signal ?? `exit code ${code}`})`));
    });
    const kill = () => {
      child.kill('SIGKILL');
    };
    return {
      // What cannot be sent is told of by the end of the process.
      post: (request) => child.send(request, () => {}),
      hold() {
        child.ref();
        child.channel?.ref?.();
      },
      release() {
        child.unref();
        // Bun's has neither, and needs neither: the child alone keeps it running.
        child.channel?.unref?.();
      },
      async close() {
        child.ref();
        const exit = once(child, 'exit');
        kill();
        await exit;
      },
      kill,
    };
  },
};
