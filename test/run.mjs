/**
 * `npm test`: everything from a fresh clone on a fresh machine to the last test. Installs what is missing (npm packages;
 * as root on Debian, the programs that tests compare with; the TensorFlow engine), checks types and style, runs all
 * tests, and closes with a line `N passed, N failed`. For single tests: `npx vitest run test/images`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** @param {string} command @param {string[]} args */
const run = (command, args) => spawnSync(command, args, { stdio: 'inherit' }).status === 0;
/** @param {string} command @param {string[]} args */
const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
/** @param {string} program */
const has = (program) => works('sh', ['-c', `command -v ${program}`]);

/** @param {number} passed @param {number} failed */
function close(passed, failed) {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** @param {boolean} done @param {string} what */
function must(done, what) {
  if (done) return;
  console.log(`Could not ${what}.`);
  close(0, 1);
}

/** What tests compare with, or run on: independent readers, a browser, a Vulkan driver in software, a compiler for tfjs-node. */
const debianPackages = [
  { name: 'ffmpeg', isThere: () => has('ffprobe') },
  { name: 'libimage-exiftool-perl', isThere: () => has('exiftool') },
  { name: 'chromium-common', isThere: () => existsSync('/usr/lib/chromium/vk_swiftshader_icd.json') },
  { name: 'chromium', isThere: () => has('chromium') },
  { name: 'libvulkan1', isThere: () => works('sh', ['-c', '/sbin/ldconfig -p | grep -q libvulkan.so.1']) },
  { name: 'dcraw', isThere: () => has('dcraw') },
  { name: 'libraw-bin', isThere: () => has('dcraw_emu') },
  { name: 'libjxl-tools', isThere: () => has('djxl') },
  { name: 'python3', isThere: () => has('python3') },
  { name: 'g++', isThere: () => has('g++') },
  { name: 'make', isThere: () => has('make') },
  { name: 'redis-server', isThere: () => has('redis-server') },
];
const missing = debianPackages.filter(({ isThere }) => !isThere()).map(({ name }) => name);
const isRootOnDebian = has('apt-get') && process.getuid?.() === 0;
if (missing.length > 0) {
  if (isRootOnDebian) {
    run('apt-get', ['update', '-qq']);
    must(
      run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]),
      `install ${missing.join(', ')}`,
    );
  } else {
    console.log(`Some tests will fail without these Debian packages: apt-get install ${missing.join(' ')}`);
  }
}
// An S3 server that honours conditional writes.
const hasMoto = () => works('python3', ['-c', 'import moto.server, flask']);
if (!hasMoto()) {
  // Debian has no package of it, and lets pip install beside its own only where it is told to.
  if (isRootOnDebian) {
    process.env.PIP_BREAK_SYSTEM_PACKAGES = '1';
    if (!works('python3', ['-m', 'pip', '--version'])) run('apt-get', ['install', '-y', '-qq', 'python3-pip']);
  }
  run('python3', ['-m', 'pip', 'install', '--quiet', 'moto[server]']);
}
const pythonHas = () => works('python3', ['-c', 'import numpy, PIL']);
if (!pythonHas() && !run('python3', ['-m', 'pip', 'install', '--quiet', 'numpy', 'Pillow'])) {
  run('apt-get', ['install', '-y', '-qq', 'python3-numpy', 'python3-pil']);
}

/** @param {string} file */
const modifiedAt = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);
const isInstalled = modifiedAt('node_modules/.package-lock.json') >= modifiedAt('package-lock.json');
if (!isInstalled) must(run('npm', ['ci']), 'install the npm packages');
must(run('npm', ['run', '--silent', 'build']), 'build');
must(run(process.execPath, ['bin/perpixel.js', 'setup', 'tensorflow']), 'set up the TensorFlow engine');
const isClean = run('npm', ['run', '--silent', 'check']);

const report = join(mkdtempSync(join(tmpdir(), 'perpixel-report-')), 'report.json');
run('npx', ['vitest', 'run', '--project=*', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
must(existsSync(report), 'run the tests');
/** @type {{ numPassedTests: number, numTotalTests: number, testResults: { status: string, assertionResults: object[] }[] }} */
const { numPassedTests, numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
// What was skipped counts as failed, and so do a file that could not even be loaded, and types or style that are not clean.
const unloaded = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
);
close(numPassedTests + (isClean ? 1 : 0), numTotalTests - numPassedTests + unloaded.length + (isClean ? 0 : 1));
