import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const executable = fileURLToPath(new URL('../../bin/perpixel.js', import.meta.url));

export interface Ended {
  /** As a shell has it: 128 + the signal's number where one ended the process. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts the real command, as it was built. */
export function spawnPerpixel(args: readonly string[], node: readonly string[] = []) {
  const child: ChildProcess = spawn(process.execPath, [...node, executable, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: path.dirname(executable),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ ...said, code: code ?? shellCode(signal) }));
  return { child, ended };
}

function shellCode(signal: NodeJS.Signals): number {
  return 128 + { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal as 'SIGINT'];
}
