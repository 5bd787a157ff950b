import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunConfig } from '../../training/run.js';
import type { LogEntry } from '../../training/runLog.js';
import type { Io } from '../io.js';
import type { Command } from '../main.js';
import { optionError } from '../optionError.js';
import { pictureList } from '../pictureList.js';
import { duration } from '../report.js';

interface TrainArgs {
  task: 'denoise';
  data: string[];
  validate?: string[];
  run: string;
  channels: 1 | 3;
  widths: number[];
  blocks: number;
  steps: number;
  batch: number;
  crop: number;
  rate: number;
  clip: number;
  seed: number;
  from?: string;
  overwrite: boolean;
  json: boolean;
}

/** `perpixel train denoise --data FOLDER --run runs/mine`: goes on where it stopped when it is called again. */
export const trainCommand: Command = {
  command: 'train <task>',
  describe: 'Train a network on photos of your own',
  declare: (parser) =>
    parser
      .positional('task', { choices: ['denoise'] as const, describe: 'What to learn' })
      .option('data', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Folders of clean photos, or text files that list one path a line',
      })
      .option('validate', { type: 'string', array: true, describe: 'Photos to score on, never trained on; as --data' })
      .option('run', {
        type: 'string',
        demandOption: true,
        describe: 'Folder of the run; a run found there is gone on with',
      })
      .option('channels', { type: 'number', choices: [1, 3], default: 3, describe: '1 for grey, 3 for colour' })
      .option('widths', { type: 'number', array: true, default: [64, 128, 256], describe: 'Feature maps a level' })
      .option('blocks', { type: 'number', default: 2, describe: 'Residual blocks a level and way' })
      .option('steps', { type: 'number', default: 10_000, describe: 'Steps in all' })
      .option('batch', { type: 'number', default: 8, describe: 'Crops a step' })
      .option('crop', { type: 'number', default: 64, describe: 'Side of a crop in pixels' })
      .option('rate', { type: 'number', default: 1e-3, describe: 'Learning rate at its highest; falls as a cosine' })
      .option('clip', { type: 'number', default: 1, describe: 'Largest norm of a gradient' })
      .option('seed', { type: 'number', default: 1, describe: 'Of all that is drawn by chance' })
      .option('from', {
        type: 'string',
        describe: 'Run to start from; weights of the same name and shape are taken over',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Start anew, even if the run is there' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON line for each line of the log' })
      .example(
        '$0 train denoise --data photos --run runs/mine',
        'Then: perpixel export runs/mine -o mine.onnx --name mine',
      ),
  async run(args, io) {
    const options = args as unknown as TrainArgs;
    const { loadTensorflow } = await import('../../engines/tensorflow.js');
    const [{ train }, { claimRun, loadAveragedWeights }, { readCheckpoint }, { networks }] = await Promise.all([
      import('../../training/train.js'),
      import('../../training/run.js'),
      import('../../training/checkpoint.js'),
      import('../../models/networks.js'),
    ]);
    const [{ prefetch }, { denoiseRecipe }, { default: noisyBatches }, { adam }, { cosine }] = await Promise.all([
      import('../../training/prefetch.js'),
      import('../../training/recipes/denoise.js'),
      import('../../training/recipes/noisyBatches.js'),
      import('../../training/optimisers/adam.js'),
      import('../../training/schedules.js'),
    ]);

    const photos = await pictureList(options.data);
    const held = options.validate ? await pictureList(options.validate) : [];
    const network = 'restoration-unet';
    const shape = { channels: options.channels, widths: options.widths, blocks: options.blocks };
    const { stride } = networks[network].geometry(shape);
    if (options.crop % stride !== 0) {
      throw optionError('crop', options.crop, `a multiple of ${stride}`, 'The network halves the picture that often.');
    }
    const { task, steps, batch, crop, rate, clip, seed } = options;
    const config: RunConfig = { task, network, options: shape, seed, steps, batch, crop, rate, clip };
    if (options.overwrite) await rm(options.run, { recursive: true, force: true });
    await claimRun(options.run, config);
    await loadTensorflow({ cacheDir: io.cacheDir });

    const model = networks[network].build(shape);
    if (options.from !== undefined) {
      const left = loadAveragedWeights(model, await readCheckpoint(path.join(options.from, 'checkpoint.safetensors')));
      io.stderr.write(`Weights from ${options.from}${left.length > 0 ? `, but for ${left.join(', ')}` : ''}\n`);
    }
    const drawn = { photos, channels: options.channels, seed, batch, crop };
    const batches = prefetch<Awaited<ReturnType<Awaited<ReturnType<typeof noisyBatches>>>>>(
      new URL('../../training/recipes/noisyBatches.js', import.meta.url),
      drawn,
    );
    try {
      const validation =
        held.length === 0 ? undefined : await validationBatches(noisyBatches, { ...drawn, photos: held });
      const done = await train(denoiseRecipe({ model, batches: batches.batch, validation }), {
        run: options.run,
        steps,
        rule: adam(),
        rate: cosine(rate, { steps, warmup: Math.min(200, steps / 10), floor: 0.01 }),
        clipNorm: clip,
        signal: io.signal,
        report: (entry) => tell(entry, options.json, io),
      });
      if (done < steps) io.stderr.write(`Stopped after step ${done}; the same command goes on from there.\n`);
    } finally {
      await batches.close();
    }
    return io.signal.aborted ? 130 : 0;
  },
};

async function validationBatches(
  make: typeof import('../../training/recipes/noisyBatches.js').default,
  drawn: Parameters<typeof make>[0],
) {
  const levels = await Promise.all(
    [15, 25, 50].map(async (sigma) => {
      const batchOf = await make({ ...drawn, sigma: sigma / 255 });
      return [sigma, Array.from({ length: 8 }, (_, step) => batchOf(step))] as const;
    }),
  );
  return Object.fromEntries(levels);
}

function tell(entry: LogEntry, json: boolean, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify(entry)}\n`);
    return;
  }
  const left = (entry.steps - entry.step) * entry.secondsPerStep;
  const scores = Object.entries(entry.scores ?? {}).map(([name, value]) => `  ${name} ${value.toFixed(2)}`);
  io.stderr.write(
    `step ${entry.step} of ${entry.steps}  loss ${entry.loss.toPrecision(4)}  rate ${entry.rate.toPrecision(2)}  ` +
      `${(1 / entry.secondsPerStep).toFixed(2)} steps/s  ${duration(left)} left${scores.join('')}\n`,
  );
}
