import { stat } from 'node:fs/promises';

/**
 * Names a file or folder by what it is, not by its path: the same through links, hard links and other spellings;
 * undefined where nothing is there.
 */
export async function fileIdentity(file: string): Promise<string | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
}
