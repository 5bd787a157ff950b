import { createRequire, register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PerpixelError } from '../../core/errors.js';

/** The version of TensorFlow.js that networks are written for, and that is set up. */
export const TFJS_VERSION = '4.22.0';

/** What `core/tf.ts` is made of. */
const PACKAGES = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'];

/** The folder that `perpixel setup tensorflow` fills: a node_modules with tfjs-node in it, and with TensorFlow.js. */
export const stagedTensorflow = (cacheDir: string) => path.resolve(cacheDir, `tensorflow-${TFJS_VERSION}`);

let isRedirected = false;

/**
 * Sees to it that `core/tf.ts` can be imported: to be called before anything is that imports it. TensorFlow.js is only needed by
 * who trains, and is 80 MB, so that it does not come with the package; it is taken from node_modules, else from where
 * `perpixel setup tensorflow` put it.
 *
 * @param cacheDir the user's cache folder of perpixel. @default only node_modules is looked into
 * @throws PerpixelError E_ENGINE where it is in neither
 */
export function findTfjs(cacheDir?: string): void {
  if (isRedirected || isThere(import.meta.url)) return;
  const staged = cacheDir === undefined ? undefined : path.join(stagedTensorflow(cacheDir), 'package.json');
  if (staged === undefined || !isThere(staged)) {
    throw new PerpixelError({
      code: 'E_ENGINE',
      received: 'no TensorFlow.js',
      expected: `${PACKAGES.join(', ')} of version ${TFJS_VERSION}`,
      cure: `Run \`perpixel setup tensorflow\` for the command, or \`npm install @tensorflow/tfjs-node@${TFJS_VERSION}\` for a program.`,
    });
  }
  register('./stagedPackages.js', import.meta.url, { data: { from: pathToFileURL(staged).href } });
  isRedirected = true;
}

function isThere(from: string): boolean {
  const { resolve } = createRequire(from);
  try {
    for (const name of PACKAGES) resolve(name);
    return true;
  } catch {
    return false;
  }
}
