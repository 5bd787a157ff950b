import { readFileSync } from 'node:fs';

/** What the package says of itself, as far as the command tells it. */
export function packageJson(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
}
