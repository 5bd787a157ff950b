import type { Writable } from 'node:stream';
import { writeWhole } from '../core/files/writeWhole.js';

/** Something that writes a file out of what is written to it. */
export interface Writer {
  input: Writable;
  /** Resolves when the input has ended and the file is complete. */
  done: Promise<void>;
}

/** A file that is being written, and gets its name when it is whole. */
export interface WholeFile {
  input: Writable;
  /** Ends the input; rejects with what went wrong since. */
  close(): Promise<void>;
  /** Removes what was written so far, at once. */
  discard(): void;
}

/** As writeWhole, for what is written bit by bit. */
export function openWhole(file: string, start: (temporary: string) => Writer): Promise<WholeFile> {
  const aborter = new AbortController();
  return new Promise((resolve, reject) => {
    const written = writeWhole(
      file,
      async (temporary) => {
        const { input, done } = start(temporary);
        input.on('error', () => {}); // Told by whoever writes, or by `done`.
        aborter.signal.addEventListener('abort', () => input.destroy());
        resolve({
          input,
          close: () => {
            input.end();
            return written;
          },
          discard: () => aborter.abort(),
        });
        await done;
      },
      { signal: aborter.signal },
    );
    written.catch(reject);
  });
}
