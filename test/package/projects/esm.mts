/** The same as cjs.cts, as a module. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { denoise, dispose, PerpixelError, pipeline } from 'perpixel';
import * as training from 'perpixel/training';
import sharp, { type Sharp } from 'sharp';

const [photo = '', model = ''] = process.argv.slice(2);
const required: unknown = createRequire(import.meta.url)('perpixel');
const sameModule = (required as { denoise: unknown }).denoise === denoise;
const bytes: Uint8Array = await readFile(photo);
const sizes: number[] = [];
for (const worker of [false, true]) {
  await using clean = pipeline('denoise', { model, worker });
  const result: Sharp = await clean(sharp(bytes), { sigma: 12, signal: new AbortController().signal });
  sizes.push((await result.png().toBuffer()).length);
}
// @ts-expect-error A path is not a level of noise.
const refused: unknown = await denoise(bytes, { sigma: photo }).catch((error: unknown) => error);
await dispose();
const isOurs = refused instanceof PerpixelError && refused.code === 'E_OPTION';
console.log(
  JSON.stringify({ sameModule, isOurs, sameSizes: sizes[0] === sizes[1], loss: typeof training.squaredError }),
);
