import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import { fileIdentity } from '../../core/files/fileIdentity.js';
import { isResultOfAnother } from '../../core/files/resultTime.js';
import { unwritable } from '../../core/files/unwritable.js';
import { writeWhole } from '../../core/files/writeWhole.js';
import type { FileResult, PictureFile } from '../../pipelines/items.js';
import { walkFiles } from '../../pipelines/walkFiles.js';
import { type Place, requireWithin } from '../place.js';
import type { InputStore, OutputStore, StoreFolder } from './store.js';

const identityOf = (bytes: number, modified: Date) => `${bytes}-${modified.getTime()}`;

/** Photos in a folder that all workers see. @param roots what links may lead to; undefined: anywhere */
export function folderInput(root: string, roots?: readonly Place[]): InputStore {
  return {
    nameOf: (folder, name) => path.join(root, folder, name),

    async *folders(options): AsyncGenerator<StoreFolder | FileResult> {
      let open: StoreFolder | undefined;
      for await (const item of walkFiles([root], options)) {
        if (item.status !== 'listed') {
          yield item;
          continue;
        }
        const folder = slashed(path.dirname(item.relative));
        if (open !== undefined && open.folder !== folder) {
          yield open;
          open = undefined;
        }
        open ??= { folder, photos: [], names: item.siblings };
        const modified = item.modified ?? new Date(0);
        open.photos.push({ name: path.basename(item.path), identity: identityOf(item.bytes, modified), modified });
      }
      if (open) yield open;
    },

    async file(folder, photo): Promise<PictureFile> {
      const file = path.join(root, folder, photo.name);
      const real = await realpath(file).catch((cause) => {
        throw unreadable(file, 'no such file', 'Check whether the folder is the same on all machines.', cause);
      });
      await requireWithin({ kind: 'folder', folder: real }, roots && [{ kind: 'folder', folder: root }, ...roots]);
      const { size: bytes, mtime: modified, mode } = await stat(file);
      if (identityOf(bytes, modified) !== photo.identity) {
        throw unreadable(file, 'a file that was changed since it was added', 'Run perpixel fleet add again.');
      }
      const { name, siblings = [name] } = photo;
      return { status: 'listed', path: file, relative: path.join(folder, name), siblings, bytes, modified, mode };
    },
  };
}

/** Results in a folder that all workers see. */
export function folderOutput(folder: string): OutputStore {
  return {
    folder,

    async prepare() {
      await mkdir(folder, { recursive: true }).catch((cause) => {
        throw unwritable(folder, cause);
      });
    },

    async require() {
      const stats = await stat(folder).catch(() => undefined);
      if (stats?.isDirectory()) return;
      // Made anew, it might be on a disk of this machine alone.
      throw new PerpixelError({
        code: 'E_WRITE',
        subject: folder,
        received: 'no such folder on this machine',
        expected: 'the folder that perpixel fleet add has made',
        cure: 'Mount it under the same path as there.',
      });
    },

    async results(below) {
      const where = path.join(folder, below);
      const names = new Set(await readdir(where).catch(() => []));
      return async (name, modified) => {
        if (!names.has(name)) return 'missing';
        const there = await stat(path.join(where, name)).catch(() => undefined);
        if (there === undefined) return 'missing';
        return isResultOfAnother(there, modified) ? 'another' : 'there';
      };
    },

    names: (below) => readdir(path.join(folder, below)).catch(() => []),

    async get(below, file) {
      const own = path.join(folder, below);
      await copyFile(own, file, constants.COPYFILE_FICLONE).catch((cause) => {
        throw unreadable(own, `cannot be read (${cause.code})`, 'Check the folder.', cause);
      });
    },

    remove: (below) => rm(path.join(folder, below), { recursive: true, force: true }),

    has: async (below) => (await fileIdentity(path.join(folder, below))) !== undefined,

    async put(below, file, modified) {
      const target = path.join(folder, below);
      if ((await fileIdentity(target)) !== undefined) return false;
      await writeWhole(target, (temporary) => copyFile(file, temporary), { modified });
      return true;
    },
  };
}

const slashed = (folder: string) => (folder === '.' ? '' : folder.split(path.sep).join('/'));

function unreadable(subject: string, received: string, cure: string, cause?: unknown): PerpixelError {
  return new PerpixelError({ code: 'E_READ', subject, received, expected: 'the photo that was added', cure, cause });
}
