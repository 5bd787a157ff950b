// biome-ignore-all lint/suspicious/noControlCharactersInRegex: the signatures of files are bytes, control characters too.
import { PerpixelError } from '../../core/errors.js';
import type { ImageFormat, InputFormat } from './format.js';
import { type AnyFormat, type Format, formats } from './registry.js';

const all: readonly (ImageFormat<Format> | InputFormat<AnyFormat>)[] = formats;
const written = all.filter((format) => 'write' in format);

/** Known, not handled: an error with the right name is half of its cure. */
const OTHERS: readonly [name: string, cure: string, RegExp][] = [
  ['an animated AVIF', 'Extract its frames, or make a video of it for `perpixel video`.', /^.{4}ftypavis/s],
  ['a GIF', 'Extract its frames as PNG, or make a video of it for `perpixel video`.', /^GIF8/s],
  ['a video', 'Use `perpixel video`.', /^(?:.{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI |YUV4MPEG2)/s],
  ['a JPEG 2000', 'Convert it to PNG or TIFF first.', /^(?:\0\0\0\x0cjP|\xff\x4f\xff\x51)/s],
  ['a BMP', 'Convert it to PNG first.', /^BM/s],
  ['a Radiance HDR file', 'Convert it to a float TIFF, NPY or PFM first.', /^#\?(?:RADIANCE|RGBE)/s],
  ['a PNM file', 'Convert it to PNG first.', /^P[1-7]\s/s],
  ['a Photoshop document', 'Flatten it and save it as TIFF or PNG first.', /^8BPS/s],
  ['a PDF', 'Render its page to PNG first.', /^%PDF/s],
  ['an SVG drawing', 'Render it to PNG first.', /^\s*(?:<\?xml.*)?<svg/s],
  [
    'text',
    'Check where the file came from: its name says picture, its content does not.',
    /^[\t\n\r\x20-\x7e\x80-\xff]+$/,
  ],
];

/** How many bytes of a file tell its format. */
export const HEAD_LENGTH = 512;

/**
 * The format that the first bytes of a file show, whatever its name says.
 *
 * @throws PerpixelError E_FORMAT for anything that is not read, with its name where it has one
 */
export function formatOf(head: Buffer): ImageFormat<Format> | InputFormat<AnyFormat> {
  const text = head.toString('latin1', 0, HEAD_LENGTH);
  const known = all.find(({ signature }) => signature.test(text));
  if (known) return known;
  const [received, cure] = OTHERS.find(([, , signature]) => signature.test(text)) ?? [
    'content of an unknown kind',
    'Convert it to PNG or TIFF first.',
  ];
  throw new PerpixelError({ code: 'E_FORMAT', received, expected: `a picture: ${readTitles}`, cure });
}

/** A format that is written, by its name. */
export function formatNamed(name: string): ImageFormat<Format> | undefined {
  return written.find((format) => format.name === name);
}

/** The format that the name of a file asks for by its ending; undefined where it names none. */
export function formatOfName(file: string): AnyFormat | undefined {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1].toLowerCase();
  return all.find(({ extensions }) => ending !== undefined && extensions.includes(ending))?.name;
}

/** The same, where results can be written in it. */
export function outputFormatOfName(file: string): Format | undefined {
  return formatNamed(formatOfName(file) ?? '')?.name;
}

/** A format whose results are another's unless they are asked for, by its name. */
export function convertedFormatNamed(name: string): (typeof all)[number] | undefined {
  return all.find((format) => format.name === name && format.writtenAs !== undefined);
}

/** The format that a picture is written in where none is asked for: its own, or what stands for it. */
export function writtenAs(name: string): string {
  return convertedFormatNamed(name)?.writtenAs ?? name;
}

/** The names of all formats that are written, for schemas and `--help`. */
export const formatNames = written.map(({ name }) => name) as [Format, ...Format[]];

/** What is read: `AVIF, HEIC, ... or WebP`. */
const readTitles = listed(all.map(({ title }) => title));

/** What is written: `AVIF, JPEG, ... or WebP`. */
export const writtenTitles = listed(written.map(({ title }) => title));

/** `.avif, .jpg, ... or .webp`: the endings that we write. */
export const endings = listed(written.map(({ extensions }) => `.${extensions[0]}`));

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
