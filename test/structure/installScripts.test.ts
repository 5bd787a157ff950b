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
  expect(allowScripts).toMatchObject({ 'onnxruntime-node': false });
  const { packages } = await json('package-lock.json');
  expect(packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
});

test('every install script is decided on, so that npm does not warn of any', async () => {
  const { allowScripts } = await json('package.json');
  const { packages } = await json('package-lock.json');
  const withScripts = Object.keys(packages).filter((folder) => packages[folder].hasInstallScript);
  const names = withScripts.map((folder) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length));
  // All are false: of tools that tests and builds use, which do without their script.
  expect(allowScripts).toEqual(Object.fromEntries([...names, 'onnxruntime-node'].map((name) => [name, false])));
});
