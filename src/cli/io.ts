import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What a command has of the world outside; the only way to it, so that tests can give it another. */
export interface Io {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable & { isTTY?: boolean; columns?: number };
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
  /** Where `setup` keeps what it fetched, per user. */
  cacheDir: string;
  /** How long after Ctrl-C the work has to come to its own end; a command that has to save something takes more. */
  graceMs: number;
}

/**
 * The real process. Ctrl-C and SIGTERM abort the signal: files that are being written are removed at once, and the command
 * ends by itself. Where it does not in time, or is stopped a second time, it is ended.
 */
export function processIo(): Io {
  const aborter = new AbortController();
  const stop = () => {
    if (aborter.signal.aborted) return end();
    aborter.abort();
    setTimeout(end, io.graceMs).unref();
  };
  // TensorFlow would tell the terminal how it was compiled.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // `perpixel ... | head` closes our pipe early: that is how a reader says enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop();
  });
  const io: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
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
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}

/** The per-user cache folder that the platform asks programs to use. */
export function cacheDirOf(platform: NodeJS.Platform, env: Io['env']): string {
  if (platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'perpixel');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'perpixel');
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'perpixel');
}
