/**
 * `npx tsx bench/pipelineVersusEngine.ts [PICTURES] [SIDE]`: megapixels a second of the whole way from files to files, against
 * the bare engine on the same tiles, in turn, five rounds, and the median of the ratios. Must reach 0.95.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastValueFrom } from 'rxjs';
import type { Session } from '../src/engines/engine.js';
import { createModels } from '../src/engines/models.js';
import { decode, encode, files, predict } from '../src/pipelines/index.js';
import { denoise } from '../src/tasks/denoise/task.js';
import { noisyPicture } from './noisyPicture.js';
import { recorded } from './recorded.js';

const [pictures = 8, side = 1024] = process.argv.slice(2).map(Number);
const ROUNDS = 5;
const SIGMA = 12;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-bench-'));
const models = createModels();
try {
  const photos = path.join(folder, 'photos');
  await mkdir(photos);
  for (let i = 0; i < pictures; i++) await noisyPicture(side, side, i).toFile(path.join(photos, `${i}.jpg`));
  const session = await models.open('denoise-colour');

  /** What the engine was asked in the first run: the pipeline's own tiles. */
  const { listening, tiles } = recorded(session);
  const pipeline = (output: string, through: Session) => {
    const open = async () => through;
    return lastValueFrom(files(photos).pipe(decode(), predict(denoise, { sigma: SIGMA }, { open }), encode(output)));
  };
  const engine = async () => {
    // As the pipeline does, one tile is always waiting behind the one in work.
    let before: Promise<unknown> = Promise.resolve();
    for (const inputs of tiles) {
      const run = session.run(inputs);
      await before;
      before = run;
    }
    await before;
  };

  await pipeline(path.join(folder, 'warm'), listening);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await secondsOf(() => pipeline(path.join(folder, `round-${round}`), session));
    const bare = await secondsOf(engine);
    ratios.push(bare / ours);
    console.log(
      `round ${round + 1}: pipeline ${ours.toFixed(2)} s, engine ${bare.toFixed(2)} s, ratio ${(bare / ours).toFixed(3)}`,
    );
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log(JSON.stringify({ pictures, side, tiles: tiles.length, ratio: Number(median.toFixed(3)) }));
  process.exitCode = median >= 0.95 ? 0 : 1;
} finally {
  await models.dispose();
  await rm(folder, { recursive: true });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
