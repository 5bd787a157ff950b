import { readFile, writeFile } from 'node:fs/promises';
import type { ModelFile } from '../../onnx/modelFile.js';
import { presets } from '../../onnx/presets.js';
import type { Command } from '../command.js';
import type { Io } from '../io.js';
import { optionError } from '../optionError.js';
import { printable } from '../printable.js';

/** `perpixel models [NAME]`: what is shipped, or the whole card of one model; `models add FILE` writes a card beside one of other people's. */
export const modelsCommand: Command = {
  command: 'models [name] [file]',
  describe: 'List the models with their cards',
  declare: (parser) =>
    parser
      .positional('name', {
        type: 'string',
        describe: 'One model: its name, or the path of an .onnx file; `add`, to say what a file of your own is',
      })
      .positional('file', { type: 'string', describe: 'The .onnx file that a card is written beside' })
      .option('preset', {
        choices: Object.keys(presets),
        requiresArg: true,
        describe: Object.entries(presets)
          .map(([name, { summary }]) => `${name}: ${summary}`)
          .join('; '),
      })
      .example(
        '$0 models add depth_anything_v2_vits.onnx --preset depth-anything-v2',
        'Then: perpixel depth ... --model FILE',
      )
      .option('json', { type: 'boolean', default: false, describe: 'The cards as JSON' }),
  async run(args, io) {
    const { name, file, preset, json } = args as { name?: string; file?: string; preset?: string; json: boolean };
    if (name === 'add') return addCard(file, preset, io);
    for (const [option, value] of Object.entries({ file, preset })) {
      if (value !== undefined)
        throw optionError(option, value, 'add before it', 'perpixel models add FILE --preset NAME.');
    }
    const { readModel, readWeightsIndex } = await import('../../engines/weights.js');
    const names = name === undefined ? Object.keys(await readWeightsIndex()) : [name];
    const models = await Promise.all(names.map((each) => readModel(each)));
    if (json)
      io.stdout.write(
        `${JSON.stringify(
          models.map(({ card }) => card),
          null,
          2,
        )}\n`,
      );
    else io.stdout.write(models.map((model) => describe(model, name !== undefined)).join('\n'));
    return 0;
  },
};

/** Writes what a preset says beside a model, after a look whether that is one. */
async function addCard(file: string | undefined, preset: string | undefined, io: Io): Promise<0> {
  if (file === undefined || !/\.onnx$/i.test(file)) {
    throw optionError('file', file, 'an .onnx file', 'perpixel models add FILE --preset NAME.');
  }
  if (preset === undefined) {
    throw optionError('preset', preset, Object.keys(presets).join(', '), 'Name what the file is, or write its card.');
  }
  const [{ readModelFile, cardFileOf }, { writeWhole }] = await Promise.all([
    import('../../onnx/modelFile.js'),
    import('../../core/files/writeWhole.js'),
  ]);
  const { card } = await readModelFile(file, { overrides: presets[preset].card });
  const target = cardFileOf(file);
  const there = await readFile(target, 'utf8').catch(() => undefined);
  const text = `${JSON.stringify({ preset }, null, 2)}\n`;
  if (there !== undefined && there !== text) {
    throw optionError('file', file, `no ${target} beside it`, 'Change that card, or move it away.');
  }
  await writeWhole(target, (temporary) => writeFile(temporary, text));
  io.stdout.write(
    `${printable(target)} says what it is: perpixel ${card.task} PHOTOS -o OUT --model ${printable(file)}\n`,
  );
  return 0;
}

function describe({ card, bytes }: ModelFile, whole: boolean): string {
  const size = `${(card.parameters / 1e6).toFixed(2)} M parameters, ${(bytes.length / 1e6).toFixed(1)} MB`;
  const lines = [
    `${card.name}`,
    `  ${card.task}, ${card.channels === 1 ? 'grey' : 'colour'}; ${card.network}, ${size}; ${card.licence}`,
    ...(whole ? [`  stride ${card.stride}, sees ${card.receptiveRadius} pixels to each side`] : []),
    ...(whole ? card.data.map((set) => `  trained on ${set.name} (${set.licence})`) : []),
    ...card.scores.map(({ set, metric, value, command }) =>
      whole ? `  ${set}: ${metric} ${value}    ${command}` : `  ${set}: ${metric} ${value}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
