import { escaped } from '../../core/escaped.js';
import type { LogEntry } from '../runLog.js';
import { curveSvg, type Point } from './curveSvg.js';
import { pngDataUri } from './pngDataUri.js';
import type { SamplePictures } from './samplePictures.js';

/** What a run's page is made of. */
export interface Report {
  title: string;
  /** How the run is set up, by name. */
  facts: Readonly<Record<string, unknown>>;
  log: readonly LogEntry[];
  samples: readonly SamplePictures[];
}

const STYLE = `
  body { font: 15px/1.45 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #222 }
  svg { width: 100%; max-width: 640px; display: block; margin: 1em 0 }
  svg text { font-size: 12px; fill: #555 } svg .title { font-size: 14px; fill: #222 }
  svg line { stroke: #ddd } svg polyline { fill: none; stroke: #0b62a8; stroke-width: 1.5 }
  td, th { padding: 2px 12px 2px 0; text-align: left; vertical-align: top }
  img { width: 100%; image-rendering: pixelated }
  .samples td { width: 33% }`;

/** The page of a run: how it is set up, its curves, and samples. One HTML document that needs nothing else. */
export async function reportPage({ title, facts, log, samples }: Report): Promise<string> {
  const validated = log.filter((entry) => entry.scores);
  const names = [...new Set(validated.flatMap((entry) => Object.keys(entry.scores!)))];
  const curves = [
    { title: 'loss', points: log.map(({ step, loss }): Point => [step, loss]), scale: 'log' as const },
    ...names.map((name) => ({
      title: name,
      points: validated.flatMap(({ step, scores }): Point[] => (name in scores! ? [[step, scores![name]]] : [])),
      scale: 'linear' as const,
    })),
  ].filter(({ points }) => points.length > 0);
  const rows = await Promise.all(
    samples.map(async ({ input, answer, truth }) => {
      const cells = await Promise.all([input, answer, truth].map(pngDataUri));
      return `<tr>${cells.map((uri) => `<td><img alt="" src="${uri}"></td>`).join('')}</tr>`;
    }),
  );
  const last = log.at(-1);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
<h1>${escaped(title)}</h1>
<p>${last ? `Step ${last.step} of ${last.steps}` : 'No step logged yet'}</p>
${curves.map((curve) => curveSvg(curve.title, curve.points, curve.scale)).join('\n')}
<table class="samples"><tr><th>input</th><th>answer</th><th>truth</th></tr>
${rows.join('\n')}
</table>
<table>${Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(textOf(value))}</td></tr>`)
    .join('')}</table>
</html>
`;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
