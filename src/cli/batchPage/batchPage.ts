import { escaped } from '../../core/escaped.js';
import type { RestorationScores } from '../../metrics/restoration.js';
import type { FileResult } from '../../pipelines/items.js';
import { duration, withoutArrays } from '../report.js';

/** The same part of a photo before and after, as pictures that stand in the page themselves. */
export interface View {
  caption: string;
  before: string;
  after: string;
  width: number;
  height: number;
}

/** A file of the batch, and what can be shown of it. */
export interface BatchEntry {
  result: FileResult;
  views: readonly View[];
  /** Against the truth, where there is one. */
  scores?: { before: RestorationScores; after: RestorationScores };
  /** Why there are no views or scores. */
  note?: string;
}

/** What a page of ours is known by. */
export const GENERATOR = '<meta name="generator" content="perpixel">';

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 15px/1.45 system-ui, sans-serif; max-width: 1024px; margin: 2em auto; padding: 0 1em }
  h2 { font-size: 1.1em; margin: 2.5em 0 .3em; overflow-wrap: anywhere }
  dl { display: flex; flex-wrap: wrap; gap: 0 1.5em; margin: 0 0 .7em } dt { opacity: .65 } dd { margin: 0 } dl div { display: flex; gap: .4em }
  .failed li { overflow-wrap: anywhere }
  figure { margin: 0 0 1em } figcaption { opacity: .65 }
  .pair { --at: 50%; position: relative; max-width: 100% }
  .pair img { display: block; width: 100%; height: 100%; position: absolute; inset: 0 }
  .pair .after { clip-path: inset(0 0 0 var(--at)) }
  .pair::after { content: ""; position: absolute; inset: 0 auto 0 var(--at); width: 2px; margin-left: -1px; background: #fff; box-shadow: 0 0 3px #000 }
  .pair input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; z-index: 1 }
  .pair:focus-within { outline: 2px solid #0b62a8; outline-offset: 2px }`;

const SCRIPT = `
  addEventListener('input', ({ target }) => target.parentElement.style.setProperty('--at', target.value + '%'));`;

/**
 * The page of a batch: what failed and why, then each photo, before and after under a slider, with its scores or what was found
 * out about it. One HTML document that needs nothing else.
 */
export function batchPage(title: string, entries: readonly BatchEntry[]): string {
  const failed = entries.filter(({ result }) => result.status === 'failed');
  const rest = entries.filter(({ result }) => result.status !== 'failed');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
${GENERATOR}
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
<h1>${escaped(title)}</h1>
<p>${summary(entries)}</p>
${failed.length > 0 ? `<h2>Failed</h2>\n<ul class="failed">${failed.map(failure).join('')}</ul>\n` : ''}${rest.map(article).join('\n')}
<script>${SCRIPT}
</script>
</html>
`;
}

function summary(entries: readonly BatchEntry[]): string {
  const count = (status: FileResult['status']) => entries.filter(({ result }) => result.status === status).length;
  const sum = (key: 'megapixels' | 'seconds') => entries.reduce((total, { result }) => total + result[key], 0);
  const scored = entries.flatMap(({ scores }) => scores ?? []);
  const mean = (when: 'before' | 'after', score: 'psnr' | 'ssim') =>
    scored.reduce((total, each) => total + each[when][score], 0) / scored.length;
  const parts = [
    `${count('done')} done`,
    count('skipped') > 0 && `${count('skipped')} already existed`,
    count('failed') > 0 && `${count('failed')} failed`,
    `${sum('megapixels').toFixed(2)} megapixels in ${duration(sum('seconds'))} of work`,
    scored.length > 0 &&
      `on average PSNR ${change(mean('before', 'psnr'), mean('after', 'psnr'), 2)} dB, ` +
        `SSIM ${change(mean('before', 'ssim'), mean('after', 'ssim'), 3)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function failure({ result: { input, error } }: BatchEntry): string {
  return `<li><code>${error?.code ?? ''}</code> ${escaped(error?.message ?? input)}</li>`;
}

function article({ result, views, scores, note }: BatchEntry): string {
  const facts: Record<string, unknown> = {
    ...(result.status === 'skipped' ? { result: 'already existed' } : { took: `${result.seconds.toFixed(1)} s` }),
    ...(scores && {
      'PSNR in dB': change(scores.before.psnr, scores.after.psnr, 2),
      SSIM: change(scores.before.ssim, scores.after.ssim, 3),
    }),
    ...(result.words === undefined && result.report),
    ...(note && { note }),
  };
  const words = [...(result.words ?? []), ...((result.words && (result.report.notices as string[] | undefined)) ?? [])];
  const list = Object.entries(facts).filter(([name, value]) => withoutArrays(name, value) !== undefined);
  return `<article><h2>${escaped(result.input)}</h2>
<dl>${list.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(shown(value))}</dd></div>`).join('')}</dl>
${words.length === 0 ? '' : `<ul>${words.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>\n`}${views.map(figure).join('\n')}</article>`;
}

function figure({ caption, before, after, width, height }: View): string {
  return `<figure><div class="pair" style="width: ${width}px; aspect-ratio: ${width} / ${height}">
<img class="before" alt="before" src="${before}"><img class="after" alt="after" src="${after}">
<input type="range" min="0" max="100" step="0.1" value="50" aria-label="before to the left, after to the right">
</div><figcaption>${escaped(caption)}: before | after</figcaption></figure>`;
}

const change = (before: number, after: number, digits: number) =>
  `${before.toFixed(digits)} → ${after.toFixed(digits)}`;

function shown(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}
