import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { makeFolder } from '../core/files/makeFolder.js';
import { unwritable } from '../core/files/unwritable.js';
import { folded } from './outputNames.js';

/**
 * Tells the folders of a run's results apart: two that the disk takes for one, as many do with `June` and `june`, would hold
 * one result where two photos have one name.
 *
 * @returns refuses a folder that is another one of the same run (PerpixelError E_WRITE)
 */
export function ownFolders(): (folder: string) => Promise<void> {
  const first = new Map<string, string>();
  return async (folder) => {
    const key = folded(folder);
    const other = first.get(key) ?? folder;
    first.set(key, other);
    if (other === folder) return;
    for (const each of [other, folder]) {
      await makeFolder(each).catch((cause) => {
        throw unwritable(each, cause);
      });
    }
    const isOne = (await fileIdentity(folder)) === (await fileIdentity(other));
    if (!isOne && (await isListed(folder, other))) return;
    throw new PerpixelError({
      code: 'E_WRITE',
      subject: folder,
      received: `a disk that takes it for ${other}, where other photos of this run have their results`,
      expected: 'a folder of its own',
      cure: 'Do the one after the other, into two folders, or write to another disk.',
    });
  };
}

/** Whether a folder is called as it is named, up to where `other` is called the same: some disks give one folder two numbers. */
async function isListed(folder: string, other: string): Promise<boolean> {
  if (folder === other) return true;
  const [above, besides] = [path.dirname(folder), path.dirname(other)];
  const names = await readdir(above);
  return (
    (names.includes(path.basename(folder)) || path.basename(folder) === path.basename(other)) &&
    isListed(above, besides)
  );
}
