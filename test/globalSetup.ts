import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds dist/ where it is older than src/, for the tests that start the real command. Types are `npm run check`'s affair. */
export default function buildOnce(): void {
  if (newest('dist') > newest('src')) return;
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const args of [
    [tsc, '-p', 'tsconfig.build.json', '--noCheck'],
    [path.join(root, 'tools', 'describeOptions.mjs')],
    [path.join(root, 'tools', 'listTasks.mjs')],
  ]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`dist/ could not be built:\n${stdout}${stderr}`);
  }
}

/** When a file of the folder was last written; 0 where there is none. */
function newest(folder: string): number {
  try {
    const entries = readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Math.max(0, ...files.map((file) => statSync(path.join(file.parentPath, file.name)).mtimeMs));
  } catch {
    return 0;
  }
}
