import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import type { SetupOptions } from '../engine.js';
import { stagedTensorflow, TFJS_VERSION } from './findTfjs.js';
import { ProgramError, runProgram } from './runProgram.js';

/** The last release of TensorFlow that was seen to be as fast as the 2.9.1 that tfjs-node is written for. */
const WHEEL = 'tensorflow-cpu==2.15.1';
const NODE_GYP = '11.5.0';
/** Libraries, headers, the wheel they come in, and node_modules, all at once. */
const BYTES_NEEDED = 2e9;

/**
 * Puts TensorFlow where the tensorflow engine finds it, for all projects of this user, without the download that
 * tfjs-node's own install wants: tfjs-node from npm, libtensorflow from the PyPI wheel, the binding built with g++.
 *
 * Takes one or two minutes and 250 MB of download. What is there already is kept, also of a run that was broken off; the
 * folder gets its name only when TensorFlow has computed something in it.
 *
 * @returns the folder.
 * @throws PerpixelError E_ENGINE where the platform is not supported or a tool or the network is missing, E_WRITE where
 *   space or permission is missing.
 */
export async function setupTensorflow(options: SetupOptions): Promise<string> {
  const { cacheDir, platform, arch, report = () => {} } = options;
  const done = stagedTensorflow(cacheDir);
  if (existsSync(done)) return done;
  if (platform !== 'linux' || arch !== 'x64') {
    throw refusal(
      `${platform} ${arch}`,
      'Linux on x64',
      `Run \`npm install @tensorflow/tfjs-node@${TFJS_VERSION}\` in your project: it brings its own TensorFlow here.`,
    );
  }
  const staging = `${done}.partial`;
  try {
    await makeRoom(staging);
    const python = await findTools(options);
    report('Installing tfjs-node from npm (1 of 4)');
    await installTfjsNode(staging, options);
    report('Fetching libtensorflow from PyPI, 207 MB (2 of 4)');
    await fetchLibraries(staging, python, options);
    report('Building the binding (3 of 4)');
    await buildBinding(staging, options);
    report('Trying it (4 of 4)');
    await tryIt(staging, options);
    await rm(path.join(staging, 'libtensorflow', 'tensorflow', 'include'), { recursive: true });
    await rename(staging, done);
    return done;
  } catch (error) {
    throw setupError(error, staging);
  }
}

async function makeRoom(staging: string): Promise<void> {
  await mkdir(staging, { recursive: true });
  const { bavail, bsize } = await statfs(staging);
  if (bavail * bsize < BYTES_NEEDED) {
    throw Object.assign(new Error(`${Math.round((bavail * bsize) / 1e6)} MB free`), { code: 'ENOSPC' });
  }
}

/** Looks before the download for what is needed after it. @returns the name of Python. */
async function findTools({ env, signal }: SetupOptions): Promise<string> {
  for (const tool of ['npm', 'make', 'g++']) await runProgram(tool, ['--version'], { env, signal });
  const python = await runProgram('python3', ['--version'], { env, signal }).then(
    () => 'python3',
    () => 'python',
  );
  await runProgram(python, ['-m', 'pip', '--version'], { env, signal });
  return python;
}

async function installTfjsNode(staging: string, { env, signal }: SetupOptions): Promise<void> {
  const mark = path.join(staging, 'node_modules', '.package-lock.json');
  if (existsSync(mark)) return;
  await writeFile(path.join(staging, 'package.json'), JSON.stringify({ name: 'perpixel-tensorflow', private: true }));
  const packages = [`@tensorflow/tfjs-node@${TFJS_VERSION}`, `node-gyp@${NODE_GYP}`];
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  await runProgram('npm', ['install', ...flags, ...packages], { cwd: staging, env, signal });
}

/** A wheel is a zip; of its 10 000 files this takes the two libraries and the headers. */
const EXTRACT = `
import sys, zipfile
wheel, target = sys.argv[1:]
wanted = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2', 'tensorflow/include/')
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(wanted)])
`;

async function fetchLibraries(staging: string, python: string, { env, signal }: SetupOptions): Promise<void> {
  const libraries = path.join(staging, 'libtensorflow');
  if (existsSync(libraries)) return;
  const download = path.join(staging, 'download');
  const of = ['--no-deps', '--only-binary=:all:', '--python-version', '3.11', '--implementation', 'cp'];
  const pip = ['-m', 'pip', 'download', WHEEL, ...of, '--platform', 'manylinux_2_17_x86_64', '--dest', download];
  await runProgram(python, [...pip, '--disable-pip-version-check', '--progress-bar', 'off'], { env, signal });
  const wheel = (await readdir(download)).find((name) => name.endsWith('.whl'))!;
  const extracting = `${libraries}.partial`;
  await runProgram(python, ['-c', EXTRACT, path.join(download, wheel), extracting], { env, signal });
  await rename(extracting, libraries);
  await rm(download, { recursive: true });
}

async function buildBinding(staging: string, { env, execPath, signal }: SetupOptions): Promise<void> {
  const tfjsNode = path.join(staging, 'node_modules', '@tensorflow', 'tfjs-node');
  await linkLibraries(tfjsNode);
  const headers = nodeHeaders(execPath);
  const buildEnv = {
    ...env,
    PATH: [path.join(staging, 'node_modules', '.bin'), path.dirname(execPath), env.PATH].join(path.delimiter),
    ...(headers && { npm_config_nodedir: headers }),
  };
  await runProgram(execPath, ['scripts/install.js'], { cwd: tfjsNode, env: buildEnv, signal });
}

/** The names that tfjs-node's binding is linked with, relative so that the whole can be renamed. */
async function linkLibraries(tfjsNode: string): Promise<void> {
  const deps = path.join(tfjsNode, 'deps');
  await rm(deps, { recursive: true, force: true });
  await mkdir(path.join(deps, 'lib'), { recursive: true });
  const source = '../../../../libtensorflow/tensorflow';
  await symlink(path.join(source, 'include'), path.join(deps, 'include'));
  for (const name of ['libtensorflow.so', 'libtensorflow.so.2', 'libtensorflow.so.2.9.1', 'libtensorflow_cc.so.2']) {
    await symlink(path.join('..', source, 'libtensorflow_cc.so.2'), path.join(deps, 'lib', name));
  }
  for (const name of ['libtensorflow_framework.so', 'libtensorflow_framework.so.2']) {
    await symlink(path.join('..', source, 'libtensorflow_framework.so.2'), path.join(deps, 'lib', name));
  }
}

/** The folder above include/node, where this node brought its headers; else node-gyp fetches them. */
function nodeHeaders(execPath: string): string | undefined {
  const candidates = [path.dirname(path.dirname(execPath)), '/usr', '/usr/local'];
  return candidates.find((folder) => existsSync(path.join(folder, 'include', 'node', 'node_api.h')));
}

/** Computes one sum, in a process of its own: what a broken library does to a process is not foreseeable. */
const TRIAL = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value == null;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');
if (tf.getBackend() !== 'tensorflow' || tf.add([1], [2]).dataSync()[0] !== 3) throw new Error('1 + 2 is not 3');
`;

async function tryIt(staging: string, { env, execPath, signal }: SetupOptions): Promise<void> {
  await runProgram(execPath, ['-e', TRIAL], { cwd: staging, env, signal });
}

const cures: [RegExp, string][] = [
  [/No module named pip/, 'Install pip (Debian: `apt install python3-pip`), then run it again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network|NewConnectionError|name resolution|No matching distribution/i,
    'Check that registry.npmjs.org and pypi.org, or mirrors set in npm and pip, can be reached; run it again to go on from here.',
  ],
];

/** What the missing program is in, for those who know no Debian names: the error names the program as well. */
const packages: Record<string, string> = {
  npm: 'npm',
  make: 'build-essential',
  'g++': 'build-essential',
  python: 'python3 python3-pip',
};

function setupError(error: unknown, staging: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS' || /ENOSPC|No space left/.test(String(error))) {
    return new PerpixelError({
      code: 'E_WRITE',
      subject: staging,
      received: (error as Error).message,
      expected: `a cache folder to write to, with ${BYTES_NEEDED / 1e9} GB free`,
      cure: 'Make room, or name another cache folder (XDG_CACHE_HOME).',
      cause: error,
    });
  }
  if (!(error instanceof ProgramError)) return error;
  if (error.exitCode === undefined) {
    const debian = packages[error.program] ?? error.program;
    return refusal(`no ${error.program}`, 'it on the PATH', `Install it (Debian: \`apt install ${debian}\`).`, error);
  }
  const cure = cures.find(([pattern]) => pattern.test(error.output))?.[1];
  return refusal(error.message, 'it to succeed', cure ?? `Run it again; remove ${staging} to start anew.`, error);
}

function refusal(received: string, expected: string, cure: string, cause?: unknown): PerpixelError {
  return new PerpixelError({ code: 'E_ENGINE', subject: 'setup tensorflow', received, expected, cure, cause });
}
