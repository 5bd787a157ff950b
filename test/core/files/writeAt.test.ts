import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeAt } from '../../../src/core/files/writeAt.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

test('all is written where the system takes a part of it at a time, and what it refuses is told', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  const handle = await open(file, 'w');
  let room = 8;
  /** A disk that becomes full: it says how much of it was written, and fails at the next call alone. */
  const write = (bytes: Uint8Array, from: number, length: number, position: number) => {
    if (room === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const fits = Math.min(length, 3, room);
    room -= fits;
    return handle.write(bytes, from, fits, position);
  };
  const target = { write } as unknown as FileHandle;
  await writeAt(target, Buffer.from('1234567'), 2);
  await expect(writeAt(target, Buffer.from('89'), 9)).rejects.toMatchObject({ code: 'ENOSPC' });
  await handle.close();
  expect(await readFile(file, 'latin1')).toBe('\0\x0012345678');
});
