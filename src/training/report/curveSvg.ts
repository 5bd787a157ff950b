import { escaped } from '../../core/escaped.js';

/** A point of a curve: a step, and a value there. */
export type Point = readonly [step: number, value: number];

const WIDTH = 640;
const HEIGHT = 220;
const MARGIN = { left: 64, right: 12, top: 26, bottom: 24 };

/**
 * A curve over the steps of a run as inline SVG, with its range and its last value.
 *
 * @param scale `log` where all values are positive and their ratio counts: a loss
 */
export function curveSvg(title: string, points: readonly Point[], scale: 'linear' | 'log' = 'linear'): string {
  const values = points.map(([, value]) => value);
  const place = scale === 'log' && values.every((v) => v > 0) ? Math.log : (v: number) => v;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [points[0][0], points.at(-1)![0]];
  const x = (step: number) => MARGIN.left + share(step, first, last) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - share(place(value), place(low), place(high)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const label = (value: number) =>
    `<text x="${MARGIN.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${shown(value)}</text>` +
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>`;
  const text = (at: number, anchor: 'start' | 'end', content: string) =>
    `<text x="${at}" y="${HEIGHT - 6}" text-anchor="${anchor}">${content}</text>`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">` +
    `<text class="title" x="${MARGIN.left}" y="16">${escaped(title)}: ${shown(values.at(-1)!)}</text>` +
    [...new Set([low, high])].map(label).join('') +
    text(MARGIN.left, 'start', `step ${first}`) +
    text(WIDTH - MARGIN.right, 'end', `step ${last}`) +
    `<polyline points="${line}"/></svg>`
  );
}

/** Where a value lies between two others, 0..1; in the middle where they are one. */
const share = (value: number, low: number, high: number) => (high === low ? 0.5 : (value - low) / (high - low));

const shown = (value: number) => String(Number(value.toPrecision(4)));
