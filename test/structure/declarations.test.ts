import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** All declarations that one of them needs, itself included. */
async function neededBy(entry: string): Promise<Set<string>> {
  const found = new Set([entry]);
  for (const file of found) {
    const text = await readFile(file, 'utf8');
    for (const [, module] of text.matchAll(/(?:from |import\(|import )['"](\.[^'"]+)['"]/g)) {
      const next = path.resolve(path.dirname(file), module).replace(/\.js$/, '.d.ts');
      if (existsSync(next)) found.add(next);
    }
  }
  return found;
}

/** tfjs is an optional peer: without it, a strict TypeScript program that imports `perpixel` has to compile. */
test('the declarations of perpixel do without tfjs, those of perpixel/training have it', async () => {
  const tensors = path.join(dist, 'core/tf.d.ts');
  const ofCalls = await neededBy(path.join(dist, 'index.d.ts'));
  expect(ofCalls.size).toBeGreaterThan(50);
  expect(ofCalls).not.toContain(tensors);
  expect(await neededBy(path.join(dist, 'training/index.d.ts'))).toContain(tensors);
});
