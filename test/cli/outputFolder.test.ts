import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { requireFolderName } from '../../src/cli/outputFolder.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

test.each([
  ['x.gif', true, false],
  ['x.heic', false, false],
  ['x.constructor', true, false],
  ['x.constructor', false, true],
  ['clean', true, true],
  ['clean.v2', true, true],
  ['2024.05.01', true, true],
  ['x.gif/', true, true],
  ['there.gif', true, true],
])('-o %s, for one photo %s: may be a folder %s', async (name, isSingle, passes) => {
  const home = await temporaryFolder();
  await mkdir(path.join(home, 'there.gif'));
  const asked = requireFolderName(`${home}/${name}`, isSingle);
  if (passes) await asked;
  else await expect(asked).rejects.toMatchObject({ code: 'E_OPTION', cure: expect.stringContaining('/') });
});
