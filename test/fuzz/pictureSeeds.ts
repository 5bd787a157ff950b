import { readdir, readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { cameraAtIso } from '../../src/degradations/camera.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import type { Format } from '../../src/images/formats/registry.js';
import type { Metadata } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { mosaicDng } from '../helpers/mosaicDng.js';
import { exifBlob, IPTC, picture, wideGamutProfile, XMP } from '../helpers/pictures.js';

/** Small whole files that other programs made. */
export async function fixtures(ending: string): Promise<Buffer[]> {
  const folder = new URL('../images/fixtures/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith(ending));
  return Promise.all(names.map((name) => readFile(new URL(name, folder))));
}

/** Small whole files of a format: rich in metadata, and coded in its several ways. */
export async function pictures(format: Format): Promise<Buffer[]> {
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

/** A mosaic, the linear DNG that we make of it, and the mosaic behind the signatures of other makers' files. */
export async function rawFiles(): Promise<Buffer[]> {
  const [height, width] = [40, 48];
  const photo = Float32Array.from({ length: height * width * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(i / 50));
  const mosaic = mosaicDng(ndarray(photo, [height, width, 3]), cameraAtIso(800), { orientation: 6 });
  const signatures = ['II*\0\x08\0\0\0CR\x02\0', 'IIU\0', 'IIRO', 'FUJIFILMCCD-RAW ', '\0\0\0\x18ftypcrx '];
  const others = signatures.map((text) => Buffer.concat([Buffer.from(text, 'latin1'), mosaic.subarray(text.length)]));
  return [mosaic, await encodeRaster(await readRaster(mosaic), { format: 'dng' }), ...others];
}
