import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { noisyPhoto } from '../../helpers/noisyPhoto.js';
import { perpixel } from '../../helpers/perpixel.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../../helpers/tinyDenoiser.js';

/** A folder with a photo that can be cleaned, its true picture, and a file that is none. */
async function batch() {
  const home = await temporaryFolder();
  const [photos, clean, truth, page] = ['photos', 'clean', 'truth', 'page.html'].map((name) => path.join(home, name));
  await Promise.all([photos, truth].map((folder) => mkdir(folder)));
  await noisyPhoto({ width: 240, height: 160 }).png().toFile(path.join(photos, 'a.png'));
  await noisyPhoto({ width: 240, height: 160 }).median(9).png().toFile(path.join(truth, 'a.png'));
  await sharp({ create: { width: 9, height: 9, channels: 4, background: '#00000000' } })
    .gif()
    .toFile(path.join(photos, 'b.png'));
  const model = await writeTinyDenoiser(home);
  const args = [photos, '-o', clean, '--model', model, '--sigma', '20', '--report', page, '--truth', truth];
  return { run: () => perpixel(['denoise', ...args]), page };
}

/** The picture as rough as it is: neighbours differ by so much on average. */
async function roughness(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).extractChannel(1).raw().toBuffer({ resolveWithObject: true });
  let sum = 0;
  for (let i = 1; i < data.length; i++) if (i % info.width > 0) sum += Math.abs(data[i] - data[i - 1]);
  return sum / data.length;
}

test('--report: in a browser, the slider shows the photo to its left and the result to its right', async () => {
  const { run, page: file } = await batch();
  expect((await run()).code).toBe(1);
  const executablePath = process.env.CHROME_PATH ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  const browser = await chromium.launch({ executablePath });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  const asked: string[] = [];
  const errors: unknown[] = [];
  page.on('request', (request) => request.url().startsWith('data:') || asked.push(request.url()));
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(pathToFileURL(file).href);

  expect(await page.locator('.failed li').allInnerTexts()).toEqual([expect.stringMatching(/^E_FORMAT .*b\.png/)]);
  expect(await page.locator('article').innerText()).toMatch(
    /a\.png.*PSNR in dB\s+\d+\.\d\d → \d+\.\d\d.*noise as given: 20\.0 of 255/s,
  );
  const sizes = await page
    .locator('.pair img')
    .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth));
  expect(sizes).toEqual([240, 240]);

  const pair = page.locator('.pair');
  const { x, y, width, height } = (await pair.boundingBox())!;
  /** How rough it is from `from` to `to`, in shares of its width. */
  const between = async (from: number, to: number) =>
    roughness(
      await page.screenshot({ clip: { x: x + from * width, y: y + 20, width: (to - from) * width, height: 100 } }),
    );
  expect(await between(0.1, 0.4)).toBeGreaterThan(1.5 * (await between(0.6, 0.9)));
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 2, y + height / 2, { steps: 5 });
  await page.mouse.up();
  const clean = await between(0.1, 0.4);
  await page.keyboard.press('End');
  expect(await between(0.1, 0.4)).toBeGreaterThan(1.5 * clean);
  expect({ asked, errors }).toEqual({ asked: [pathToFileURL(file).href], errors: [] });
});
