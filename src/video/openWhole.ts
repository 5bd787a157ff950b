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
  /**
   * Ends the input; rejects with what went wrong since.
   *
   * @param check looks at the file while it has a temporary name still: where it rejects, there is none
   */
  close(check?: (temporary: string) => Promise<void>): Promise<void>;
}

/**
 * As writeWhole, for what is written bit by bit.
 *
 * @param signal where it is aborted, whoever writes is let go and what was written so far removed, at once; whoever has not begun never does
 */
export function openWhole(file: string, start: (temporary: string) => Writer, signal: AbortSignal): Promise<WholeFile> {
  let look: (temporary: string) => Promise<void> = async () => {};
  return new Promise((resolve, reject) => {
    const written = writeWhole(
      file,
      async (temporary) => {
        const { input, done } = start(temporary);
        input.on('error', () => {}); // Told by whoever writes, or by `done`.
        const letGo = () => input.destroy();
        signal.addEventListener('abort', letGo);
        resolve({
          input,
          close: (check = look) => {
            look = check;
            input.end();
            return written;
          },
        });
        await done.finally(() => signal.removeEventListener('abort', letGo));
        await look(temporary);
      },
      { signal },
    );
    written.catch(reject);
  });
}
