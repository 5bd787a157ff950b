import { expect, test } from 'vitest';
import { tasks } from '../../src/tasks/registry.js';
import type { AnyTask } from '../../src/tasks/task.js';

const noise = { sigma: 6.2, noise: 6.2, noiseEstimated: true };
const camera = { ...noise, noiseKind: 'camera', luma: 6.2, chroma: 3.14, shadows: 8, lights: 6 };
const view = { focal: 1250, focalFrom: 'exif' };
const kernel = { kernelSize: '15 x 13', kernelEstimated: true, ...noise };

test.each<[keyof typeof tasks, object, string[]]>([
  ['denoise', noise, ['noise found: 6.2 of 255']],
  ['denoise', camera, ['noise found: 6.2 of 255, stronger in the shadows, 3.1 in colours']],
  ['denoise', { ...camera, shadows: 3, noiseKind: 'white' }, ['noise found: 6.2 of 255, stronger in the lights']],
  ['denoise', { ...noise, noiseEstimated: false }, ['noise as given: 6.2 of 255']],
  ['denoise', { ...noise, sigma: 0, noise: 0.2, shadows: 1, lights: 0 }, ['no noise found']],
  ['denoise', { ...noise, jpegQuality: 30 }, [expect.anything(), 'blocks and ringing of JPEG taken out, quality 30']],
  ['deblur', kernel, ['blur looked for: a kernel of 15 x 13 pixels', 'noise found: 6.2 of 255']],
  ['deblur', { ...kernel, leftAlone: 'moving' }, [expect.anything(), expect.anything(), 'left as it is: moving']],
  ['inpaint', { holePixels: 0, texturePixels: 0 }, ['left as it is: no holes found']],
  ['inpaint', { holePixels: 0, texturePixels: 0, leftAlone: 'no dust found' }, ['left as it is: no dust found']],
  [
    'inpaint',
    { holePixels: 9, texturePixels: 4 },
    ['holes filled: 9 pixels', expect.stringMatching(/^texture .* 4 pixels$/)],
  ],
  ['derain', {}, []],
  ['pose', {}, []],
  ['membranes', {}, []],
  ['membranes', { cells: 212 }, ['212 cells found']],
  ['depth', view, ['focal length: 1250 pixels, from its EXIF']],
  ['depth', { ...view, focalFrom: 'assumed' }, [expect.stringContaining('assumed, as of 28 mm')]],
  [
    'normals',
    { ...view, familiarity: 0.964 },
    [expect.anything(), expect.stringMatching(/^likeness to the rooms .* 96 of 100/)],
  ],
  ['labels', { classes: 40 }, ['40 classes told apart']],
  [
    'labels',
    { classes: 11, familiarity: 0.2 },
    [expect.anything(), expect.stringMatching(/^likeness to the streets .* 20 of 100/)],
  ],
])('%s of %j, in words', (name, report, words) => {
  expect((tasks[name] as AnyTask).words!(report)).toEqual(words);
});

test('every task has words', () => {
  expect(Object.values(tasks).filter(({ words }) => words === undefined)).toEqual([]);
});
