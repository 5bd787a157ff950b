import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { PerpixelError } from '../../src/core/errors.js';
import type { FileResult, PictureFile } from '../../src/pipelines/items.js';
import { EndOfStream, stage } from '../../src/pipelines/stage.js';

const listed = (path: string): PictureFile => ({ status: 'listed', path, relative: path, siblings: [path], bytes: 1 });
const ours = new PerpixelError({ code: 'E_READ', received: 'nothing', expected: 'something', cure: 'Look.' });

function run(thrown: unknown): Promise<(PictureFile | FileResult)[]> {
  const work = async (file: PictureFile): Promise<PictureFile> => {
    if (file.path === 'bad') throw thrown;
    return file;
  };
  const items = ['a', 'bad', 'z'].map(listed);
  return lastValueFrom(
    from(items).pipe(
      stage(({ path }: PictureFile) => path, work, { concurrency: 2 }),
      toArray(),
    ),
  );
}

test.each([
  ['an error of ours', ours, 'E_READ', /nothing/],
  [
    'a fault of the program',
    new TypeError('x is not a function'),
    'E_BUG',
    /^bad: TypeError: x is not a function \(stage.test.ts:\d+\).*report it/,
  ],
  ['a RangeError', new RangeError('Offset is outside the bounds'), 'E_BUG', /RangeError/],
  ['a string', 'broken', 'E_BUG', /broken/],
  ['no memory', new RangeError('Array buffer allocation failed'), 'E_MEMORY', /allocation failed/],
  ['a full disk', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }), 'E_WRITE', /the disk is full/],
  ['too many open files', Object.assign(new Error('EMFILE'), { code: 'EMFILE' }), 'E_READ', /ulimit -n/],
])('%s of one file is its result, and the others go on', async (_, thrown, code, message) => {
  const [a, bad, z] = await run(thrown);
  expect([a.status, z.status]).toEqual(['listed', 'listed']);
  expect(bad).toMatchObject({
    status: 'failed',
    input: 'bad',
    error: { code, message: expect.stringMatching(message) },
  });
});

test('what would fail every file ends the stream, with its cause', async () => {
  await expect(run(new EndOfStream('no model', { cause: ours }))).rejects.toBe(ours);
});
