/**
 * Whether a version is in a range of npm's, of the kinds that package.json has: `^20.19.0 || >=22.12.0`.
 *
 * @param version `process.version`: `v22.12.0`
 */
export function satisfiesRange(version: string, range: string): boolean {
  const has = numbersOf(version);
  return range.split('||').some((part) => {
    const least = numbersOf(part);
    return compare(has, least) >= 0 && (part.includes('>=') || has[0] === least[0]);
  });
}

function numbersOf(text: string): number[] {
  return text.match(/\d+/g)!.slice(0, 3).map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, i) => value - b[i]).find((difference) => difference !== 0) ?? 0;
}
