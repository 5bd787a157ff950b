const HUES = 14;
/** Each hue comes in these, so that 40 classes are told apart. */
const SHADES = [1, 0.7, 0.45];
/** From class to class, in hues: neighbouring numbers differ much. */
const STEP = 5;

/** Red, green and blue, 0..1, of a class of up to 42; 0 is void, and black. */
export function classColour(id: number): [number, number, number] {
  if (id === 0) return [0, 0, 0];
  const shade = Math.floor((id - 1) / HUES) % SHADES.length;
  const hue = ((STEP * (id - 1)) % HUES) / HUES + shade / (SHADES.length * HUES);
  const channel = (shift: number) => SHADES[shade] * (0.55 + 0.4 * Math.cos(2 * Math.PI * (hue + shift)));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}
