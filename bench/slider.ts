/**
 * `npx tsx bench/slider.ts [MEGAPIXELS] [SIDE] [QUALITY]`: what a slider shows that is moved ten times in 1.5 s. Each move asks for the strength
 * of it, in the middle SIDE x SIDE pixels of a photo, all with one word for `latest`, after a `warmUp`. At least five moves shown, the last of
 * them at most 0.5 s after it, and nothing shown that is older than what was. Needs `npm run build`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'perpixel';
import { noisyPicture } from './noisyPicture.js';

const [megapixels, side] = [process.argv[2] ?? '1', process.argv[3] ?? '256'].map(Number);
const quality = (process.argv[4] ?? 'fast') as 'fast' | 'balanced' | 'best';
const [MOVES, MOVES_MS] = [10, 1500];
const [LEAST_SHOWN, LAST_MS] = [5, 500];

const width = Math.round(Math.sqrt((megapixels * 1e6 * 4) / 3));
const height = Math.round((width * 3) / 4);
const photo = await noisyPicture(width, height).png().toBuffer();
const region = { x: (width - side) >> 1, y: (height - side) >> 1, width: side, height: side };

await using clean = pipeline('denoise');
await clean.warmUp(photo, { region, quality });

const begin = performance.now();
const shown: { move: number; ms: number }[] = [];
const calls: Promise<void>[] = [];
for (let move = 0; move < MOVES; move++) {
  await sleep(Math.max(0, begin + (move * MOVES_MS) / (MOVES - 1) - performance.now()));
  const moved = performance.now();
  const strength = 0.5 + move / MOVES;
  calls.push(
    clean(photo, { region, quality, strength, latest: 'slider' }).then(
      () => void shown.push({ move, ms: Math.round(performance.now() - moved) }),
      // A newer move took its place.
      (error) => {
        if (error.name !== 'AbortError') throw error;
      },
    ),
  );
}
await Promise.all(calls);

const last = shown.at(-1)!;
const inOrder = shown.every(({ move }, i) => i === 0 || move > shown[i - 1].move);
console.log(
  JSON.stringify({ megapixels, side, quality, moves: MOVES, shown: shown.length, lastMs: last.ms, each: shown }),
);
const isSmooth = inOrder && shown.length >= LEAST_SHOWN && last.move === MOVES - 1 && last.ms <= LAST_MS;
process.exitCode = isSmooth ? 0 : 1;
