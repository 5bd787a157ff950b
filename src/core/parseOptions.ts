import type * as z from 'zod';
import { PerpixelError } from './errors.js';

/**
 * A task's options, checked and with their defaults.
 *
 * @param nameOf how the reader of an error knows an option: `sigma` in a program, `--sigma` on the command line
 * @throws PerpixelError E_OPTION for the first one that is wrong
 */
export function parseOptions<T>(schema: z.ZodType<T>, values: unknown, nameOf = (option: string) => option): T {
  const result = schema.safeParse(values, { error: expectation });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // Of an option that there is not, zod gives the path of the object that holds it.
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const received = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], values);
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: path.length > 0 ? nameOf(path.join('.')) : undefined,
    received: typeof received === 'object' ? JSON.stringify(received) : String(received),
    expected: issue.code === 'unrecognized_keys' ? optionsOf(schema) : issue.message,
    cure: issue.code === 'unrecognized_keys' ? 'Leave it out, or check its spelling.' : aboutOption(schema, path[0]),
    cause: result.error,
  });
}

function optionsOf(schema: z.ZodType): string {
  const names = 'shape' in schema ? Object.keys(schema.shape as object) : [];
  return names.length > 0 ? `one of the options ${names.join(', ')}` : 'no options';
}

/** What the option is, as `--help` says it: who calls from a program has no help at hand. */
function aboutOption(schema: z.ZodType, name: PropertyKey): string {
  let option = 'shape' in schema ? (schema.shape as Record<PropertyKey, z.ZodType | undefined>)[name] : undefined;
  // What is optional or has a default stands in a schema around that which is described.
  while (option && !option.description && 'unwrap' in option) option = (option as z.ZodOptional<z.ZodType>).unwrap();
  return option?.description ? `${option.description}.` : 'Choose another value.';
}

/** What would have been right, in words that go on after "expected"; undefined leaves zod's own. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'too_small') return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'a whole number' : `a ${issue.expected}`;
  return undefined;
}
