import type * as z from 'zod';
import { PerpixelError } from '../errors.js';

/**
 * A task's options, checked and with their defaults.
 *
 * @param nameOf how the reader of an error knows an option: `sigma` in a program, `--sigma` on the command line
 * @throws PerpixelError E_OPTION for the first one that is wrong
 */
export function parseOptions<T>(schema: z.ZodType<T>, values: unknown, nameOf = (option: string) => option): T {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  const received = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], values);
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: path.length > 0 ? nameOf(path.join('.')) : undefined,
    received: String(received),
    expected: message.replace(/^Invalid input: expected /, ''),
    cure: 'See its description for the range.',
    cause: result.error,
  });
}
