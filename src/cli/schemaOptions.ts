import type { Options } from 'yargs';
import * as z from 'zod';
import { parseOptions } from '../tasks/parseOptions.js';

interface Property {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
}

/** The command's options for a schema: names, types, choices and help texts come from it and from nowhere else. */
export function schemaOptions(schema: z.ZodType): Record<string, Options> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Property> };
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      {
        type: property.type === 'number' || property.type === 'boolean' ? property.type : 'string',
        describe: property.description,
        default: property.default,
        choices: property.enum,
        requiresArg: property.type !== 'boolean',
      } satisfies Options,
    ]),
  );
}

/** The values of the schema's options out of all arguments. @throws PerpixelError E_OPTION for the first that is wrong */
export function schemaValues<T>(schema: z.ZodType<T>, args: Record<string, unknown>): T {
  const own = Object.fromEntries(Object.keys(schemaOptions(schema)).map((name) => [name, args[name]]));
  return parseOptions(schema, own, (name) => `--${name}`);
}
