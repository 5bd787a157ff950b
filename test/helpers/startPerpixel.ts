import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export interface StartOptions {
  /** The TypeScript as it stands, or the command as it was built. @default 'sources' */
  code?: 'sources' | 'built';
  /** Added to this process's own. */
  env?: Readonly<Record<string, string>>;
  /** @default the repository */
  cwd?: string;
  /** Options of Node itself. */
  node?: readonly string[];
}

export interface Ended {
  /** As a shell has it: 128 + the signal's number where one ended the process. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts the command as a process of its own, with threads, engines and signals as a user has them. */
export function startPerpixel(
  args: readonly string[],
  { code = 'sources', env, cwd = here('../..'), node = [] }: StartOptions = {},
) {
  const program = {
    sources: ['--import', new URL('./typescriptWorker.mjs', import.meta.url).href, here('perpixelProcess.ts')],
    built: [here('../../bin/perpixel.js')],
  }[code];
  const child = spawn(process.execPath, [...node, ...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    env: { ...process.env, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const ended = once(child, 'close').then(
    ([status, signal]): Ended => ({ ...said, code: status ?? 128 + constants.signals[signal as NodeJS.Signals] }),
  );
  return { child, ended };
}
