import { PerpixelError } from '../core/errors.js';

/** How many samples of chroma there are: one of each kind for 2x2, 2x1, 4x1 pixels, or for every pixel. */
export type Chroma = '420' | '422' | '411' | '444';

/**
 * How the samples of a frame stand in memory. `yuv`: three planes, Y, Cb, Cr. `grey`: one plane. `rgb`: interleaved.
 * More than 8 bits are 16-bit words, low byte first, with the value in the low bits.
 */
export type Layout =
  | { samples: 'yuv'; chroma: Chroma; bits: number }
  | { samples: 'grey'; bits: number }
  | { samples: 'rgb'; bits: 8 | 16 };

/** A plane of a frame; `right` and `down` are the shifts from pixels to its samples. */
export interface PlaneSize {
  width: number;
  height: number;
}

const SHIFTS: Record<Chroma, { right: number; down: number }> = {
  '420': { right: 1, down: 1 },
  '422': { right: 1, down: 0 },
  '411': { right: 2, down: 0 },
  '444': { right: 0, down: 0 },
};

/** How many times a side of the frame is halved for its chroma planes. */
export function chromaShifts(chroma: Chroma): { right: number; down: number } {
  return SHIFTS[chroma];
}

/** Size of a chroma plane; an odd side of the frame rounds up. */
export function chromaSize(chroma: Chroma, { width, height }: PlaneSize): PlaneSize {
  const { right, down } = SHIFTS[chroma];
  return { width: -(-width >> right), height: -(-height >> down) };
}

/** Bytes of one frame. */
export function frameBytes(layout: Layout, size: PlaneSize): number {
  const pixels = size.width * size.height;
  const bytes = layout.bits > 8 ? 2 : 1;
  if (layout.samples === 'grey') return pixels * bytes;
  if (layout.samples === 'rgb') return 3 * pixels * bytes;
  const chroma = chromaSize(layout.chroma, size);
  return (pixels + 2 * chroma.width * chroma.height) * bytes;
}

/**
 * The layout that FFmpeg calls by this name: `yuv420p`, `yuv422p10le`, `gray`, `gray16le`, `rgb24`, `rgb48le`.
 *
 * @throws PerpixelError E_OPTION for another name
 */
export function layoutNamed(name: string): Layout {
  if (name === 'rgb24') return { samples: 'rgb', bits: 8 };
  if (name === 'rgb48le') return { samples: 'rgb', bits: 16 };
  const [, grey, chroma, bits = '8'] = /^(?:(gray)|yuv(420|422|411|444)p)(?:(9|10|12|14|16)le)?$/.exec(name) ?? [];
  if (grey) return { samples: 'grey', bits: Number(bits) };
  if (chroma) return { samples: 'yuv', chroma: chroma as Chroma, bits: Number(bits) };
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'raw frames',
    received: name,
    expected: 'rgb24, rgb48le, gray, gray10le, nv12, yuv420p, yuv422p10le or the like',
    cure: 'Let ffmpeg write one of them: -f rawvideo -pix_fmt rgb24.',
  });
}

/** What FFmpeg calls a layout. */
export function layoutName(layout: Layout): string {
  const depth = layout.bits > 8 ? `${layout.bits}le` : '';
  if (layout.samples === 'rgb') return layout.bits > 8 ? 'rgb48le' : 'rgb24';
  return layout.samples === 'grey' ? `gray${depth}` : `yuv${layout.chroma}p${depth}`;
}
