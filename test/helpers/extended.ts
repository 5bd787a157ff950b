import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporaryFolder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Extension {
  /** Files that are added: a file of this repository, by where it comes to lie. What it imports of `src/` it finds there, too. */
  files: Readonly<Record<string, string>>;
  /** The line that registers them, by the file that it is added to. */
  lines: Readonly<Record<string, string>>;
}

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * A copy of the sources with something added, as someone has it who extends Perpixel: nothing but these files and lines differ.
 *
 * @param home where it lies. @default a folder that is gone when the test is over
 */
export async function extended({ files, lines }: Extension, home?: string) {
  const folder = home ?? (await temporaryFolder());
  await cp(path.join(root, 'src'), path.join(folder, 'src'), { recursive: true });
  await cp(path.join(root, 'test/helpers'), path.join(folder, 'test/helpers'), { recursive: true });
  for (const name of ['node_modules', 'weights', 'package.json', 'tsconfig.json', 'fixtures'])
    await symlink(path.join(root, name), path.join(folder, name));
  for (const [target, source] of Object.entries(files)) {
    const file = path.join(folder, target);
    const up = path.relative(path.dirname(file), folder);
    const text = await readFile(path.join(root, source), 'utf8');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text.replaceAll(/'(\.\.\/)+src\//g, `'${up}/src/`));
  }
  for (const [target, line] of Object.entries(lines)) {
    const file = path.join(folder, target);
    await writeFile(file, `${await readFile(file, 'utf8')}${line}\n`);
  }
  return {
    folder,
    /** Runs the command. */
    perpixel: (...args: string[]) => run([path.join(folder, 'test/helpers/perpixelProcess.ts'), ...args], folder),
    /** Runs a program in which `perpixel` is the library. */
    async program(body: string) {
      const file = path.join(folder, 'program.ts');
      await writeFile(file, `import * as perpixel from './src/index.js';\n${body}\n`);
      return run([file], folder);
    },
  };
}

function run(args: readonly string[], cwd: string): Promise<Ran> {
  const loader = new URL('typescriptWorker.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', loader, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ran = { code: 0, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      ran[name] += text;
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code: code ?? -1 })));
}
