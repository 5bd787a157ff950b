/** The mean of each score over all pictures. */
export function meanScores<K extends string>(pictures: readonly Readonly<Record<K, number>>[]): Record<K, number> {
  const names = Object.keys(pictures[0]) as K[];
  const mean = (name: K) => pictures.reduce((sum, scores) => sum + scores[name], 0) / pictures.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as Record<K, number>;
}
