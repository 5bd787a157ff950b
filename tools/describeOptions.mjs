/**
 * Writes what `--help` says of an option into the declarations in `dist/`, as the doc comment that editors show. `npm run build` calls it:
 * TypeScript leaves the comments of a schema's properties out, and would have a second text beside the schema's own.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** @param {z.ZodType} schema @returns {string | undefined} */
function commentOf(schema) {
  const description =
    schema.description ??
    (schema instanceof z.ZodOptional ? z.globalRegistry.get(schema.unwrap())?.description : undefined);
  if (description === undefined) return undefined;
  const value = schema instanceof z.ZodDefault ? ` @default ${JSON.stringify(schema.def.defaultValue)}` : '';
  return `/** ${description.replaceAll('*/', '* /')}.${value} */`;
}

const tasks = new URL('../src/tasks/', import.meta.url);
const files = readdirSync(tasks, { recursive: true }).map(String);
for (const file of files.filter((name) => /(?:task|examples)\.ts$/.test(name))) {
  const module = new URL(`../dist/tasks/${file.replace(/\.ts$/, '.js')}`, import.meta.url);
  const url = new URL(module.href.replace(/\.js$/, '.d.ts'));
  const exported = Object.values(await import(module.href));
  const schemas = exported.flatMap((each) => [each, each?.options]).filter((each) => each instanceof z.ZodObject);
  const declarations = readFileSync(url, 'utf8');
  const described = declarations.replaceAll(/z\.ZodObject<\{\n([\s\S]*?)\n\}, /g, (block, properties) => {
    const names = [...properties.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name);
    const schema = schemas.find(({ shape }) => Object.keys(shape).join() === names.join());
    if (!schema) return block;
    return block.replaceAll(/^ {4}(\w+)\??:/gm, (property, name) => {
      const comment = commentOf(schema.shape[name]);
      return comment ? `    ${comment}\n${property}` : property;
    });
  });
  if (described !== declarations) writeFileSync(url, described);
}
