/** The light of a value of sRGB, both 0..1. IEC 61966-2-1. */
export const toLight = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** The value of sRGB for light, both 0..1. IEC 61966-2-1. */
export const fromLight = (light: number): number =>
  light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
