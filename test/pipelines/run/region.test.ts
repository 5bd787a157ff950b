import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { copied, croppedRaster } from '../../../src/images/croppedRaster.js';
import type { Raster } from '../../../src/images/raster.js';
import { readRaster } from '../../../src/images/readRaster.js';
import type { Window } from '../../../src/images/readWindow.js';
import { predictPhoto } from '../../../src/pipelines/run/predictPhoto.js';
import { tasks } from '../../../src/tasks/registry.js';
import type { AnyTask } from '../../../src/tasks/task.js';

const noisy = new URL('../../../fixtures/noisy/dogs.png', import.meta.url).pathname;
const region: Window = { y: 19, x: 21, height: 40, width: 61 };

/** A part of it in float, so that nothing is rounded. */
async function photo({ name }: AnyTask): Promise<Raster> {
  // Deblurring takes many runs of the network a window.
  const size = name === 'deblur' ? { height: 72, width: 90 } : { height: 480, width: 330 };
  const { pixels, metadata } = croppedRaster(await readRaster(noisy), { y: 10, x: 5, ...size });
  const data = Float32Array.from(pixels.data, (sample) => sample / 255);
  return { pixels: ndarray(data, [...pixels.shape]), metadata: { ...metadata, bitDepth: 32 } };
}

const hole = (height: number, width: number) =>
  ndarray(
    Uint8Array.from({ length: height * width }, (_, i) => (Math.floor(i / width) % 40 < 3 ? 255 : 0)),
    [height, width],
  );

/** What a task is asked, for something to do. */
const OPTIONS: Readonly<Record<string, (raster: Raster) => object>> = {
  deblur: () => ({
    kernel: ndarray(
      Float32Array.from([1, 1, 1, 1, 1], (v) => v / 5),
      [1, 5],
    ),
  }),
  inpaint: ({ pixels: { shape } }) => ({ mask: hole(shape[0], shape[1]) }),
};

const all = Object.values(tasks) as AnyTask[];
const hasPixels = ({ answer }: AnyTask) => Boolean(answer.isPhoto || answer.map || answer.part);

test.each(
  all.filter((task) => !hasPixels(task)),
)('$name, which is about the whole photo, has no region', async (task) => {
  const options = task.options.parse({});
  await expect(predictPhoto(await photo(task), [{ task, options }], { region })).rejects.toMatchObject({
    code: 'E_OPTION',
  });
});

describe.each(all.filter(hasPixels))('$name', (task) => {
  test('of a region is what the whole has there, to 1e-4', { timeout: 60_000 }, async () => {
    const raster = await photo(task);
    const options = task.options.parse(OPTIONS[task.name]?.(raster) ?? {});
    const [whole] = await predictPhoto(raster, [{ task, options }]);
    const [part] = await predictPhoto(await photo(task), [{ task, options }], { region });
    const pixelsOf = (value: unknown) => ((value as Raster).pixels ?? value) as Raster['pixels'];
    const expected = copied(pixelsOf(whole.value), region);
    const received = pixelsOf(part.value);
    expect(received.shape).toEqual(expected.shape);
    let largest = 0;
    for (let i = 0; i < expected.data.length; i++) {
      largest = Math.max(largest, Math.abs(expected.data[i] - received.data[i]));
    }
    expect(largest).toBeLessThan(1e-4);
    expect(part.report).toEqual(whole.report);
  });
});
