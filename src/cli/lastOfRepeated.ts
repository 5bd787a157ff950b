import type { Argv } from 'yargs';

/** What yargs knows of the options declared so far; its types lack this. */
interface Declared {
  getOptions(): { key: Record<string, unknown>; array: string[] };
}

/**
 * Of an option that is given again, the last one counts, so that a saved command can be changed at its end. Those that take
 * several values keep all of them.
 *
 * @param positionals names of the arguments that are no options
 */
export function lastOfRepeated(parser: Argv, positionals: readonly string[]): Argv {
  const { key, array } = (parser as unknown as Declared).getOptions();
  const single = Object.keys(key).filter((name) => !array.includes(name) && !positionals.includes(name));
  return parser.coerce(single, (value: unknown) => (Array.isArray(value) ? value.at(-1) : value));
}
