import { expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { kinds } from './kinds.js';
import { mutant } from './mutations.js';

/** Of each kind. All together stay below half a minute; bench/fuzz.ts goes on for as long as you like. */
const SECONDS = 1;
/** Of computing. */
const LONGEST_MS = 10_000;

/** Other files at each run; the name of a failing test says which. */
const seed = Math.floor(Math.random() * 2 ** 31);

test.each(Object.keys(kinds))(`changed files are read, or refused in our own words: %s, seed ${seed}`, async (name) => {
  const folder = await temporaryFolder();
  const kind = kinds[name];
  const seeds = await kind.seeds(folder);
  const end = performance.now() + SECONDS * 1000;
  for (let number = 0; performance.now() < end || number < seeds.length; number++) {
    const { bytes, whole } = mutant(seeds, seed, number);
    const start = process.cpuUsage();
    const wrong = await kind.attempt(bytes, { number, whole, folder });
    expect(wrong, `npx tsx bench/fuzz.ts ${name} ${number + 1} ${seed} ${number}`).toBeUndefined();
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000, `case ${number} takes too long`).toBeLessThan(LONGEST_MS);
  }
});

/** What went wrong once, by kind, seed and number of the case. */
test.each<[kind: string, seed: number, number: number]>([
  ['jpeg', 77, 185],
  ['jpeg', 1553136943, 90],
  ['png', 424242, 7966],
  ['onnx', 77, 194],
  ['safetensors', 77, 124],
  ['safetensors', 77, 667],
  ['tiff', 956451042, 1006],
  ['tiff', 86554689, 153],
])('case that failed once: %s %d %d', async (name, old, number) => {
  const folder = await temporaryFolder();
  const kind = kinds[name];
  const { bytes, whole } = mutant(await kind.seeds(folder), old, number);
  expect(await kind.attempt(bytes, { number, whole, folder })).toBeUndefined();
});
