import { PerpixelError } from '../core/errors.js';
import type { Chroma, Layout } from './layout.js';
import { requireFrameSize } from './requireFrameSize.js';
import { type Ratio, usualMatrix, type VideoColour, type VideoFormat } from './videoFormat.js';

export const Y4M_MAGIC = 'YUV4MPEG2';

/** Chroma words of 8 bits: MJPEG tools' yuv4mpeg(5), and `mono` of FFmpeg. */
const CHROMA: Record<string, Layout> = {
  '420': { samples: 'yuv', chroma: '420', bits: 8 },
  '420jpeg': { samples: 'yuv', chroma: '420', bits: 8 },
  '420mpeg2': { samples: 'yuv', chroma: '420', bits: 8 },
  '420paldv': { samples: 'yuv', chroma: '420', bits: 8 },
  '411': { samples: 'yuv', chroma: '411', bits: 8 },
  '422': { samples: 'yuv', chroma: '422', bits: 8 },
  '444': { samples: 'yuv', chroma: '444', bits: 8 },
  mono: { samples: 'grey', bits: 8 },
};

/**
 * The first line of a YUV4MPEG2 stream: `YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420jpeg`. Size and rate are needed; chroma is
 * 4:2:0 where not said. More than 8 bits (`C420p10`, `Cmono16`) and `XCOLORRANGE` are FFmpeg's.
 *
 * The format does not tell the matrix; it is the usual one of that size unless `colour` says.
 *
 * @throws PerpixelError E_FORMAT it is another format, or says something that is not handled; E_SIZE frames are too large
 */
export function parseY4mHeader(line: string, colour: Partial<VideoColour> = {}): VideoFormat {
  const [magic, ...words] = line.split(' ');
  if (magic !== Y4M_MAGIC) throw notY4m(`${JSON.stringify(line.slice(0, 20))} at the start`);
  const fields = new Map(words.filter((word) => !word.startsWith('X')).map((word) => [word[0], word.slice(1)]));
  const width = positive('width', fields.get('W'));
  const height = positive('height', fields.get('H'));
  requireFrameSize({ width, height });
  const chroma = fields.get('C');
  const rate = ratio(fields.get('F'));
  if (rate === undefined) throw notY4m(`frame rate ${fields.get('F')}`);
  const isFull = words.includes('XCOLORRANGE=FULL');
  return {
    width,
    height,
    rate,
    timeBase: { num: rate.den, den: rate.num },
    layout: layoutOf(chroma ?? '420'),
    colour: {
      matrix: colour.matrix ?? usualMatrix({ width, height }),
      range: colour.range ?? (isFull ? 'full' : 'limited'),
    },
    pixelAspect: ratio(fields.get('A')),
    y4m: { chroma, interlacing: fields.get('I') },
  };
}

/** The first line of a stream of such frames, line feed included. RGB frames have no place in it. */
export function y4mHeader({ width, height, rate, layout, colour, pixelAspect, y4m }: VideoFormat): string {
  const words = [Y4M_MAGIC, `W${width}`, `H${height}`, `F${rate.num}:${rate.den}`];
  words.push(`I${y4m?.interlacing ?? 'p'}`, pixelAspect ? `A${pixelAspect.num}:${pixelAspect.den}` : 'A0:0');
  words.push(`C${y4m?.chroma ?? chromaWord(layout)}`);
  words.push(`XCOLORRANGE=${colour.range.toUpperCase()}`);
  return `${words.join(' ')}\n`;
}

function chromaWord(layout: Layout): string {
  const depth = layout.bits > 8 ? String(layout.bits) : '';
  if (layout.samples !== 'yuv') return `mono${depth}`;
  if (layout.chroma === '420' && depth === '') return '420jpeg';
  return depth === '' ? layout.chroma : `${layout.chroma}p${depth}`;
}

function layoutOf(word: string): Layout {
  if (Object.hasOwn(CHROMA, word)) return CHROMA[word];
  const [, chroma, bits, greyBits] = /^(?:(420|422|444)p(9|10|12|14|16)|mono(9|10|12|14|16))$/.exec(word) ?? [];
  if (chroma) return { samples: 'yuv', chroma: chroma as Chroma, bits: Number(bits) };
  if (greyBits) return { samples: 'grey', bits: Number(greyBits) };
  throw notY4m(`chroma ${word}`);
}

function positive(what: string, text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,5}$/.test(text)) throw notY4m(`${what} ${text}`);
  return Number(text);
}

/** `0:0` says that it is not known. */
function ratio(text: string | undefined): Ratio | undefined {
  const [, num, den] = /^(\d{1,9}):(\d{1,9})$/.exec(text ?? '') ?? [];
  return Number(num) > 0 && Number(den) > 0 ? { num: Number(num), den: Number(den) } : undefined;
}

function notY4m(received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    subject: 'video',
    received,
    expected: 'a y4m stream: YUV4MPEG2 W.. H.. F..:.. of 4:2:0, 4:1:1, 4:2:2, 4:4:4 or mono, 8 to 16 bits',
    cure: 'Make one with: ffmpeg -i IN -f yuv4mpegpipe -strict -1 -',
  });
}
