/**
 * Writes `biome.imports.json`: which folder of `src/` may import which. Biome has no notion of floors, so that each folder
 * needs the list of all that it must not import; this is where that list comes from. `npm run check` calls it.
 */
import { writeFileSync } from 'node:fs';

/** Lowest first; folders of one floor do not import each other. */
const floors = [
  ['core'],
  ['images'],
  ['geometry', 'regions'],
  ['degradations', 'losses', 'metrics'],
  ['models'],
  ['onnx'],
  ['engines', 'answers'],
  ['tasks'],
  ['pipelines'],
  ['video', 'training'],
  ['library', 'fleet'],
  ['cli'],
];
/** The parts of a task that are of the floor of training and evaluation: its `task.ts` and what that needs do not import them. */
const above = ['train', 'evaluate', '*Batches', 'restoration/**', 'evaluation/**', 'registry', 'learnables'];
/** The lists of what there is name those parts, and load them when they are asked for. */
const lists = ['src/tasks/index.ts', 'src/tasks/*/index.ts'];
/** Packages, by the lowest folder that may import them. */
const packages = { rxjs: 'pipelines', bullmq: 'fleet', ioredis: 'fleet', '@aws-sdk/client-s3': 'fleet', yargs: 'cli' };

const folders = floors.flat();
/** @param {string} folder */
const floorOf = (folder) => floors.findIndex((floor) => floor.includes(folder));

/** @param {string[]} includes @param {string[]} group */
const rule = (includes, group) => ({
  includes,
  linter: {
    rules: {
      style: {
        noRestrictedImports: {
          level: 'error',
          options: {
            patterns: [
              { group, message: `Imports run one way: ${floors.map((floor) => floor.join(' | ')).join(' < ')}.` },
            ],
          },
        },
      },
    },
  },
});

/** @param {string} folder */
const closedTo = (folder) => [
  ...folders.filter((other) => other !== folder && floorOf(other) >= floorOf(folder)).map((other) => `**/${other}/**`),
  ...Object.entries(packages).flatMap(([name, lowest]) =>
    floorOf(lowest) > floorOf(folder) ? [name, `${name}/**`] : [],
  ),
];

const overrides = [
  ...folders.map((folder) =>
    rule(
      [`src/${folder}/**`],
      [
        ...closedTo(folder),
        ...(folder === 'tasks' ? above.map((name) => `**/${name}${name.endsWith('**') ? '' : '.js'}`) : []),
      ],
    ),
  ),
  rule(
    [...above.map((name) => `src/tasks/**/${name}${name.endsWith('**') ? '' : '.ts'}`), ...lists],
    closedTo('library'),
  ),
];
writeFileSync(new URL('../biome.imports.json', import.meta.url), `${JSON.stringify({ overrides }, null, 2)}\n`);
