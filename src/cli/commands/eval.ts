import path from 'node:path';
import type { Quality } from '../../tasks/task.js';
import { engineOptions, engineSchema, sessionsOf } from '../engineOptions.js';
import type { Command } from '../main.js';
import { pictureList } from '../pictureList.js';
import { schemaValues } from '../schemaOptions.js';

interface EvalArgs {
  task: 'denoise';
  clean: string[];
  sigma: number[];
  grey: boolean;
  estimate: boolean;
  noisy?: string;
  quality: Quality;
  json: boolean;
}

/** `perpixel eval denoise CLEAN`: noise of known level on clean pictures, and how much of it is left. */
export const evalCommand: Command = {
  command: 'eval <task> <clean..>',
  describe: 'Measure a task on a folder of clean photos',
  declare: (parser) =>
    parser
      .positional('task', { choices: ['denoise'] as const, describe: 'What to measure' })
      .positional('clean', { type: 'string', describe: 'Folders of clean photos, or lists of paths' })
      .option('sigma', { type: 'number', array: true, default: [15, 25, 50], describe: 'Noise levels, of 255' })
      .option('grey', { type: 'boolean', default: false, describe: 'Photos as .299 R + .587 G + .114 B' })
      .option('estimate', { type: 'boolean', default: false, describe: 'The task has to estimate the noise itself' })
      .option('noisy', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder of noisy .npy files of the same names, instead of noise drawn here; give their one --sigma',
      })
      .option('quality', {
        choices: ['balanced', 'best'] as const,
        default: 'balanced' as const,
        describe: 'As in denoise',
      })
      .options(engineOptions)
      .option('json', { type: 'boolean', default: false, describe: 'One JSON line a noise level' })
      .example('$0 eval denoise CBSD68 --grey --sigma 25', 'Mean PSNR and SSIM over the folder'),
  async run(args, io) {
    const given = args as unknown as EvalArgs;
    const { evaluateDenoise } = await import('../evaluations/denoise.js');
    const photos = await pictureList(given.clean);
    const engine = schemaValues(engineSchema, args);
    const sessions = await sessionsOf(given.task, engine, io);
    try {
      if (!given.json)
        io.stdout.write(`${['sigma', 'images', 'noisy', 'psnr', 'ssim', 'estimated'].map(cell).join('')}\n`);
      for (const sigma of given.sigma) {
        const scores = await evaluateDenoise(photos, sigma, {
          open: sessions.open,
          grey: given.grey,
          estimate: given.estimate,
          noisy:
            given.noisy === undefined
              ? undefined
              : (photo: string) => path.join(given.noisy!, `${path.parse(photo).name}.npy`),
          tile: engine.tile,
          quality: given.quality,
          signal: io.signal,
        });
        if (given.json) io.stdout.write(`${JSON.stringify({ task: given.task, grey: given.grey, ...scores })}\n`);
        else {
          const { images, noisyPsnr, psnr, ssim, estimatedSigma } = scores;
          const shown = [
            sigma,
            images,
            noisyPsnr.toFixed(2),
            psnr.toFixed(3),
            ssim.toFixed(4),
            estimatedSigma.toFixed(2),
          ];
          io.stdout.write(`${shown.map(cell).join('')}\n`);
        }
      }
    } finally {
      await sessions.dispose();
    }
    return 0;
  },
};

const cell = (value: string | number) => String(value).padStart(10);
