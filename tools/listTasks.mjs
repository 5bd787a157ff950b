/**
 * Writes the names and summaries of the tasks to `dist/cli/tasks.json`, which `perpixel --help` lists: to read them from the tasks
 * themselves takes longer than all else that it does. `npm run build` calls it.
 */
import { writeFileSync } from 'node:fs';
import { tasks } from '../dist/tasks/registry.js';

const listed = Object.values(tasks).map(({ name, summary }) => ({ name, summary }));
writeFileSync(new URL('../dist/cli/tasks.json', import.meta.url), `${JSON.stringify(listed, null, 2)}\n`);
