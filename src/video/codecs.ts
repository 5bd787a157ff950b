import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { type Chroma, chromaShifts, type Layout } from './layout.js';
import type { VideoFormat } from './videoFormat.js';

export type CodecName = 'h264' | 'hevc' | 'vp9' | 'av1' | 'ffv1' | 'prores';

interface Codec {
  /** FFmpeg's encoder and its settings. */
  args(layout: Layout, crf: number): string[];
  /** Constant rate factor at which one hardly sees a difference to the source; none where there is no such setting. */
  crf?: number;
  bits: readonly number[];
  chroma: readonly Chroma[];
  /** Whether it has frames without chroma that players show. */
  grey?: boolean;
  /** Whether a side may be no multiple of what a chroma sample stands for. */
  odd?: boolean;
}

/** 4:1:1 has no modern encoder, and 4:2:2 holds all of it. */
const COMMON: readonly Chroma[] = ['420', '422', '444'];

const CODECS: Record<CodecName, Codec> = {
  h264: {
    args: (_, crf) => ['-c:v', 'libx264', '-preset', 'medium', '-crf', `${crf}`],
    crf: 14,
    bits: [8, 10],
    chroma: COMMON,
  },
  hevc: {
    args: (_, crf) => ['-c:v', 'libx265', '-preset', 'medium', '-crf', `${crf}`, '-x265-params', 'log-level=error'],
    crf: 16,
    bits: [8, 10, 12],
    chroma: COMMON,
  },
  vp9: {
    args: (_, crf) => ['-c:v', 'libvpx-vp9', '-b:v', '0', '-crf', `${crf}`, '-row-mt', '1', '-cpu-used', '2'],
    crf: 18,
    bits: [8, 10, 12],
    chroma: COMMON,
    odd: true,
  },
  av1: {
    args: (_, crf) => ['-c:v', 'libaom-av1', '-crf', `${crf}`, '-cpu-used', '6', '-row-mt', '1'],
    crf: 18,
    bits: [8, 10, 12],
    chroma: COMMON,
    odd: true,
  },
  ffv1: {
    args: () => ['-c:v', 'ffv1', '-level', '3', '-slicecrc', '1', '-g', '1'],
    bits: [8, 9, 10, 12, 14, 16],
    chroma: ['420', '422', '411', '444'],
    grey: true,
    odd: true,
  },
  prores: {
    args: (layout) => ['-c:v', 'prores_ks', '-profile:v', chromaOf(layout) === '444' ? '4' : '3', '-vendor', 'apl0'],
    bits: [10],
    chroma: ['422', '444'],
  },
};

export const codecNames = Object.keys(CODECS) as [CodecName, ...CodecName[]];

/** What a file of this name gets where nothing is said: visually lossless, and lossless where the container is that old. */
const USUAL: Record<string, CodecName> = {
  '.mp4': 'h264',
  '.m4v': 'h264',
  '.mov': 'h264',
  '.mkv': 'h264',
  '.webm': 'vp9',
  '.avi': 'ffv1',
  '.nut': 'ffv1',
};

/** @throws PerpixelError E_OPTION a name that no video file has */
export function usualCodec(file: string): CodecName {
  const extension = path.extname(file).toLowerCase();
  if (extension in USUAL) return USUAL[extension];
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'output',
    received: file,
    expected: `a name that ends in .y4m, ${Object.keys(USUAL).join(', ')}, or - for a pipe`,
    cure: 'Give the output such a name, or choose a --codec for a container of another name.',
  });
}

/** FFmpeg's options for a codec. @param crf 0 is best; for codecs that have it. */
export function codecArgs(name: CodecName, layout: Layout, crf?: number): string[] {
  const codec = CODECS[name];
  return codec.args(layout, crf ?? codec.crf ?? 0);
}

/** The layout nearest to the source's that a codec can hold in this size, without loss where it has one. */
export function codecLayout(
  name: CodecName,
  { layout, width, height }: Pick<VideoFormat, 'layout' | 'width' | 'height'>,
): Layout {
  const { bits, chroma, grey, odd = false } = CODECS[name];
  const depth = bits.find((each) => each >= layout.bits) ?? bits.at(-1)!;
  if (layout.samples === 'grey' && grey) return { samples: 'grey', bits: depth };
  const wanted = chromaOf(layout);
  const order: readonly Chroma[] = wanted === '411' ? ['411', '422'] : COMMON.slice(COMMON.indexOf(wanted));
  const fits = (each: Chroma) => {
    const { right, down } = chromaShifts(each);
    return odd || (width % (1 << right) === 0 && height % (1 << down) === 0);
  };
  const nearest = order.find((each) => chroma.includes(each) && fits(each));
  return { samples: 'yuv', chroma: nearest ?? chroma.at(-1)!, bits: depth };
}

function chromaOf(layout: Layout): Chroma {
  if (layout.samples === 'yuv') return layout.chroma;
  return layout.samples === 'grey' ? '420' : '444';
}
