import { PerpixelError } from '../../src/core/errors.js';

/** What is fuzzed: whole files of a kind, and what is tried with a changed one. */
export interface FuzzedKind {
  seeds(folder: string): Promise<Buffer[]>;
  /** @returns what is wrong; nothing where it was read, or refused in our own words */
  attempt(bytes: Buffer, context: Context): Promise<string | undefined>;
}

export interface Context {
  /** Of the case: by it, what is tried with a file changes too. */
  number: number;
  /** Where the file was nothing but cut off, all of it. */
  whole?: Buffer;
  /** To write files in. */
  folder: string;
}

/** @returns what is wrong: an error that is not ours, or that says itself a bug */
export async function told(what: string, work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PerpixelError && error.code !== 'E_BUG') return undefined;
    return `${what}: ${String((error as Error)?.stack ?? error)
      .split('\n')
      .slice(0, 3)
      .join(' ')}`;
  }
}
