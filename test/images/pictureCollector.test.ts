import { expect, test } from 'vitest';
import { collectPicture } from '../../src/images/pictureCollector.js';

async function* endless(head: Buffer) {
  yield head;
  for (;;) yield Buffer.alloc(2 ** 26);
}

test.each([
  ['zeros without end', Buffer.alloc(16), 'E_FORMAT'],
  ['a PNG without end', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'E_SIZE'],
])('%s are refused', async (_, head, code) => {
  await expect(collectPicture(endless(head))).rejects.toMatchObject({ code });
});

test('a picture comes out as it went in', async () => {
  const pieces = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(1000, 1)];
  expect(
    await collectPicture(
      (async function* () {
        yield* pieces;
      })(),
    ),
  ).toEqual(Buffer.concat(pieces));
});
