import { spawn } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

/** A program that could not be started, or ended with a failure. */
export class ProgramError extends Error {
  constructor(
    readonly program: string,
    /** Undefined where it could not be started. */
    readonly exitCode: number | null | undefined,
    /** The end of what it wrote. */
    readonly output: string,
  ) {
    super(exitCode === undefined ? `${program} is not there` : `${program} failed (${exitCode}): ${output}`);
  }
}

const KEPT = 4000;

/**
 * Runs a program to its end and gives what it wrote, the last 4000 characters of it.
 *
 * @throws ProgramError, or the signal's reason where it is aborted.
 */
export function runProgram(program: string, args: string[], { cwd, env, signal }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (text: string) => {
      output = (output + text).slice(-KEPT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      reject(signal?.aborted ? signal.reason : new ProgramError(program, undefined, error.message));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output.trim());
      else reject(new ProgramError(program, code, output.trim()));
    });
  });
}
