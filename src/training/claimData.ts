import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { writeWhole } from '../core/files/writeWhole.js';
import type { ExampleFiles, Layout } from './datasets/exampleFiles.js';

/** `data.json` of a run: what its weights have seen, for the card of the model and for whoever asks whether a test was fair. */
const runData = z.object({
  layout: z.string(),
  /** Pictures that are trained on, as absolute paths. */
  trained: z.array(z.string()),
  /** Pictures that are scored on, never trained on. */
  scored: z.array(z.string()),
});
type RunData = z.infer<typeof runData>;

/**
 * Writes `data.json` into a run's folder, or makes sure that the one there names the same pictures to train on. Folders are
 * not compared: a set may have been moved.
 *
 * @throws PerpixelError E_CHECKPOINT where the run was begun on other pictures, which would give another curve
 */
export async function claimData(
  run: string,
  { layout, files, held = [] }: { layout: Layout; files: readonly ExampleFiles[]; held?: readonly ExampleFiles[] },
): Promise<void> {
  const paths = (examples: readonly ExampleFiles[]) => examples.map(({ image }) => path.resolve(image));
  const data: RunData = { layout, trained: paths(files), scored: paths(held) };
  const file = path.join(run, 'data.json');
  const there = await readData(file);
  if (there && names(there).join() !== names(data).join()) {
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: run,
      received: `a run on other pictures, ${there.trained.length} of them, or in another order`,
      expected: 'the pictures that this run was started with, which data.json lists',
      cure: 'Name another folder by --run, or start this one anew with --overwrite.',
    });
  }
  const text = `${JSON.stringify(data, null, 2)}\n`;
  await writeWhole(file, (temporary) => writeFile(temporary, text));
}

/** undefined where a run has just begun. */
async function readData(file: string): Promise<RunData | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  try {
    return text === undefined ? undefined : runData.parse(JSON.parse(text));
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: file,
      received: 'no list of pictures',
      expected: 'what `perpixel train` wrote',
      cure: 'Start anew with --overwrite.',
      cause,
    });
  }
}

const names = ({ trained }: RunData): string[] => trained.map((file) => file.split(/[/\\]/).at(-1)!);
