import { execFileSync } from 'node:child_process';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes an FFmpeg in a folder that goes wrong where `when` is among its arguments, and its prober beside it. No such scripts on Windows.
 *
 * @param then what it does in a shell; `REAL "$@"` is what it should do
 */
export async function faultyFfmpeg(folder: string, when: string, then: string): Promise<string> {
  const [real, prober] = ['ffmpeg', 'ffprobe'].map((name) => execFileSync('which', [name]).toString().trim());
  await symlink(prober, path.join(folder, 'ffprobe'));
  const faulty = path.join(folder, 'ffmpeg');
  const cases = `*"${when}"*) ${then.replaceAll('REAL', real)} ;;\n*) exec ${real} "$@" ;;`;
  await writeFile(faulty, `#!/bin/sh\ncase "$*" in\n${cases}\nesac\n`);
  await chmod(faulty, 0o755);
  return faulty;
}
