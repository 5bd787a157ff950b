import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PerpixelError } from './errors.js';

/**
 * Where something lies that the package consists of beside its modules: the program of a thread, the models.
 *
 * @param module `import.meta.url` of who asks; undefined where a bundler made CommonJS of it
 * @param relative from there
 * @throws PerpixelError E_ENGINE where it is not there: a bundler took the module out of its package, and left the rest behind
 */
export function packagePart(module: string | undefined, relative: string): string {
  const place = module === undefined ? undefined : fileURLToPath(new URL(relative, module));
  if (place !== undefined && existsSync(place)) return place;
  throw new PerpixelError({
    code: 'E_ENGINE',
    subject: 'perpixel',
    received: `bundled into another program, without ${relative.replace(/^[./]+/, '')}`,
    expected: 'the package as it was installed, with its models and the programs of its threads',
    cure: 'Tell the bundler to leave perpixel out (esbuild: --external:perpixel), as sharp and onnxruntime-node; see docs/where.md.',
  });
}

/** The program of a thread, which is of the kind of the module that starts it: `.js` where the package is built, else `.ts`. */
export function threadProgram(module: string | undefined, name: string): string {
  return packagePart(module, `./${name}.${module?.endsWith('.ts') ? 'ts' : 'js'}`);
}
