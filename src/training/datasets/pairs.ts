import { basename, extname } from 'node:path';
import { PerpixelError } from '../../errors.js';
import { pictureFiles } from './pictureFiles.js';
import { requireSeveral } from './requireSeveral.js';

/** A picture of a training set and its truth, by file. */
export interface Pair {
  input: string;
  truth: string;
}

/**
 * Pairs two folders by the names of their files, whatever the endings; truths without an input are left aside.
 *
 * @throws PerpixelError E_DATA where a folder is missing or empty, an input has no truth, or there is one input only
 */
export async function pairs(inputFolder: string, truthFolder: string): Promise<Pair[]> {
  const inputs = await pictureFiles(inputFolder);
  const truths = new Map((await pictureFiles(truthFolder)).map((file) => [stem(file), file]));
  requireSeveral(inputs, inputFolder);
  return inputs.map((input) => {
    const truth = truths.get(stem(input));
    if (truth === undefined) {
      throw new PerpixelError({
        code: 'E_DATA',
        subject: input,
        received: `no file named ${stem(input)} in ${truthFolder}`,
        expected: 'a truth of the same name for every picture',
        cure: 'Add the truth, or remove the picture.',
      });
    }
    return { input, truth };
  });
}

const stem = (file: string) => basename(file, extname(file));
