import { expect, test } from 'vitest';
import { bindInputs } from '../../src/engines/bindInputs.js';
import type { ModelFile } from '../../src/onnx/modelFile.js';
import { tinyCard } from '../helpers/tinyModel.js';

const model: ModelFile = { path: 'mine.onnx', card: tinyCard, bytes: new Uint8Array() };
const image = { data: new Float32Array(1), dims: [1, 1, 1, 1] };
const sigma = { data: new Float32Array(1), dims: [1, 1, 1, 1] };

test.each([
  ['all that is offered', ['sigma', 'image'], { sigma, image }],
  ['a blind model', ['image'], { image }],
  ['one that calls the picture what it likes', ['x'], { x: image }],
])('%s', (_, expected, bound) => expect(bindInputs(model, expected, { image, sigma })).toEqual(bound));

test('one that asks for what the task does not offer', () => {
  expect(() => bindInputs(model, ['image', 'depth'], { image, sigma })).toThrow(
    'mine.onnx: a model that asks for image, depth; expected none but image, sigma.',
  );
});
