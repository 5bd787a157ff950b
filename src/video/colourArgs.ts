import type { VideoFormat } from './videoFormat.js';

/** FFmpeg's options for what a video says of its colours. */
export function colourArgs({ tags = {}, colour }: Pick<VideoFormat, 'tags' | 'colour'>): string[] {
  const { range = colour.range === 'full' ? 'pc' : undefined, space, primaries, transfer } = tags;
  return [
    ...(range ? ['-color_range', range] : []),
    ...(space ? ['-colorspace', space] : []),
    ...(primaries ? ['-color_primaries', primaries] : []),
    ...(transfer ? ['-color_trc', transfer] : []),
  ];
}
