import { strokeGlyph } from './strokeGlyph.js';

/** How a line of text is set, in pixels. */
export interface StrokeTextOptions {
  /** Its left end. */
  x: number;
  /** Its base line. */
  y: number;
  /** Of the font: lower case is about half as tall. */
  size: number;
}

const SPACE = 0.4;

/** How long a text is, in ems. */
export function strokeTextWidth(text: string): number {
  return [...text].reduce((sum, name) => sum + (name === ' ' ? SPACE : strokeGlyph(name).advance), 0);
}

/** A line of text as an element of SVG, black, in the stroke font. */
export function strokeText(text: string, { x, y, size }: StrokeTextOptions): string {
  let path = '';
  let left = 0;
  for (const name of text) {
    if (name === ' ') {
      left += SPACE;
      continue;
    }
    const { lines, advance } = strokeGlyph(name);
    for (const line of lines) {
      const points = line.map(([px, py]) => `${(x + size * (left + px)).toFixed(2)} ${(y + size * py).toFixed(2)}`);
      path += `M${points.join('L')}`;
    }
    left += advance;
  }
  const stroke = `stroke-width="${(size * 0.09).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"`;
  return `<path d="${path}" fill="none" stroke="black" ${stroke}/>`;
}
