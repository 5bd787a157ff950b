import type { FileHandle } from 'node:fs/promises';

/** As much of a file as `writeAt` needs. */
type Target = Pick<FileHandle, 'write'>;

/**
 * Writes all of the bytes at a place of a file. A single `write` may put a part of them down and say nothing of it but the number, where the
 * disk becomes full or the file as large as it may: only the next one fails.
 *
 * @throws what the system says
 */
export async function writeAt(file: Target, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
