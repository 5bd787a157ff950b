import { stat, writeFile } from 'node:fs/promises';
import { readRegular } from '../../core/files/openRegular.js';
import { findTfjs } from '../../engines/tensorflow/findTfjs.js';
import type { Runs } from '../../training/run.js';
import type { Command } from '../command.js';
import { optionError } from '../optionError.js';

/** `perpixel export RUN -o model.onnx`: the averaged weights of a run, or the mean of several, as an ONNX file with its card. */
export const exportCommand: Command = {
  command: 'export <runs..>',
  describe: 'Turn a training run into an ONNX model',
  declare: (parser) =>
    parser
      .positional('runs', {
        type: 'string',
        default: undefined,
        describe: 'Folder that `perpixel train --run` wrote; of several, the mean of their weights is taken',
      })
      .option('output', { alias: 'o', type: 'string', demandOption: true, describe: 'The .onnx file to write' })
      .option('name', { type: 'string', demandOption: true, describe: 'Name of the model' })
      .option('card', {
        type: 'string',
        describe: 'JSON file with the rest of its card: licence, data, scores; a measured receptiveRadius',
      })
      .option('weights', {
        choices: ['float16', 'float32', 'int8'] as const,
        default: 'float16' as const,
        describe: 'How weights are stored; they are computed with as float32',
      })
      .example('$0 export runs/denoise -o mine.onnx --name mine', 'Then: perpixel denoise --model mine.onnx ...'),
  async run(args, io) {
    const { runs, output, name, card, weights } = args as unknown as {
      runs: Runs;
      output: string;
      name: string;
      card?: string;
      weights: 'float16' | 'float32' | 'int8';
    };
    findTfjs(io.cacheDir);
    const [{ toOnnx }, { networkFor }, { modelOfRuns }, { writeWhole }] = await Promise.all([
      import('../../onnx/toOnnx.js'),
      import('../../models/registry.js'),
      import('../../training/run.js'),
      import('../../core/files/writeWhole.js'),
    ]);
    await requireOwnModel(output);
    const { config, model } = await modelOfRuns(runs);
    const { network } = networkFor(config.task, config.network);
    const { normalisation } = network;
    const stated = card === undefined ? {} : await readCardFile(card);
    const bytes = toOnnx(model, {
      weights,
      card: {
        ...network.geometry(config.options),
        ...stated,
        ...{ name, task: config.task, network: config.network, options: config.options },
        ...(normalisation && { normalisation: { mean: [normalisation.mean], scale: [normalisation.scale] } }),
      },
    });
    await writeWhole(output, (temporary) => writeFile(temporary, bytes), { signal: io.signal });
    io.stdout.write(`${output}: ${model.countParams()} parameters, ${(bytes.length / 1e6).toFixed(1)} MB\n`);
    return 0;
  },
};

/** @throws PerpixelError E_OPTION where a file of that name is there that is no model with a card */
async function requireOwnModel(output: string): Promise<void> {
  const isThere = await stat(output).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const { readModelFile } = await import('../../onnx/modelFile.js');
  await readModelFile(output).catch((cause) => {
    const expected = 'a new file, or a model that was exported before';
    throw optionError('output', output, expected, 'Choose another name: other files are never written over.', cause);
  });
}

async function readCardFile(file: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse((await readRegular(file)).toString());
  } catch (cause) {
    throw optionError('card', file, 'a file of JSON that can be read', 'See docs/models.md for its fields.', cause);
  }
}
