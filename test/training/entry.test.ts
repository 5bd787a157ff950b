import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { networks } from '../../src/models/registry.js';
import * as entry from '../../src/training/index.js';

test('the entry has every network, under its name in camel case', () => {
  for (const [name, network] of networks) {
    const camelCase = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(entry).toHaveProperty(camelCase, network);
  }
});

test.each([
  'train',
  'trainNetwork',
  'toOnnx',
  'trainOn',
  'recipeOf',
  'adam',
  'squaredError',
  'exampleFiles',
  'restorationScores',
  'DepthScores',
  'gaussianNoise',
  'holes',
])('the entry has %s', (name) => {
  expect(entry).toHaveProperty(name, expect.any(Function));
});

test('docs/networks.md has a row for every network', async () => {
  const page = await readFile('docs/networks.md', 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual([...networks.keys()].sort());
});
