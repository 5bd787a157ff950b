import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { nyuClasses } from '../../src/geometry/nyuClasses.js';
import { LabelScores } from '../../src/metrics/labels.js';

const labels = (width: number, values: readonly number[]) =>
  ndarray(new Uint8Array(values), [values.length / width, width]);

test('by hand: void left out, absent classes not counted', () => {
  const scores = new LabelScores({ classes: 3 });
  scores.add(labels(3, [1, 1, 2, 2, 3, 1]), labels(3, [1, 1, 1, 2, 2, 0]));
  const { pixel, class: classAccuracy, frequencyJaccard, meanJaccard } = scores.figures;
  expect(pixel).toBeCloseTo(60);
  expect(classAccuracy).toBeCloseTo((100 * (2 / 3 + 1 / 2)) / 2);
  expect(meanJaccard).toBeCloseTo((100 * (2 / 3 + 1 / 3)) / 2);
  expect(frequencyJaccard).toBeCloseTo((100 * ((2 / 3) * 3 + (1 / 3) * 2)) / 5);
});

test('another index for void, class 0 a class as any other', () => {
  const scores = new LabelScores({ classes: 11, voidIndex: 11 });
  scores.add(labels(2, [0, 1, 5, 3]), labels(2, [0, 0, 11, 3]));
  expect(scores.figures.pixel).toBeCloseTo(200 / 3);
});

const map = (height: number, width: number, twist: number) =>
  Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return (x * 7 + y * 13 + x * y * twist) % 41;
  });

describe('as score.py gave', () => {
  const truth = map(20, 30, 1);
  const other = map(20, 30, 2);
  const predicted = truth.map((label, i) => ((Math.floor(i / 30) * 3 + (i % 30)) % 4 === 0 ? other[i] : label));

  test.each([
    [40, 77.133106, 77.076041, 63.676312, 63.518117],
    [13, 80.887372, 79.496674, 68.377153, 66.495119],
  ] as const)('%i classes', (classes, pixel, classAccuracy, frequencyJaccard, meanJaccard) => {
    const { from40 } = nyuClasses[classes];
    const scores = new LabelScores({ classes });
    scores.add(
      labels(
        30,
        predicted.map((k) => from40[k]),
      ),
      labels(
        30,
        truth.map((k) => from40[k]),
      ),
    );
    expect(scores.figures.pixel).toBeCloseTo(pixel, 4);
    expect(scores.figures.class).toBeCloseTo(classAccuracy, 4);
    expect(scores.figures.frequencyJaccard).toBeCloseTo(frequencyJaccard, 4);
    expect(scores.figures.meanJaccard).toBeCloseTo(meanJaccard, 4);
  });
});

describe('class sets of NYU Depth v2', () => {
  test.each([4, 13, 40] as const)('%i classes: each is used, none is beyond', (classes) => {
    const { names, from40 } = nyuClasses[classes];
    expect(names).toHaveLength(classes + 1);
    expect(from40).toHaveLength(41);
    expect(new Set(from40)).toEqual(new Set(names.keys()));
  });

  test.each([
    ['wall', 'wall', 'structure'],
    ['floor', 'floor', 'floor'],
    ['cabinet', 'furniture', 'furniture'],
    ['books', 'books', 'props'],
    ['television', 'tv', 'props'],
    ['blinds', 'window', 'structure'],
    ['void', 'void', 'void'],
  ])('%s is %s of 13 and %s of 4', (name40, name13, name4) => {
    const index = nyuClasses[40].names.indexOf(name40);
    expect(nyuClasses[13].names[nyuClasses[13].from40[index]]).toBe(name13);
    expect(nyuClasses[4].names[nyuClasses[4].from40[index]]).toBe(name4);
  });
});

test.each([
  ['E_SIZE', labels(2, [1, 2]), labels(1, [1, 2])],
  ['E_DATA', labels(2, [1, 2]), labels(2, [1, 7])],
])('%s where prediction and truth do not fit', (code, predicted, truth) => {
  expect(() => new LabelScores({ classes: 3 }).add(predicted, truth)).toThrow(expect.objectContaining({ code }));
});
