import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';

const folders = ['src', 'test', 'bench', 'docs', 'tools', 'weights', 'fixtures', 'examples', '.github'];
const files = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((file) => path.join(folder, String(file))),
  ),
];
const pages = files.filter((file) => file.endsWith('.md'));

/** What a page leads to in this repository: links, and what it writes in backticks as a path below one of the folders. */
function targetsOf(page: string): string[] {
  const text = readFileSync(page, 'utf8');
  const links = [...text.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\((?!\w+:|#)([^)#]+)[^)]*\)/g)].map(([, target]) =>
    path.join(path.dirname(page), target),
  );
  const named = [...text.matchAll(/`([\w.]+\/[\w./*-]*)`/g)].map(([, target]) => target);
  return [...links, ...named.filter((target) => folders.some((folder) => target.startsWith(`${folder}/`)))];
}

test.each(pages)('what %s leads to is there', (page) => {
  const isThere = (target: string) => {
    const matches = picomatch(target.replace(/\/$/, ''));
    return existsSync(target) || files.some((file) => matches(file));
  };
  // NAME stands for any.
  expect(targetsOf(page).filter((target) => !isThere(target.replaceAll('NAME', '*')))).toEqual([]);
});

test('every page of docs/ is named by another one', () => {
  const named = new Set(pages.flatMap(targetsOf));
  expect(pages.filter((page) => page.startsWith('docs/') && !named.has(page))).toEqual([]);
});
