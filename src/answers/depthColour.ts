/** Coefficients of powers 0 and up, a channel each. */
type Polynomials = readonly (readonly number[])[];

/** Mikhailov: Turbo, an improved rainbow colormap, 2019 (Apache-2.0), its polynomial. */
const TURBO: Polynomials = [
  [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
  [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
  [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973],
];
/** Those of van der Walt and Smith, 2015 (CC0), as polynomials that Zucker fitted to them (CC0): within some hundredths. */
const VIRIDIS: Polynomials = [
  [0.27772733, 0.10509304, -0.33086183, -4.6342305, 6.22826994, 4.776385, -5.43545586],
  [0.00540734, 1.40461353, 0.21484756, -5.7991009, 14.17993337, -13.74514538, 4.64585261],
  [0.3340998, 1.38459016, 0.09509516, -19.33244096, 56.6905526, -65.35303263, 26.31243525],
];
const MAGMA: Polynomials = [
  [-0.00213649, 0.25166054, 8.35371728, -27.66873309, 52.17613981, -50.76852536, 18.65570507],
  [-0.00074966, 0.67752324, -3.57771951, 14.26473078, -27.94360607, 29.04658282, -11.48977352],
  [-0.00538613, 2.4940266, 0.3144679, -13.64921319, 12.94416944, 4.23415299, -5.60196151],
];
const GREY: Polynomials = [
  [0, 1],
  [0, 1],
  [0, 1],
];

const MAPS = { turbo: TURBO, viridis: VIRIDIS, magma: MAGMA, grey: GREY };

/** The colours that distances may be shown in, from far to near: dark blue to red, violet to yellow, black to pale, black to white. */
export type ColourMap = keyof typeof MAPS;
export const colourMaps = Object.keys(MAPS) as [ColourMap, ...ColourMap[]];

const STEPS = 256;
type Rgb = readonly [red: number, green: number, blue: number];
const tables = Object.fromEntries(
  Object.entries(MAPS).map(([name, channels]) => [
    name,
    Array.from({ length: STEPS }, (_, step) =>
      channels.map((powers) => within(powers.reduceRight((sum, power) => sum * (step / (STEPS - 1)) + power, 0))),
    ),
  ]),
) as unknown as Record<ColourMap, Rgb[]>;

/** A share of a range as red, green and blue, all 0..1, in 256 steps: 0 is the far end, 1 the near one. */
export function depthColour(share: number, colours: ColourMap = 'turbo'): Rgb {
  return tables[colours][Math.round(within(share) * (STEPS - 1))];
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}
