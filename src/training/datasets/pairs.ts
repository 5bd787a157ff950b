import { sameNames } from '../../core/files/sameNames.js';
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
  const truthFiles = await filesOf(truths);
  requireSeveral(inputFiles, typeof inputs === 'string' ? inputs : undefined);
  const where = typeof truths === 'string' ? `in ${truths}` : 'among the truths';
  const named = sameNames(inputFiles, truthFiles, where);
  return inputFiles.map((input, i) => ({ input, truth: named[i] }));
}

const filesOf = (where: string | readonly string[]) => (typeof where === 'string' ? pictureFiles(where) : where);
