import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tasks } from '../../src/index.js';
import { perpixel } from '../helpers/perpixel.js';

const root = new URL('../../', import.meta.url);
const pages = [
  ...['README.md', 'CHANGELOG.md', 'bench/README.md'],
  ...readdirSync(new URL('docs', root)).map((name) => path.join('docs', name)),
].filter((name) => name.endsWith('.md'));

/** What stands behind `perpixel` in a page: in blocks, whose lines may go on below, and between backticks. */
function commandsIn(page: string): string[][] {
  const text = readFileSync(new URL(page, root), 'utf8');
  const blocks = text.replaceAll(/\\?\n {8}(?=-)/g, ' ').match(/^ {4}\S.*$/gm) ?? [];
  const quoted = Array.from(text.matchAll(/`(perpixel [^`]+)`/g), ([, code]) => code);
  const lines = [...blocks, ...quoted].flatMap((line) => line.split(/ [|&]+ /));
  return lines.flatMap((line) =>
    Array.from(line.matchAll(/(?<![\w/@.:"-])(?<!npm install .*)perpixel ((?:(?!\bperpixel ).)+)/g), ([, words]) =>
      words
        .split(/\s+/)
        .map((word) => word.replaceAll(/^[[(]+|[\]),.:;]+$/g, ''))
        .filter((word) => word !== ''),
    ),
  );
}

const commands = ['preview', 'video', 'fleet', 'train', 'eval', 'export', 'models', 'doctor', 'setup'];
const parts = ['add', 'work', 'status', 'retry', 'drain', ...commands, ...Object.keys(tasks)];

/** The help of a command, by its words alone, as one command stands in many lines. */
const helps = new Map<string, Promise<{ code: number; stdout: string }>>();
function helpOf(words: readonly string[]) {
  const named = words.map((word) => word.split('|')[0]).filter((word) => word.split(',').every(isPart));
  const key = named.join(' ');
  if (!helps.has(key)) helps.set(key, perpixel([...named, '--help']));
  return helps.get(key)!;
}
const isPart = (word: string) => parts.includes(word);

test.each(pages)('commands and options that %s names are there', async (page) => {
  const unknown: string[] = [];
  for (const words of commandsIn(page)) {
    const { code, stdout } = await helpOf(words);
    const options = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
    const missing = options.filter((option) => !new RegExp(`(^|[\\s,])${option}(?![\\w-])`).test(stdout));
    // TASK and the like stand for any.
    const isCommand = !/^[a-z]/.test(words[0]) || words[0].replace('`', '').split(/[,|]/).every(isPart);
    if (code !== 0 || !isCommand) missing.unshift('no such command');
    if (missing.length > 0) unknown.push(`perpixel ${words.join(' ')}: ${missing.join(' ')}`);
  }
  expect(unknown).toEqual([]);
});
