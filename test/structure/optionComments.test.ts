import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { schemaOptions } from '../../src/cli/schemaOptions.js';
import { tasks } from '../../src/tasks/registry.js';

/** One of them has none. */
const withOptions = Object.values(tasks).filter(({ options }) => Object.keys(schemaOptions(options)).length > 0);

test.each(withOptions)('editors show of the options of $name what --help says', async (task) => {
  const declarations = await readFile(new URL(`../../dist/tasks/${task.name}/task.d.ts`, import.meta.url), 'utf8');
  const comments = [...declarations.matchAll(/^ {4}\/\*\* (.*)\. (?:@default .* )?\*\/\n {4}\w+\??: z\./gm)];
  const said = Object.values(schemaOptions(task.options)).map(({ describe }) => describe);
  expect(said.length).toBeGreaterThan(0);
  expect(comments.map(([, comment]) => comment)).toEqual(said);
});
