import { engines, enginesThat } from '../../engines/registry.js';
import type { Command } from '../command.js';

/** `perpixel setup ENGINE`: once a user, in the cache folder. */
export const setupCommand: Command = {
  command: 'setup <what>',
  describe: 'Install an engine for this user',
  declare: (parser) =>
    parser
      .positional('what', {
        choices: enginesThat('setup'),
        describe: engines.flatMap(({ name, setup }) => (setup ? `${name}: ${setup.summary}` : [])).join('; '),
      })
      .example('$0 setup tensorflow', 'Then: perpixel doctor'),
  async run({ what }, io) {
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
    return 0;
  },
};
