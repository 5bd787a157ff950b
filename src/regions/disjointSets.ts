/**
 * Sets of the numbers 0 to n - 1 that only grow together (union-find): each operation takes nearly constant time.
 * Tarjan: Efficiency of a good but not linear set union algorithm. Journal of the ACM 1975.
 */
export class DisjointSets {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = new Uint32Array(count);
    for (let i = 0; i < count; i++) this.#parent[i] = i;
  }

  /** The number that stands for the set of `i`. */
  find(i: number): number {
    const parent = this.#parent;
    while (parent[i] !== i) {
      // Each step halves the way for those that come later.
      parent[i] = parent[parent[i]];
      i = parent[i];
    }
    return i;
  }

  /** Joins two sets, each named by the number that stands for it; the first stands for both from now on. */
  join(root: number, other: number): void {
    this.#parent[other] = root;
  }
}
