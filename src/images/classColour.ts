/**
 * Red, green and blue, 0..1, of a class: hues a golden section apart, so that classes of neighbouring numbers differ; 0 is
 * void, and black.
 */
export function classColour(id: number): [number, number, number] {
  if (id === 0) return [0, 0, 0];
  const hue = (id * 0.618034) % 1;
  const channel = (shift: number) => 0.55 + 0.4 * Math.cos(2 * Math.PI * (hue + shift));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}
