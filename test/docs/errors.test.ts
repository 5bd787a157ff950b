import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('docs/errors.md has a row for every code, in their order', async () => {
  const [source, page] = await Promise.all(
    ['src/core/errors.ts', 'docs/errors.md'].map((file) => readFile(file, 'utf8')),
  );
  const codes = [...source.matchAll(/^ {2}\| '(E_\w+)'/gm)].map(([, code]) => code);
  expect(codes).toContain('E_READ');
  expect([...page.matchAll(/^\| `(E_\w+)`/gm)].map(([, code]) => code)).toEqual(codes);
});
