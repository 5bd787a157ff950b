import ndarray from 'ndarray';
import { firstValueFrom, of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { classBytes } from '../../src/answers/classes.js';
import { depthColour } from '../../src/answers/depthColour.js';
import { depth } from '../../src/tasks/depth/task.js';
import { labels } from '../../src/tasks/labels/task.js';
import { normals } from '../../src/tasks/normals/task.js';
import type { Result } from '../../src/tasks/result.js';
import type { AnyTask } from '../../src/tasks/task.js';
import { layoutName } from '../../src/video/layout.js';
import { type MapPicturesOptions, mapPictures, pictureFormat } from '../../src/video/mapPictures.js';
import { format } from './format.js';

const video = format({ width: 3, height: 1, tags: { space: 'bt2020nc' }, pixelAspect: { num: 4, den: 3 } });
/** The second is at 0.4 of the way from the nearest to the farthest, on a logarithmic scale. */
const resultOf = (task: AnyTask, value: unknown): Result => ({
  task,
  value,
  facts: {},
  report: {},
  notices: [],
  isUnchanged: false,
  size: [1, 1],
});
const depthsOf = (...metres: number[]) => resultOf(depth, ndarray(Float32Array.from(metres), [1, 3, 1]));
const depths = depthsOf(0.5, 0.5 * 20 ** 0.4, 10);
const facing = resultOf(normals, ndarray(new Float32Array([0, 0, 1, -1, 0, 0, 0, 1, 0]), [1, 3, 3]));
const classes = {
  ...resultOf(labels, ndarray(new Uint8Array([0, 7, 40]), [1, 3, 1])),
  facts: { names: Array.from({ length: 41 }, (_, index) => `class ${index}`) },
};

async function picture(result: Result, options?: MapPicturesOptions) {
  const raster = { pixels: ndarray(new Float32Array(9), [1, 3, 3]), metadata: { format: 'png', bitDepth: 8 } } as const;
  return firstValueFrom(of({ index: 4, pts: 9, format: video, raster, result }).pipe(mapPictures(options)));
}

const inFloat = (values: number[]) => Array.from(Float32Array.from(values));

describe('pictures of', () => {
  test.each<[string, Result, MapPicturesOptions, number[]]>([
    ['depth: warm is near', depths, {}, [1, 0.6, 0].flatMap((share) => [...depthColour(share)])],
    ['depth in another range', depths, { near: 10, far: 20 }, [1, 1, 1].flatMap((share) => [...depthColour(share)])],
    ['depth in grey: white is near', depths, { style: 'grey' }, [1, 0.6, 0]],
    ['depth in millimetres', depths, { style: 'mm' }, [500 / 65535, (500 * 20 ** 0.4) / 65535, 10000 / 65535]],
    ['normals', facing, {}, [0.5, 0.5, 1, 0, 0.5, 0.5, 0.5, 1, 0.5]],
    ['classes', classes, {}, [0, 7, 40].flatMap((id) => classBytes({}, id).map((byte) => byte / 255))],
  ])('%s', async (_, result, options, expected) => {
    const { raster } = await picture(result, options);
    for (const [i, value] of inFloat(expected).entries()) expect(raster.pixels.data[i]).toBeCloseTo(value, 5);
    expect(raster.pixels.shape).toEqual([1, 3, expected.length / 3]);
  });

  test('depth of more than 16 bits can say is the most that they can', async () => {
    const far = depthsOf(70, 65.535, 1);
    expect((await picture(far, { style: 'mm' })).raster.pixels.data).toEqual(new Float32Array([1, 1, 1000 / 65535]));
  });

  test('a frame keep its place and time', async () => {
    expect(await picture(depths)).toMatchObject({ index: 4, pts: 9, format: { width: 3, height: 1 } });
  });
});

test.each([
  ['colour', 'yuv420p', 'limited', 'bt709'],
  ['grey', 'gray', 'limited', 'bt709'],
  ['mm', 'gray16le', 'full', undefined],
] as const)('frames of %s are %s, and say nothing of the colours of the source', (style, layout, range, space) => {
  const pictures = pictureFormat(video, depth, { style });
  expect(layoutName(pictures.layout)).toBe(layout);
  expect(pictures).toMatchObject({ rate: video.rate, timeBase: video.timeBase, pixelAspect: { num: 4, den: 3 } });
  expect(pictures.colour.range).toBe(range);
  expect(pictures.tags?.space).toBe(space);
});

test('a range that is none is refused', async () => {
  await expect(picture(depths, { near: 3, far: 2 })).rejects.toMatchObject({ code: 'E_OPTION', subject: 'near' });
});
