/** A program in CommonJS, as strict as TypeScript gets: cleans a photo on both threads, and prints what came of it. */
import { readFileSync } from 'node:fs';
import { denoise, dispose, PerpixelError, type Pipeline, pipeline } from 'perpixel';

import training = require('perpixel/training');

async function main(photo: string, model: string): Promise<void> {
  const sameModule = (await import('perpixel')).denoise === denoise && (await import('perpixel/training')) === training;
  const bytes = readFileSync(photo);
  const sizes: number[] = [];
  for (const worker of [false, true]) {
    const clean: Pipeline<'denoise'> = pipeline('denoise', { model, worker });
    const result: Buffer = await clean(bytes, { sigma: 12 });
    sizes.push(result.length);
    await clean.dispose();
  }
  // @ts-expect-error A path is not a level of noise.
  const refused: unknown = await denoise(photo, { sigma: photo }).catch((error: unknown) => error);
  await dispose();
  const isOurs = refused instanceof PerpixelError && refused.code === 'E_OPTION';
  console.log(
    JSON.stringify({ sameModule, isOurs, sameSizes: sizes[0] === sizes[1], loss: typeof training.squaredError }),
  );
}

void main(process.argv[2] ?? '', process.argv[3] ?? '');
