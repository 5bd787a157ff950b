import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRegular } from '../../../src/core/files/openRegular.js';
import { readModelFile } from '../../../src/onnx/modelFile.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

test.skipIf(process.platform === 'win32')(
  'a file is read; a pipe, a device and a folder are refused at once',
  async () => {
    const home = await temporaryFolder();
    const at = (name: string) => path.join(home, name);
    await writeFile(at('file'), 'content');
    await mkdir(at('folder'));
    execFileSync('/usr/bin/mkfifo', [at('pipe')]);
    expect((await readRegular(at('file'))).toString()).toBe('content');
    await expect(readRegular(at('file'), 3)).rejects.toThrow(RangeError);
    await expect(readRegular(at('pipe'))).rejects.toMatchObject({ code: 'ENOTREGULAR' });
    await expect(readRegular('/dev/zero')).rejects.toMatchObject({ code: 'ENOTREGULAR' });
    await expect(readRegular(at('folder'))).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(readModelFile(at('pipe'))).rejects.toMatchObject({
      code: 'E_MODEL',
      received: 'a pipe or a device, no file',
    });
  },
);
