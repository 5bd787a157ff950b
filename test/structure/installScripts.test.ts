import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const json = async (name: string) => JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));

/**
 * On Linux onnxruntime-node's install script downloads libraries for CUDA, and fails where only the registry can be reached. npm 11 reads in
 * package.json that it is not to run. Older ones run what the lock file marks, so the mark must be gone: npm leaves that alone until
 * onnxruntime-node changes its version.
 */
test('no npm runs the install script of onnxruntime-node in a clone', async () => {
  const { allowScripts } = await json('package.json');
  expect(allowScripts).toEqual({ 'onnxruntime-node': false });
  const { packages } = await json('package-lock.json');
  expect(packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
});
