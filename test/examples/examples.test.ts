import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

/** Starts an example as its reader would: by Node alone, on the package as it was built. */
function start(name: string, args: readonly string[] = [], env: Record<string, string> = {}): ChildProcess {
  const child = fork(path.join(examples, name), args, { silent: true, execArgv: [], env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr!.pipe(process.stderr);
  return child;
}

const linesOf = (child: ChildProcess) => createInterface({ input: child.stdout! })[Symbol.asyncIterator]();

/** As a camera's best: coarser JPEGs blur their noise. */
const jpeg = () =>
  noisyPhoto({ width: 48, height: 32 })
    .withExif({ IFD0: { Artist: 'A. Nonymous' } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' });

/** Smoother than what went in, and of its size. */
async function expectCleaned(result: Buffer, from: Buffer): Promise<void> {
  const [after, before] = await Promise.all([result, from].map((bytes) => sharp(bytes).stats()));
  expect(after.sharpness).toBeLessThan(0.7 * before.sharpness);
  expect(await sharp(result).metadata()).toMatchObject({ width: 48, height: 32 });
}

test('sharpPipeline.js', async () => {
  const folder = await temporaryFolder();
  const [input, output] = ['a.jpg', 'small.webp'].map((name) => path.join(folder, name));
  await jpeg().toFile(input);
  const example = start('sharpPipeline.js', [input, output]);
  const { value: said } = await linesOf(example).next();
  expect(said).toMatch(/small\.webp: 48 x 32, \d+ bytes$/);
  await once(example, 'close');
  await expectCleaned(await readFile(output), await readFile(input));
  const { format, exif } = await sharp(output).metadata();
  expect(format).toBe('webp');
  expect(exif!.toString('latin1')).toContain('A. Nonymous');
});

test('httpService.js', async () => {
  const service = start('httpService.js', [], { PORT: '0' });
  const { value: said } = await linesOf(service).next();
  const url = `http://localhost:${/\d+/.exec(said)![0]}`;
  const photo = await jpeg().toBuffer();
  const hungUp = new AbortController();
  const large = await noisyPhoto({ width: 1000, height: 1000 }).jpeg().toBuffer();
  const forgotten = fetch(url, { method: 'POST', body: new Uint8Array(large), signal: hungUp.signal });
  setTimeout(() => hungUp.abort(), 100);
  await expect(forgotten).rejects.toThrow(/abort/);
  const answer = await fetch(url, { method: 'POST', body: new Uint8Array(photo) });
  expect(answer.status).toBe(200);
  await expectCleaned(Buffer.from(await answer.arrayBuffer()), photo);
  const refused = await fetch(url, { method: 'POST', body: 'not a photo' });
  expect(refused.status).toBe(415);
  expect(await refused.text()).toContain('expected a picture: AVIF, DNG, EXR, HEIC, JPEG');
});

test('watchFolder.js', async () => {
  const folder = await temporaryFolder();
  const [inbox, clean] = ['inbox', 'clean'].map((name) => path.join(folder, name));
  await mkdir(inbox);
  const photo = await jpeg().toBuffer();
  await writeFile(path.join(inbox, 'before.jpg'), photo);
  const example = start('watchFolder.js', [inbox, clean]);
  const lines = linesOf(example);
  expect((await lines.next()).value).toBe(path.join(clean, 'before.jpg'));
  await writeFile(path.join(inbox, 'half.jpg'), photo.subarray(0, 500));
  expect((await lines.next()).value).toMatch(/half\.jpg: .*cut off/);
  await writeFile(path.join(inbox, 'half.jpg'), photo);
  expect((await lines.next()).value).toBe(path.join(clean, 'half.jpg'));
  await expectCleaned(await readFile(path.join(clean, 'half.jpg')), photo);
  example.kill('SIGINT');
  expect(await once(example, 'exit')).toEqual([0, null]);
});

test('desktopApp.cjs', async () => {
  const folder = await temporaryFolder();
  const [large, small, cleanLarge, cleanSmall] = ['large.png', 'small.jpg', 'l.png', 's.jpg'].map((name) =>
    path.join(folder, name),
  );
  await Promise.all([noisyPhoto({ width: 1100, height: 1000 }).png().toFile(large), jpeg().toFile(small)]);
  const app = start('desktopApp.cjs');
  app.send({ id: 1, photo: large, output: cleanLarge });
  const told: Record<string, unknown>[] = [];
  for await (const [message] of on(app, 'message')) {
    told.push(message);
    if (message.id === 1 && 'share' in message) app.send({ id: 1, cancel: true });
    if (message.id === 1 && 'cancelled' in message) app.send({ id: 2, photo: small, output: cleanSmall });
    if (message.id === 2 && 'output' in message) break;
  }
  // A slow machine tells of its progress more often.
  expect(told.filter((message) => !('share' in message))).toEqual([
    { id: 1, cancelled: true },
    { id: 2, output: cleanSmall },
  ]);
  const sharesOf = (id: number) =>
    told.filter((message) => message.id === id && 'share' in message).map(({ share }) => share);
  expect(Math.max(...(sharesOf(1) as number[]))).toBeLessThan(1);
  expect(sharesOf(2).at(-1)).toBe(1);
  expect(existsSync(cleanLarge)).toBe(false);
  await expectCleaned(await readFile(cleanSmall), await readFile(small));
});
