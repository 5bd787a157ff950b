import { engines, enginesThat } from '../../engines/registry.js';
import type { Command } from '../command.js';
import type { Io } from '../io.js';
import { optionError } from '../optionError.js';

/** `perpixel setup ENGINE`: once a user, in the cache folder. `perpixel setup --prune`: once an installation. */
export const setupCommand: Command = {
  command: 'setup [what]',
  describe: 'Install the TensorFlow engine for this user, or make the installation smaller',
  declare: (parser) =>
    parser
      .positional('what', {
        choices: enginesThat('setup'),
        describe: engines.flatMap(({ name, setup }) => (setup ? `${name}: ${setup.summary}` : [])).join('; '),
      })
      .option('prune', {
        type: 'boolean',
        default: false,
        describe: "Remove ONNX Runtime's libraries for other kinds of machines from this installation",
      })
      .example('$0 setup tensorflow', 'Then: perpixel doctor')
      .example('$0 setup --prune', 'Then: du -sm node_modules'),
  async run(args, io) {
    const { what, prune } = args as { what?: string; prune: boolean };
    if (what === undefined && !prune) {
      throw optionError('prune', 'neither an engine nor --prune', 'one of them', 'See: perpixel setup --help.');
    }
    if (what !== undefined) await install(what, io);
    if (prune) await removeOthers(io);
    return 0;
  },
};

async function install(what: string, io: Io): Promise<void> {
  const { setup } = engines.find(({ name }) => name === what)!;
  const folder = await setup!.run({
    cacheDir: io.cacheDir,
    env: io.env,
    execPath: process.execPath,
    platform: process.platform,
    arch: process.arch,
    report: (step) => io.stderr.write(`${step}\n`),
    signal: io.signal,
  });
  io.stdout.write(`${what} is in ${folder}\n`);
}

async function removeOthers(io: Io): Promise<void> {
  const { prune } = await import('../../engines/onnxruntime/prune.js');
  const { folder, kept, removed } = await prune();
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  for (const { name, bytes } of removed) io.stdout.write(`Removed ${name}: ${megabytes(bytes)}\n`);
  const sum = removed.reduce((total, { bytes }) => total + bytes, 0);
  const what = removed.length > 0 ? `${megabytes(sum)} less` : 'nothing left to remove';
  io.stdout.write(`${what} in ${folder}, which keeps ${kept}\n`);
}
