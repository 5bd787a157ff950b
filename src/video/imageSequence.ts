import { existsSync } from 'node:fs';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { makeFolder } from '../core/files/makeFolder.js';
import { unwritable } from '../core/files/unwritable.js';
import { formatOfName, outputFormatOfName } from '../images/formats/lookup.js';
import type { Format } from '../images/formats/registry.js';
import { readRaster } from '../images/readRaster.js';
import { writeContent } from '../pipelines/writeContent.js';
import type { CodedFrame, FrameSink, VideoSource } from './frame.js';
import { noFrames } from './noFrames.js';
import type { Ratio } from './videoFormat.js';

const NUMBER = /%(?:0(\d+))?d/;

/** Whether a name stands for numbered pictures, as FFmpeg has it: `frames/%06d.png`. That of a video may have a %d, too. */
export function isSequence(name: string): boolean {
  return NUMBER.test(path.basename(name)) && formatOfName(name) !== undefined;
}

/** The file of a number: `%06d.png`, 12 is `000012.png`. */
export function numberedFile(pattern: string, number: number): string {
  const { dir, base } = path.parse(pattern);
  return path.join(
    dir,
    base.replace(NUMBER, (_, digits = '0') => String(number).padStart(Number(digits), '0')),
  );
}

/** FFmpeg looks so far for the first. */
const FIRST_NUMBERS = [0, 1, 2, 3, 4];

/** Which numbered pictures are read, and at what pace they are shown. */
export interface SequenceOptions {
  /** Number of the first picture. @default the first of 0 to 4 that is there */
  startNumber?: number;
  /** Pictures a second. @default 25 */
  rate?: Ratio;
}

/**
 * Pictures in numbered files, of any format that photos have, as the frames of a video: at the depth of the files, with what they hold
 * beside their pixels. The first number that is missing is the end.
 *
 * @throws PerpixelError E_READ there is none, or it cannot be read; later E_SIZE where one is not as large as the first
 */
export async function openSequence(pattern: string, options: SequenceOptions = {}): Promise<VideoSource> {
  const { rate = { num: 25, den: 1 } } = options;
  const numbers = options.startNumber === undefined ? FIRST_NUMBERS : [options.startNumber];
  const startNumber = numbers.find((number) => existsSync(numberedFile(pattern, number))) ?? numbers[0];
  const first = await readRaster(numberedFile(pattern, startNumber));
  const [height, width, channels] = first.pixels.shape;
  const bits = first.metadata.bitDepth > 8 ? 16 : 8;
  let total = 0;
  while (existsSync(numberedFile(pattern, startNumber + total))) total++;
  async function* frames(): AsyncGenerator<CodedFrame> {
    for (let index = 0; index < total; index++) {
      const file = numberedFile(pattern, startNumber + index);
      const raster = index === 0 ? first : await readRaster(file);
      const [ownHeight, ownWidth] = raster.pixels.shape;
      if (ownHeight !== height || ownWidth !== width) throw otherSize(file, ownWidth, ownHeight, width, height);
      yield { index, pts: index, bytes: new Uint8Array(), raster };
    }
  }
  return {
    format: {
      ...{ width, height, rate, timeBase: { num: rate.den, den: rate.num } },
      isPictures: true,
      layout: channels === 1 ? { samples: 'grey', bits } : { samples: 'rgb', bits },
      colour: { matrix: 'bt709', range: 'limited' },
      tags: { space: 'bt709', range: 'tv' },
    },
    total,
    close: async () => {},
    [Symbol.asyncIterator]: frames,
  };
}

/**
 * Numbered files, each written whole: in the format of their extension; pictures of files keep their depth and what they hold,
 * frames of a video become 8 bits a sample, or 16 where they have more.
 *
 * @param startNumber of the first. @default 0
 */
export function sequenceSink(
  pattern: string,
  { startNumber = 0 }: Pick<SequenceOptions, 'startNumber'> = {},
): FrameSink {
  const name = writableFormat(pattern);
  const aborter = new AbortController();
  let written = 0;
  return {
    async write({ index, raster, format }) {
      const bitDepth = format.isPictures ? undefined : format.layout.bits > 8 ? 16 : 8;
      const file = numberedFile(pattern, startNumber + index);
      if (written === 0) await makeFolder(path.dirname(file)).catch((error) => Promise.reject(unwritable(file, error)));
      await writeContent(raster, file, { format: name, bitDepth }, { signal: aborter.signal });
      written++;
    },
    async close() {
      if (written === 0) throw noFrames(pattern);
    },
    discard: () => aborter.abort(),
  };
}

/** @throws PerpixelError E_OPTION no picture that can be written has such a name */
function writableFormat(pattern: string): Format {
  const format = outputFormatOfName(pattern);
  if (format !== undefined) return format;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'output',
    received: pattern,
    expected: 'numbered pictures of a format that can be written',
    cure: 'Give them a name such as out/%06d.png.',
  });
}

function otherSize(
  file: string,
  width: number,
  height: number,
  wantedWidth: number,
  wantedHeight: number,
): PerpixelError {
  return new PerpixelError({
    code: 'E_SIZE',
    subject: file,
    received: `${width} x ${height} pixels`,
    expected: `${wantedWidth} x ${wantedHeight}, as the first picture has`,
    cure: 'Give photos of several sizes to the command without the word video.',
  });
}
