import type { Command } from '../command.js';

/** `perpixel setup tensorflow`: once a user, in his cache folder. */
export const setupCommand: Command = {
  command: 'setup <what>',
  describe: 'Install the TensorFlow engine for this user',
  declare: (parser) =>
    parser
      .positional('what', {
        choices: ['tensorflow'] as const,
        describe: 'From npm and PyPI, 250 MB of download, built with g++; needed for training only',
      })
      .example('$0 setup tensorflow', 'Then: perpixel doctor'),
  async run(_args, io) {
    const { setupTensorflow } = await import('../setup.js');
    const folder = await setupTensorflow({
      cacheDir: io.cacheDir,
      env: io.env,
      execPath: process.execPath,
      platform: process.platform,
      arch: process.arch,
      report: (step) => io.stderr.write(`${step}\n`),
      signal: io.signal,
    });
    io.stdout.write(`TensorFlow is in ${folder}\n`);
    return 0;
  },
};
