import { protectInputs } from '../core/files/inputs.js';
import { isFolder } from './outputFolder.js';

/** The arguments that name what a command reads, whichever command has them. */
const INPUTS = [
  ...['photos', 'input', 'runs', 'folders', 'mask', 'kernel', 'depth', 'model', 'truth', 'card'],
  ...['data', 'validate', 'validateTruth', 'from', 'trunkWeights'],
];

/**
 * Keeps all that the arguments of a command name as inputs from being written over.
 *
 * @returns ends the protection
 */
export async function protectNamed(args: Readonly<Record<string, unknown>>): Promise<() => void> {
  const inputs = INPUTS.flatMap((name) => args[name]).filter((value) => typeof value === 'string');
  const output = typeof args.output === 'string' && (await isFolder(args.output)) ? args.output : undefined;
  return protectInputs(inputs, output);
}
