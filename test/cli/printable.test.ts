import { expect, test } from 'vitest';
import { printable } from '../../src/cli/printable.js';

test.each([
  ['a plain name', 'IMG_0042 (1).jpg', 'IMG_0042 (1).jpg'],
  ['other scripts', 'café 写真.jpg', 'café 写真.jpg'],
  ['a command to the terminal', 'a\x1b]0;owned\x07.png', 'a\\x1b]0;owned\\x07.png'],
  ['one of the second set of them', 'a\x9b31m.png', 'a\\x9b31m.png'],
  ['two lines', 'a\nb.png', 'a\\x0ab.png'],
  ['text that is turned about', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
])('%s', (_, name, shown) => {
  expect(printable(name)).toBe(shown);
});
