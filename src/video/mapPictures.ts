import { map, type OperatorFunction } from 'rxjs';
import { parseOptions } from '../core/parseOptions.js';
import type { AnyTask } from '../tasks/task.js';
import type { Frame, FrameWithResult } from './frame.js';
import type { Chroma } from './layout.js';
import { requireVideoView } from './requireVideoView.js';
import type { VideoFormat } from './videoFormat.js';

/** How results are shown as the pictures of a video. */
export interface MapPicturesOptions {
  /** Of colours: 4:2:0 is what all players show, 4:4:4 has the colour of each pixel. @default '420' */
  chroma?: Chroma;
  /** What the answer can be told (of depth: style, near, far). */
  [option: string]: unknown;
}

/** Results as pictures, each as its answer shows it: in one range for the whole video, whatever is in a frame. */
export function mapPictures({
  chroma = '420',
  ...options
}: MapPicturesOptions = {}): OperatorFunction<FrameWithResult, Frame> {
  return map(({ result, format, ...frame }) => {
    const view = requireVideoView(result.task);
    const asked = parseOptions(view.options, options);
    return {
      ...frame,
      format: pictureFormat(format, result.task, { ...asked, chroma }),
      raster: {
        pixels: view.picture(result.value, asked, result.facts),
        metadata: { format: 'png', bitDepth: view.layout(asked) === 'numbers' ? 16 : 8 },
      },
    };
  });
}

/** What frames of pictures are, by the video that they are of: its size, pixels and timing. */
export function pictureFormat(
  { width, height, rate, isUneven, timeBase, pixelAspect }: VideoFormat,
  task: AnyTask,
  { chroma = '420', ...options }: MapPicturesOptions = {},
): VideoFormat {
  const view = requireVideoView(task);
  const common = { width, height, rate, isUneven, timeBase, pixelAspect };
  const layout = view.layout(parseOptions(view.options, options));
  if (layout === 'numbers') {
    return { ...common, layout: { samples: 'grey', bits: 16 }, colour: { matrix: 'bt709', range: 'full' } };
  }
  return {
    ...common,
    layout: layout === 'grey' ? { samples: 'grey', bits: 8 } : { samples: 'yuv', chroma, bits: 8 },
    colour: { matrix: 'bt709', range: 'limited' },
    tags: { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
  };
}
