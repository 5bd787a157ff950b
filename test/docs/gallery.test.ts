import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);

test('the gallery shows every picture it has, and they stay small together', async () => {
  const page = await readFile(new URL('gallery.md', docs), 'utf8');
  const shown = Array.from(page.matchAll(/!\[[^\]]+\]\((images\/gallery\/[^)]+)\)/g), ([, file]) => file);
  const there = (await readdir(new URL('images/gallery/', docs))).map((name) => `images/gallery/${name}`);
  expect(shown.sort()).toEqual(there.sort());
  const sizes = await Promise.all(there.map(async (file) => (await stat(new URL(file, docs))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2e6);
});
