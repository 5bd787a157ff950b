import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import type { HdrMetadata } from './hdr.js';
import { type Chroma, chromaShifts, type Layout } from './layout.js';
import type { VideoFormat } from './videoFormat.js';

export type CodecName =
  | ('h264' | 'hevc' | 'vp9' | 'av1' | 'ffv1' | 'prores')
  | ('h264_nvenc' | 'hevc_nvenc' | 'av1_nvenc')
  | ('h264_qsv' | 'hevc_qsv')
  | ('h264_vaapi' | 'hevc_vaapi')
  | ('h264_amf' | 'hevc_amf')
  | ('h264_videotoolbox' | 'hevc_videotoolbox');

interface Codec {
  /** FFmpeg's encoder and its settings. */
  args(layout: Layout, crf: number, hdr?: HdrMetadata): string[];
  /** Constant rate factor at which one hardly sees a difference to the source; none where there is no such setting. */
  crf?: number;
  bits: readonly number[];
  chroma: readonly Chroma[];
  /** Whether its frames say what HDR10 does beside the tags. */
  hdr?: boolean;
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
    args: (_, crf, { masteringDisplay, contentLight } = {}) => {
      const parameters = [
        ...['log-level=error', masteringDisplay && `master-display=${masteringDisplay}`],
        contentLight && `max-cll=${contentLight}`,
      ];
      const quality = ['-c:v', 'libx265', '-preset', 'medium', '-crf', `${crf}`];
      return [...quality, '-x265-params', parameters.filter(Boolean).join(':')];
    },
    crf: 16,
    bits: [8, 10, 12],
    chroma: COMMON,
    hdr: true,
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
  ...hardware('h264', [8]),
  ...hardware('hevc', [8, 10]),
  av1_nvenc: { ...ofHardware('av1_nvenc', nvenc, [8, 10]), crf: 24 },
};

/** Encoders of graphics cards, as FFmpeg names them; which are there, only a try tells (requireContainer). */
function hardware<Name extends 'h264' | 'hevc'>(name: Name, bits: readonly number[]) {
  return {
    [`${name}_nvenc`]: ofHardware(`${name}_nvenc`, nvenc, bits),
    [`${name}_qsv`]: ofHardware(`${name}_qsv`, (crf) => ['-preset', 'slower', '-global_quality', `${crf}`], bits),
    [`${name}_vaapi`]: ofHardware(
      `${name}_vaapi`,
      (crf, depth) => [
        ...['-vaapi_device', '/dev/dri/renderD128', '-vf', `format=${depth > 8 ? 'p010' : 'nv12'},hwupload`],
        ...['-rc_mode', 'CQP', '-qp', `${crf}`],
      ],
      bits,
    ),
    [`${name}_amf`]: ofHardware(
      `${name}_amf`,
      (crf) => ['-quality', 'quality', '-rc', 'cqp', '-qp_i', `${crf}`, '-qp_p', `${crf}`],
      [8],
    ),
    // From 1 to 100, best last.
    [`${name}_videotoolbox`]: ofHardware(
      `${name}_videotoolbox`,
      (crf) => ['-q:v', `${Math.max(1, 100 - 2 * crf)}`],
      bits,
    ),
  } as Record<`${Name}_${'nvenc' | 'qsv' | 'vaapi' | 'amf' | 'videotoolbox'}`, Codec>;
}

function nvenc(crf: number): string[] {
  return ['-preset', 'p5', '-rc', 'vbr', '-cq', `${crf}`, '-b:v', '0'];
}

function ofHardware(encoder: string, quality: (crf: number, bits: number) => string[], bits: readonly number[]): Codec {
  return {
    args: (layout, crf) => ['-c:v', encoder, ...quality(crf, layout.bits)],
    ...{ crf: 17, bits, chroma: ['420'] },
  };
}

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

/** Containers that are written, by their extensions. */
export const containers: readonly string[] = Object.keys(USUAL).map((extension) => extension.slice(1));

/** Whether a file of this name is one of them. */
export function isContainer(file: string): boolean {
  return path.extname(file).toLowerCase() in USUAL;
}

/** Of pictures of results: 4:2:0 is what players show; lossless files and those for editors get the colour of each pixel. */
export function shownChroma(codec: CodecName): Chroma {
  return codec === 'ffv1' || codec === 'prores' ? '444' : '420';
}

/** FFmpeg's options for a codec. @param crf 0 is best; for codecs that have it. */
export function codecArgs(
  name: CodecName,
  { layout, hdr }: Pick<VideoFormat, 'layout' | 'hdr'>,
  crf?: number,
): string[] {
  const codec = CODECS[name];
  return codec.args(layout, crf ?? codec.crf ?? 0, hdr);
}

/** What HDR10 says and a result will not, in words. @param codec of the result; undefined where it is none of a video file */
export function hdrNotKept({ hdr }: Pick<VideoFormat, 'hdr'>, codec?: CodecName): string[] {
  if (hdr === undefined || (codec !== undefined && CODECS[codec].hdr)) return [];
  return ['HDR10 mastering display and light level (--codec hevc keeps them; the PQ or HLG tags stay)'];
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
