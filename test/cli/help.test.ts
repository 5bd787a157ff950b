import { expect, test } from 'vitest';
import { perpixel } from '../helpers/perpixel.js';

test.each([
  [['--help'], ['perpixel COMMAND', 'denoise', 'train', 'eval', 'export', 'models', 'doctor', 'setup']],
  [
    ['denoise', '--help'],
    ['--output', '--sigma', '--strength', '--model-radius', '--overwrite', '- -o - < noisy.png'],
  ],
  [
    ['train', '--help'],
    ['--data', '--run'],
  ],
  [
    ['eval', '--help'],
    ['eval denoise <pictures..>', 'Measure a task'],
  ],
  [
    ['eval', 'denoise', '--help'],
    ['--sigma', '--noisy', '--estimate', '--quality', '--tile'],
  ],
  [
    ['export', '--help'],
    ['--name', '--card'],
  ],
  [
    ['video', '--help'],
    ['video denoise <input..>', 'video depth <input..>'],
  ],
  [
    ['video', 'depth', '--help'],
    ['--focal', '--style', '--memory', '--segment'],
  ],
  [
    ['fleet', '--help'],
    ['fleet add <input> <task..>', 'fleet work', 'fleet status', 'fleet retry', 'fleet drain'],
  ],
  [
    ['fleet', 'add', '--help'],
    ['denoise, depth', '--output', '--redis'],
  ],
  [
    ['fleet', 'add', 'depth', '-o', 'normals', 'denoise', '--help'],
    ['--sigma', '--quality', '--include', '--shard'],
  ],
  [
    ['fleet', 'work', '--help'],
    ['--concurrency', '--root', '--metrics', '--device'],
  ],
  [['models', '--help'], ['--json']],
  [['doctor', '--help'], ['--json']],
  [['setup', '--help'], ['tensorflow']],
])('%j tells what there is, on standard output', async (args, words) => {
  const { code, stdout, stderr } = await perpixel(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const word of words) expect(stdout).toContain(word);
  expect(stdout).not.toContain('[default: []]');
  expect(stdout.split('\n').every((line) => line.length <= 110)).toBe(true);
});

test('a narrow terminal', async () => {
  const { stdout } = await perpixel(['denoise', '--help'], { columns: 70 });
  expect(stdout.split('\n').filter((line) => line.length > 70)).toEqual([]);
});

test('nothing at all shows the help as what was missing', async () => {
  const { code, stdout, stderr } = await perpixel([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('perpixel denoise');
});

test('the version is that of the package', async () => {
  const { default: description } = await import('../../package.json', { with: { type: 'json' } });
  expect(await perpixel(['--version'])).toMatchObject({ code: 0, stdout: `${description.version}\n` });
});

test.each([
  [['denose', 'x'], 'Did you mean denoise?', '--help'],
  [['sharpen'], 'Unknown command: sharpen', '--help'],
  [['denoise'], 'Too few arguments', 'denoise --help'],
  [['denoise', 'x'], 'Missing required argument: output', 'denoise --help'],
  [['denoise', 'x', '-o'], 'A value is missing after --o', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--sgima', '3'], 'Unknown argument: sgima', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--sigma', 'loud'], '--sigma: loud; expected a number', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--sigma=loud'], '--sigma: loud; expected a number', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--sigma', '5', '--sigma', '77'], '--sigma: 77; expected at most', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--engine', 'onnx', '--engine', 'abacus'], 'Given: "abacus"', 'denoise --help'],
  [
    ['denoise', 'x', '-o', 'y', '--sigma', '76'],
    '--sigma: 76; expected at most 75. Standard deviation of the noise',
    'denoise --help',
  ],
  [['denoise', 'x', '-o', 'y', '--tile', '0'], '--tile: 0; expected at least 1', 'denoise --help'],
  [['denoise', 'x', '-o', 'y', '--threads', '1.5'], '--threads: 1.5; expected a whole number', 'denoise --help'],
  [['denoise', 'x', 'y', '-o', 'z', '-o', 'z.png'], '--output: z.png; expected one photo', 'denoise --help'],
  [
    ['denoise', 'x', '-o', 'y', '--engine', 'abacus'],
    'Invalid values: Argument: engine, Given: "abacus", Choices: "onnx"',
    'denoise --help',
  ],
  [['denoise', 'x', '-o', 'y', '--model-scale', '0'], '--model-scale: 0; expected more than 0', 'denoise --help'],
  [['denoise', 'x', 'y', '-o', 'z.png'], '--output: z.png; expected one photo', 'denoise --help'],
  [['denoise', '-', '-o', '-', '--json'], '--json: true; expected a folder', 'denoise --help'],
  [['fleet'], 'Name a command', 'fleet --help'],
  [['fleet', 'add', 'x', '-o', 'y', 'paint'], '--task: paint; expected deblur', 'fleet add --help'],
  [['fleet', 'add', 'x', '-o', 'y', 'denoise', '--sgima', '3'], 'Unknown argument: sgima', 'fleet add --help'],
  [['fleet', 'add', 'src', '-o', 'src', 'denoise'], '--output: src; expected another place', 'fleet add --help'],
  [['fleet', 'add', 'README.md', '-o', 'y', 'denoise'], 'README.md; expected a folder, or s3', 'fleet add --help'],
  [['fleet', 'status'], '--redis: no address; expected that of a Redis', 'fleet status --help'],
  [['eval'], 'Name a task', 'eval --help'],
  [['eval', 'sharpen', 'x'], 'Unknown commands: sharpen', 'eval --help'],
  [['eval', 'denoise', 'x', '--sgima', '3'], 'Unknown argument: sgima', 'eval denoise --help'],
])('%j was wrong: exit code 2, and where to look', async (args, message, help) => {
  const { code, stdout, stderr } = await perpixel(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(new RegExp(`^perpixel: .*\nTry: perpixel ${help}\n$`, 's'));
});
