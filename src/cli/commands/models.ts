import type { ModelFile } from '../../onnx/modelFile.js';
import type { Command } from '../command.js';

/** `perpixel models [NAME]`: what is shipped, or the whole card of one model. */
export const modelsCommand: Command = {
  command: 'models [name]',
  describe: 'List the models with their cards',
  declare: (parser) =>
    parser
      .positional('name', { type: 'string', describe: 'One model: its name, or the path of an .onnx file' })
      .option('json', { type: 'boolean', default: false, describe: 'The cards as JSON' }),
  async run(args, io) {
    const { name, json } = args as { name?: string; json: boolean };
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
