import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export interface Ended {
  /** null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command as a process of its own, with threads, engines and signals as a user has them. */
export function startPerpixel(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const worker = new URL('../typescriptWorker.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', worker, here('perpixelProcess.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}
