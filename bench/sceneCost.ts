/**
 * `npx tsx bench/sceneCost.ts [PHOTO] [MODEL]`: what depth, normals and labels of a photo at once cost against depth alone, in turn, five
 * rounds, and the median of the ratios: the networks' time, and that until the maps are there. Then the pictures a second that
 * the network answers, of 320x240, all three answers.
 */

import { parseOptions } from '../src/core/parseOptions.js';
import type { Session } from '../src/engines/engine.js';
import { models } from '../src/engines/models.js';
import { readRaster } from '../src/images/readRaster.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { type TaskName, tasks } from '../src/tasks/registry.js';

const [photo = 'fixtures/photos/dogs.jpg', model = 'scene'] = process.argv.slice(2);
const ROUNDS = 5;
const [RATIO, FRAMES_A_SECOND] = [1.3, 10];

const raster = await readRaster(photo);
const session = await models.open(model);
let inEngine = 0;
const timed: Session = {
  ...{ model: session.model, engine: session.engine, provider: session.provider },
  async run(inputs, options) {
    const start = performance.now();
    const outputs = await session.run(inputs, options);
    inEngine += performance.now() - start;
    return outputs;
  },
  dispose: () => session.dispose(),
};
const cost = async (...names: TaskName[]) => {
  const asked = names.map((name) => ({
    task: tasks[name],
    options: parseOptions(tasks[name].options as never, {}),
  }));
  inEngine = 0;
  const start = performance.now();
  await predictPhoto(raster, asked, { open: async () => timed });
  return { engine: inEngine, maps: performance.now() - start };
};

await cost('depth', 'normals', 'labels');
const ratios: Record<'engine' | 'maps', number[]> = { engine: [], maps: [] };
for (let round = 0; round < ROUNDS; round++) {
  const [one, three] = [await cost('depth'), await cost('depth', 'normals', 'labels')];
  ratios.engine.push(three.engine / one.engine);
  ratios.maps.push(three.maps / one.maps);
}

const image = { data: new Float32Array(3 * 256 * 320).fill(0.5), dims: [1, 3, 256, 320] };
const seconds: number[] = [];
for (let round = 0; round < 4 * ROUNDS; round++) {
  const start = performance.now();
  await session.run({ image });
  seconds.push((performance.now() - start) / 1000);
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
const result = {
  engineRatio: median(ratios.engine),
  mapsRatio: median(ratios.maps),
  framesPerSecond: 1 / median(seconds),
};
console.log(JSON.stringify(result));
await models.dispose();
if (result.engineRatio > RATIO || result.framesPerSecond < FRAMES_A_SECOND) process.exitCode = 1;
