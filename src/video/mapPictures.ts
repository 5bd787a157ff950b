import { map, type OperatorFunction } from 'rxjs';
import type { Frame, MappedFrame } from './frame.js';
import type { Chroma } from './layout.js';
import { type MapColours, mapAsPicture } from './mapAsPicture.js';
import type { VideoFormat } from './videoFormat.js';

/** How maps are shown as the pictures of a video. */
export interface MapPicturesOptions extends MapColours {
  /** Of colours: 4:2:0 is what all players show, 4:4:4 has the colour of each pixel. @default '420' */
  chroma?: Chroma;
}

/** Maps as pictures, each as `mapAsPicture` has it: in one range for the whole video, whatever is in a frame. */
export function mapPictures(options: MapPicturesOptions = {}): OperatorFunction<MappedFrame, Frame> {
  return map(({ map, format, ...frame }) => ({
    ...frame,
    format: pictureFormat(format, options),
    raster: {
      pixels: mapAsPicture(map, options),
      metadata: { format: 'png', bitDepth: options.style === 'mm' ? 16 : 8 },
    },
  }));
}

/** What frames of pictures are, by the video that they are of: its size, pixels and timing. */
export function pictureFormat(
  { width, height, rate, timeBase, pixelAspect }: VideoFormat,
  { style = 'colour', chroma = '420' }: MapPicturesOptions = {},
): VideoFormat {
  const common = { width, height, rate, timeBase, pixelAspect };
  if (style === 'mm') {
    return { ...common, layout: { samples: 'grey', bits: 16 }, colour: { matrix: 'bt709', range: 'full' } };
  }
  return {
    ...common,
    layout: style === 'grey' ? { samples: 'grey', bits: 8 } : { samples: 'yuv', chroma, bits: 8 },
    colour: { matrix: 'bt709', range: 'limited' },
    tags: { range: 'tv', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
  };
}
