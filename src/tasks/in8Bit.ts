/** A level of 0..1 in 8-bit units, to hundredths: as reports have it. */
export const in8Bit = (level: number): number => Math.round(level * 255 * 100) / 100;
