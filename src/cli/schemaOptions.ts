import type { Options } from 'yargs';
import * as z from 'zod';
import { parseOptions } from '../core/parseOptions.js';

interface Property {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: (string | number)[];
  items?: Pick<Property, 'type' | 'enum'>;
  /** Of an array: so many values each time that the option is given. @default all that follow */
  nargs?: number;
  anyOf?: Pick<Property, 'type' | 'items'>[];
}

/**
 * The command's options for a schema: names, types, choices and help texts come from it and from nowhere else.
 * `modelStride` becomes `--model-stride`.
 *
 * @param group heading in `--help`
 */
export function schemaOptions(schema: z.ZodType, group?: string): Record<string, Options> {
  const { required = [] } = jsonSchemaOf(schema);
  return Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => {
      // What is one or several is several, of which there may be one.
      const { items } = property.anyOf?.find((each) => each.items) ?? property;
      return [
        hyphenated(name),
        {
          group,
          demandOption: required.includes(name),
          type: TYPES[items?.type ?? property.type ?? ''] ?? 'string',
          array: items !== undefined,
          ...(property.nargs !== undefined && { nargs: property.nargs }),
          describe: property.description,
          // Of several values that are not given, yargs makes a list of one that is not defined.
          ...(property.default !== undefined && { default: property.default }),
          choices: items?.enum ?? property.enum,
          requiresArg: property.type !== 'boolean',
        } satisfies Options,
      ];
    }),
  );
}

/** The values of the schema's options out of all arguments. @throws PerpixelError E_OPTION for the first that is wrong */
export function schemaValues<T>(schema: z.ZodType<T>, args: Record<string, unknown>): T {
  const own = Object.fromEntries(Object.keys(propertiesOf(schema)).map((name) => [name, args[name]]));
  return parseOptions(schema, own, (name) => `--${hyphenated(name)}`);
}

/** What is no JSON, such as a picture in memory, is a path on the command line. */
const TYPES: Readonly<Record<string, Options['type']>> = { number: 'number', integer: 'number', boolean: 'boolean' };

const jsonSchemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

function propertiesOf(schema: z.ZodType): Record<string, Property> {
  return (jsonSchemaOf(schema).properties ?? {}) as Record<string, Property>;
}

/** `modelStride` as `model-stride`. */
export function hyphenated(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
