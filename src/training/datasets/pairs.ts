import { basename, extname } from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import { pictureFiles } from './pictureFiles.js';
import { requireSeveral } from './requireSeveral.js';

/** A picture of a training set and its truth, by file. */
export interface Pair {
  input: string;
  truth: string;
}

/**
 * Pairs pictures and truths by the names of their files, whatever the endings; truths without a picture are left aside.
 *
 * @param inputs a folder, or a list of files; `truths` likewise
 * @throws PerpixelError E_DATA where a folder is missing or empty, an input has no truth, or there is one input only
 */
export async function pairs(inputs: string | readonly string[], truths: string | readonly string[]): Promise<Pair[]> {
  const inputFiles = await filesOf(inputs);
  const byName = new Map((await filesOf(truths)).map((file) => [stem(file), file]));
  requireSeveral(inputFiles, typeof inputs === 'string' ? inputs : undefined);
  return inputFiles.map((input) => {
    const truth = byName.get(stem(input));
    if (truth === undefined) {
      throw new PerpixelError({
        code: 'E_DATA',
        subject: input,
        received: `no file named ${stem(input)} ${typeof truths === 'string' ? `in ${truths}` : 'among the truths'}`,
        expected: 'a truth of the same name for every picture',
        cure: 'Add the truth, or remove the picture.',
      });
    }
    return { input, truth };
  });
}

const filesOf = (where: string | readonly string[]) => (typeof where === 'string' ? pictureFiles(where) : where);

const stem = (file: string) => basename(file, extname(file));
