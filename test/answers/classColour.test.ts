import { expect, test } from 'vitest';
import { classColour } from '../../src/answers/classColour.js';

const distance = (one: number[], other: number[]) => Math.hypot(...one.map((value, c) => value - other[c]));
const colours = Array.from({ length: 41 }, (_, id) => classColour(id));

test('void is black', () => expect(colours[0]).toEqual([0, 0, 0]));

test('the 40 classes are told apart, and those of neighbouring numbers at a glance', () => {
  for (const [id, colour] of colours.entries()) {
    for (const other of colours.slice(0, id)) expect(distance(colour, other)).toBeGreaterThan(0.09);
    if (id > 1) expect(distance(colour, colours[id - 1])).toBeGreaterThan(0.35);
    for (const value of colour) expect(value >= 0 && value <= 1).toBe(true);
  }
});
