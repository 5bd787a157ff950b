import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { protectInputs } from '../../../src/core/files/inputs.js';
import { writeWhole } from '../../../src/core/files/writeWhole.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

let home: string;
let release = () => {};
const at = (name: string) => path.join(home, name);
const write = (name: string, modified?: Date) =>
  writeWhole(at(name), (temporary) => writeFile(temporary, 'result'), { modified });

beforeEach(async () => {
  home = await temporaryFolder();
  for (const name of ['photos/a.png', 'photos/sub/a.png', 'masks/m.png', 'out/a.png']) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), 'original');
  }
});
afterEach(() => release());

test.each<[string, string[], string | undefined, string]>([
  ['a file that is read', ['masks/m.png'], undefined, 'masks/m.png'],
  ['a file in a folder that is read', ['masks'], undefined, 'masks/m.png'],
  ['a file beside the folder that is read, in the folder of the results', ['photos/sub'], 'photos', 'photos/a.png'],
  ['the same for one photo', ['photos/sub/a.png'], 'photos', 'photos/a.png'],
])('%s is not replaced', async (_, inputs, output, file) => {
  release = await protectInputs(inputs.map(at), output && at(output));
  await expect(write(file)).rejects.toMatchObject({ code: 'E_WRITE', subject: at(file) });
  expect(await readFile(at(file), 'utf8')).toBe('original');
});

test.skipIf(process.platform === 'win32')('nor is it by another name', async () => {
  await symlink(at('masks'), at('elsewhere'));
  await link(at('masks/m.png'), at('hard.png'));
  release = await protectInputs([at('masks/m.png')]);
  for (const name of ['elsewhere/m.png', 'hard.png']) {
    await expect(write(name)).rejects.toMatchObject({ code: 'E_WRITE' });
  }
  release();
  release = await protectInputs([at('masks')]);
  await expect(write('elsewhere/m.png')).rejects.toMatchObject({ code: 'E_WRITE' });
});

test('results are replaced: in a folder of their own, below the originals, or where their time is the photo’s', async () => {
  const taken = new Date('2001-02-03T04:05:06.007Z');
  await write('photos/a.depth.png', taken);
  release = await protectInputs([at('photos')], at('out'));
  await write('out/a.png');
  await write('photos/a.depth.png', taken);
  await expect(write('photos/a.depth.png', new Date('2011-01-01'))).rejects.toMatchObject({ code: 'E_WRITE' });
  release();
  release = await protectInputs([home], at('out'));
  await write('out/a.png');
});
