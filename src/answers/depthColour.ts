/** Coefficients of powers 0 to 5, a channel each. Mikhailov: Turbo, an improved rainbow colormap, 2019 (Apache-2.0), its polynomial. */
const TURBO = [
  [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
  [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
  [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
] as const;

const STEPS = 256;
const COLOURS = Array.from({ length: STEPS }, (_, step) =>
  TURBO.map((powers) => within(powers.reduceRight((sum, power) => sum * (step / (STEPS - 1)) + power, 0))),
) as [red: number, green: number, blue: number][];

/** A share of a range as red, green and blue, all 0..1: from dark blue over green to dark red, in 256 steps. */
export function depthColour(share: number): readonly [red: number, green: number, blue: number] {
  return COLOURS[Math.round(within(share) * (STEPS - 1))];
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}
