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
}

/** The real process: Ctrl-C and SIGTERM abort the signal, and a second one ends the process at once. */
export function processIo(): Io {
  const aborter = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (aborter.signal.aborted) process.exit(130);
      aborter.abort();
    });
  }
  // `perpixel ... | head` closes our pipe early: that is how a reader says enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    aborter.abort();
  });
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: aborter.signal,
    env: process.env,
    cacheDir: cacheDirOf(process.platform, process.env),
  };
}

/** The per-user cache folder that the platform asks programs to use. */
export function cacheDirOf(platform: NodeJS.Platform, env: Io['env']): string {
  if (platform === 'win32') return path.join(env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), 'perpixel');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'perpixel');
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'perpixel');
}
