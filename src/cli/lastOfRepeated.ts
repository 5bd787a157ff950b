import type { Argv } from 'yargs';

/** What yargs knows of the options; its types lack this. */
interface Declared {
  getOptions(): { array: string[] };
}

/**
 * Of an option that is given again, the last one counts, so that a saved command can be changed at its end. Those that take
 * several values keep all of them. To be called before the options are declared, as what they are turned into comes after.
 *
 * @param positionals names of the arguments that are no options
 */
export function lastOfRepeated(parser: Argv, positionals: readonly string[]): Argv {
  return parser.middleware((args) => {
    const { array } = (parser as unknown as Declared).getOptions();
    const several = new Set([...array, ...array.map(camelCase), ...positionals, '_']);
    for (const [name, value] of Object.entries(args)) {
      if (Array.isArray(value) && !several.has(name)) args[name] = value.at(-1);
    }
  }, true);
}

/** Arguments with hyphens are there under both names. */
const camelCase = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
