import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { PerpixelError } from '../../src/core/errors.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { formatNames, writtenAs } from '../../src/images/formats/lookup.js';
import type { Format } from '../../src/images/formats/registry.js';
import type { Metadata, Raster } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { exifBlob, IPTC, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';

/** What is fuzzed: whole files of a kind, and what is tried with a changed one. */
export interface FuzzedKind {
  seeds(folder: string): Promise<Buffer[]>;
  /** @returns what is wrong; nothing where it was read, or refused in our own words */
  attempt(bytes: Buffer, context: { number: number; whole?: Buffer; folder: string }): Promise<string | undefined>;
}

/** Lossless, so that what is read again has to be the same. */
const LOSSLESS: ReadonlySet<string> = new Set(['png', 'tiff', 'npy']);

export const kinds: Readonly<Record<string, FuzzedKind>> = {
  ...Object.fromEntries(formatNames.map((name) => [name, { seeds: () => pictures(name), attempt: attemptPicture }])),
  heic: { seeds: () => fixtures('.heic'), attempt: attemptPicture },
  onnx: {
    seeds: async () => {
      const { tinyModel } = await import('../helpers/tinyModel.js');
      const size = [null, 3, null, null];
      return [Buffer.from(tinyModel([{ op: 'Relu', in: ['image'], out: ['clean'] }], { image: size }, ['clean']))];
    },
    attempt: (bytes) =>
      told('reading', async () => {
        const { readModelFile } = await import('../../src/onnx/modelFile.js');
        const assumed = { stride: 1, receptiveRadius: 1, task: 'denoise', channels: 1 } as const;
        await readModelFile(new Uint8Array(bytes), { assumed });
      }),
  },
  safetensors: {
    seeds: async () => [safetensors()],
    attempt: (bytes, { folder }) =>
      told('reading', async () => {
        const { readCheckpoint } = await import('../../src/training/checkpoint.js');
        const file = join(folder, 'checkpoint.safetensors');
        await writeFile(file, bytes);
        await readCheckpoint(file);
      }),
  },
  y4m: { seeds: async () => [y4m()], attempt: attemptY4m },
};

const bytesOf = ({ data }: Raster['pixels']) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

async function attemptPicture(bytes: Buffer, { number, whole }: { number: number; whole?: Buffer }) {
  let raster: Raster | undefined;
  const reading = await told('reading', async () => {
    raster = await readRaster(bytes);
  });
  if (reading !== undefined || raster === undefined) return reading;
  const { pixels, alpha } = raster;
  // What was cut off may have been metadata alone.
  if (whole && !Buffer.from(bytesOf(pixels)).equals(bytesOf((await readRaster(whole)).pixels))) {
    return 'a file whose pixels were cut off is accepted';
  }
  const [height, width, channels] = pixels.shape;
  if (pixels.data.length !== height * width * channels) return `${pixels.shape} with ${pixels.data.length} samples`;
  if (alpha && alpha.data.length !== height * width) return `${pixels.shape} with alpha of ${alpha.data.length}`;
  if (height * width > 4e6) return undefined;
  const format = [undefined, ...formatNames][number % (formatNames.length + 1)];
  let written: Buffer | undefined;
  const writing = await told('writing', async () => {
    written = await encodeRaster(raster!, format ? { format } : {});
  });
  if (writing !== undefined || written === undefined) return writing;
  return sameAgain(raster, written, format ?? (writtenAs(raster.metadata.format) as Format));
}

/** What was written is a whole picture, of the same samples where the format keeps them. */
async function sameAgain(
  { pixels, alpha, metadata }: Raster,
  written: Buffer,
  format: Format,
): Promise<string | undefined> {
  let again: Raster;
  try {
    again = await readRaster(written);
  } catch (error) {
    return `what was written as ${format} cannot be read again: ${(error as Error).message}`;
  }
  if (again.pixels.shape.slice(0, 2).join() !== pixels.shape.slice(0, 2).join()) return `${format} has another size`;
  const isSameDepth = again.metadata.bitDepth === metadata.bitDepth;
  const isWhole = LOSSLESS.has(format) && metadata.compression !== 'jpeg' && (!alpha || format !== 'npy');
  if (!isSameDepth || !isWhole || again.pixels.shape[2] !== pixels.shape[2]) return undefined;
  const bits = (data: Raster['pixels']['data']) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return bits(again.pixels.data).equals(bits(pixels.data)) ? undefined : `${format} has other samples`;
}

async function attemptY4m(bytes: Buffer): Promise<string | undefined> {
  return told('reading', async () => {
    const [{ openVideo }, { frames }] = await Promise.all([
      import('../../src/video/openVideo.js'),
      import('../../src/video/frames.js'),
    ]);
    const video = await openVideo(Readable.from([bytes]));
    await new Promise<void>((resolve, reject) => {
      let count = 0;
      const subscription = frames(video).subscribe({
        next() {
          if (++count < 20) return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
        complete: resolve,
      });
    });
  });
}

/** @returns what is wrong: an error that is not ours, or that says itself a bug */
async function told(what: string, work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PerpixelError && error.code !== 'E_BUG') return undefined;
    return `${what}: ${String((error as Error)?.stack ?? error)
      .split('\n')
      .slice(0, 3)
      .join(' ')}`;
  }
}

/** Small whole files that other programs made. */
async function fixtures(ending: string): Promise<Buffer[]> {
  const folder = new URL('../images/fixtures/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  return Promise.all(names.map((name) => readFile(new URL(name, folder))));
}

/** Small whole files of a format: rich in metadata, and coded in its several ways. */
async function pictures(format: Format): Promise<Buffer[]> {
  const rich: Partial<Metadata> = {
    exif: exifBlob({ orientation: 6 }),
    xmp: Buffer.from(XMP.toString().replace('xmp:Rating="4"', 'tiff:Orientation="6" xmp:Rating="4"')),
    iptc: IPTC,
    icc: await wideGamutProfile(),
    density: 300,
  };
  const own = (options: object) => encodeRaster(picture(format, { height: 20, width: 16, ...rich, ...options }));
  const data = Uint8Array.from({ length: 40 * 28 * 3 }, (_, i) => 128 + 90 * Math.sin(i / 50) + ((i * 7919) % 13));
  const photo = () => sharp(data, { raw: { width: 40, height: 28, channels: 3 } });
  const grey = () => photo().greyscale();
  const others: Partial<Record<Format, () => Promise<Buffer>[]>> = {
    jpeg: () => [
      photo().jpeg({ progressive: true }).toBuffer(),
      grey().jpeg().toBuffer(),
      photo().jpeg({ chromaSubsampling: '4:2:0' }).keepMetadata().withXmp(XMP.toString()).toBuffer(),
    ],
    png: () => [
      own({ bitDepth: 16, alpha: true }),
      photo().png({ palette: true }).toBuffer(),
      grey().png({ progressive: true }).toBuffer(),
      withChunk(
        'zTXt',
        Buffer.concat([Buffer.from('Raw profile type exif\0\0'), deflateSync(Buffer.from('\nexif\n 4\n4949'))]),
      ),
    ],
    webp: () => [
      own({ lossless: true, alpha: true }),
      photo().webp({ quality: 40 }).toBuffer(),
      photo().ensureAlpha(0.5).webp().toBuffer(),
    ],
    avif: () => [photo().ensureAlpha(0.5).avif({ effort: 0 }).toBuffer(), own({ bitDepth: 16, codedBits: 10 })],
    tiff: () => [
      own({ bitDepth: 16, alpha: true }),
      own({ bitDepth: 32 }),
      photo().tiff({ compression: 'lzw', predictor: 'horizontal' }).toBuffer(),
      photo().tiff({ compression: 'jpeg' }).toBuffer(),
      photo().tiff({ compression: 'packbits', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
      photo().tiff({ bigtiff: true }).toBuffer(),
      ...[5, 8].map(async (compression) => halfFloats(compression)),
    ],
    npy: () => [own({ bitDepth: 16 }), own({ bitDepth: 32 })],
    pfm: () => [own({ channels: 1 })],
  };
  return Promise.all([own({}), ...(others[format]?.() ?? [])]);
}

async function withChunk(type: string, body: Buffer): Promise<Buffer> {
  const { chunk } = await import('../../src/images/formats/png/chunks.js');
  const plain = await encodeRaster(picture('png'));
  return Buffer.concat([plain.subarray(0, 33), chunk(type, body), plain.subarray(33)]);
}

/** A TIFF that only our own decoder reads. */
async function halfFloats(compression: number): Promise<Buffer> {
  const { serialiseDirectory, tiffEntry, tiffHeader } = await import('../../src/images/metadata/tiffStructure.js');
  const samples = Buffer.alloc(12 * 10 * 2, Buffer.from([0, 0x38]));
  // LZW of nothing but single bytes: a clearing, the bytes in 9 bits each, the end.
  const strip =
    compression === 8
      ? deflateSync(samples)
      : nineBits([256, ...samples.subarray(0, 200), 256, ...samples.subarray(200), 257]);
  const numbers = {
    256: 12,
    257: 10,
    258: 16,
    259: compression,
    262: 1,
    273: 0,
    277: 1,
    278: 10,
    279: strip.length,
    339: 3,
  };
  const directory = (at: number) =>
    serialiseDirectory(
      {
        littleEndian: true,
        entries: Object.entries({ ...numbers, 273: at }).map(([tag, value]) =>
          tiffEntry(Number(tag), 4, [value], true),
        ),
        children: new Map(),
      },
      8,
    );
  return Buffer.concat([tiffHeader(true, 8), directory(8 + directory(0).length), strip]);
}

function nineBits(codes: readonly number[]): Buffer {
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

function safetensors(): Buffer {
  const header = JSON.stringify({
    __metadata__: { step: '3' },
    'a/kernel': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'a/bias': { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(36, 0x3f)]);
}

function y4m(): Buffer {
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc((16 * 12 * 3) / 2, 90)]);
  return Buffer.concat([Buffer.from('YUV4MPEG2 W16 H12 F25:1 Ip A1:1 C420\n'), frame, frame, frame]);
}
