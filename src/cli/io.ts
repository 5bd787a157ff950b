import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { removeHeld } from '../core/files/held.js';
import { unwritable } from '../core/files/unwritable.js';
import { wholeStdout } from './wholeStdout.js';

/** What a command has of the world outside; the only way to it, so that tests can give it another. */
export interface Io {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean; columns?: number };
  /** Aborted by Ctrl-C; with a PerpixelError where standard output is broken. */
  signal: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
  /** Where `setup` keeps what it fetched, per user. */
  cacheDir: string;
  /** How long after Ctrl-C the work has to come to its own end; a command that has to save something takes more. */
  graceMs: number;
}

/**
 * The real process. Ctrl-C, SIGTERM and the end of the terminal abort the signal: files that are being written are removed at
 * once, and the command ends by itself. Where it does not in time, or is stopped a second time, it is ended.
 */
export function processIo(): Io {
  const aborter = new AbortController();
  const stop = (reason?: unknown) => {
    if (aborter.signal.aborted) return end();
    aborter.abort(reason);
    setTimeout(end, io.graceMs).unref();
  };
  // TensorFlow would tell the terminal how it was compiled.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop());
  const stdout = wholeStdout();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (aborter.signal.aborted) return;
    // `perpixel ... | head` closes our pipe early: that is how a reader says enough.
    stop(error.code === 'EPIPE' ? undefined : unwritable('standard output', error));
  });
  // Where nobody reads what we have to say, the work goes on.
  process.stderr.on('error', () => {});
  const io: Io = {
    stdin: process.stdin,
    stdout,
    stderr: process.stderr,
    signal: aborter.signal,
    env: process.env,
    cacheDir: cacheDirOf(process.platform, process.env),
    graceMs: 500,
  };
  return io;
}

/**
 * Ends the process in the middle of what it does. `process.exit` would wait for the thread that runs the network, and a tile
 * can take seconds; a signal does not. A shell calls this 130, too.
 */
function end(): void {
  removeHeld();
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}

/** The per-user cache folder that the platform asks programs to use. */
export function cacheDirOf(platform: NodeJS.Platform, env: Io['env']): string {
  if (platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'perpixel');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'perpixel');
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'perpixel');
}
