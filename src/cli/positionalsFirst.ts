import { existsSync } from 'node:fs';

/** What begins with a dash and is no option is given this in front, and so passes yargs by. */
const MARK = '\0';

/**
 * The arguments as yargs understands them. It loses a `-` that stands for a pipe among the positional arguments, what comes
 * behind `--`, and takes a file `-d.png`, which `*.png` may name, for options.
 *
 * @param start where the arguments of the command begin: what comes behind `--` is put there
 */
export function positionalsFirst(args: readonly string[], start: number): string[] {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  const positionals = end < 0 ? [] : args.slice(end + 1);
  const marked = (arg: string) => (arg.startsWith('-') ? MARK + arg : arg);
  const plain = options.map((arg) => (arg === '-' || isDashedFile(arg) ? marked(arg) : arg));
  return [...plain.slice(0, start), ...positionals.map(marked), ...plain.slice(start)];
}

/** The arguments of a command, with the dashes that they were given with. */
export function withDashes(args: Record<string, unknown>): Record<string, unknown> {
  const restored = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(restored);
    return typeof value === 'string' && value.startsWith(`${MARK}-`) ? value.slice(MARK.length) : value;
  };
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, restored(value)]));
}

/** A negative number is a value, and `-o` and `-h` are options whatever files there are. */
function isDashedFile(arg: string): boolean {
  return /^-[^-oh\d.]./.test(arg) && existsSync(arg);
}
