/** Of how many files or frames each notice was told: people are told it once, and at the end of how many. */
export function noticeCounts() {
  const counts = new Map<string, number>();
  return {
    /** @returns how many there are now */
    add(notice: string): number {
      const count = (counts.get(notice) ?? 0) + 1;
      counts.set(notice, count);
      return count;
    },
    all: (): (readonly [notice: string, count: number])[] => [...counts],
  };
}
