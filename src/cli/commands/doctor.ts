import type { Finding } from '../../engines/engine.js';
import { DEFAULT_ENGINE } from '../../engines/registry.js';
import type { Command } from '../command.js';
import type { Diagnosis } from '../doctor.js';

/** `perpixel doctor`: everything that perpixel stands on, tried for real. Fails where the default engine cannot run a model. */
export const doctorCommand: Command = {
  command: 'doctor',
  describe: 'Tell which engines and devices work here, and why others do not',
  declare: (parser) => parser.option('json', { type: 'boolean', default: false, describe: 'The findings as JSON' }),
  async run({ json }, io) {
    const { diagnose } = await import('../doctor.js');
    const diagnosis = await diagnose({ nodeVersion: process.version, cacheDir: io.cacheDir });
    io.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : described(diagnosis));
    const { node, engines, images, models } = diagnosis;
    const needed = engines.filter(({ name }) => name === `${DEFAULT_ENGINE} on the CPU`);
    return [node, ...needed, ...images, ...models].every(({ works }) => works) ? 0 : 1;
  },
};

function described({ node, engines, images, packages, models }: Diagnosis): string {
  const sections = { Node: [node], Engines: engines, Pictures: images, 'Optional packages': packages, Models: models };
  return Object.entries(sections)
    .map(([title, findings]) => `${title}\n${findings.map(lineOf).join('')}`)
    .join('\n');
}

function lineOf({ name, works, detail, cure }: Finding): string {
  const told = `  ${works ? 'yes' : 'no '}  ${name}: ${detail}\n`;
  return works || cure === undefined ? told : `${told}       ${cure}\n`;
}
