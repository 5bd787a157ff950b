import type { DenoiseReport } from './facts.js';

/** Noise is stronger in one half of the brightness where it is so many times that of the other. */
const STRONGER = 1.3;

/** What was found, as people say it: `noise found: 6.2 of 255, stronger in the shadows`. */
export function noiseWords(report: DenoiseReport): string[] {
  const { sigma, noise, noiseEstimated, noiseKind, chroma, jpegQuality } = report;
  const level = (value: number) => value.toFixed(1);
  const isNone = noiseEstimated && sigma === 0;
  const found = [
    `${noiseEstimated ? 'noise found' : 'noise as given'}: ${level(noise)} of 255`,
    ...(noiseEstimated ? whereStronger(report) : []),
    ...(chroma !== undefined && noiseKind === 'camera' ? [`${level(chroma)} in colours`] : []),
  ];
  return [
    isNone ? 'no noise found' : found.join(', '),
    ...(jpegQuality === undefined ? [] : [`blocks and ringing of JPEG taken out, quality ${jpegQuality}`]),
  ];
}

function whereStronger({ shadows, lights }: DenoiseReport): string[] {
  if (shadows === undefined || lights === undefined) return [];
  if (shadows > STRONGER * lights) return ['stronger in the shadows'];
  return lights > STRONGER * shadows ? ['stronger in the lights'] : [];
}
