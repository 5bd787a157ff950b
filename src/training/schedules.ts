/** The learning rate at a step, 0 for the first. */
export type Schedule = (step: number) => number;

/** A rate that never changes. */
export function constant(rate: number): Schedule {
  return () => rate;
}

/** Linear warm-up from nothing, then half a cosine down to `rate * floor` at `steps`. */
export function cosine(
  rate: number,
  { steps, warmup = 0, floor = 0 }: { steps: number; warmup?: number; floor?: number },
): Schedule {
  return (step) => {
    if (step < warmup) return (rate * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, steps - warmup));
    return rate * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  };
}

/** `rate`, multiplied by `factor` at each of the given steps: the annealing of the papers. */
export function stepwise(rate: number, { at, factor = 0.1 }: { at: readonly number[]; factor?: number }): Schedule {
  return (step) => rate * factor ** at.filter((s) => step >= s).length;
}
