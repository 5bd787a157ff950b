import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { croppedRaster } from '../../src/images/croppedRaster.js';
import { noticesOf } from '../../src/images/encoded.js';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { partsOfJpeg } from '../../src/images/formats/jpeg/segments.js';
import { chunk } from '../../src/images/formats/png/chunks.js';
import type { Format } from '../../src/images/formats/registry.js';
import { profileOf } from '../../src/images/metadata/colour.js';
import { exifOrientation, sidewaysExif, uprightExif } from '../../src/images/metadata/exif.js';
import { serialiseDirectory, tiffEntry, tiffHeader } from '../../src/images/metadata/tiffStructure.js';
import { mergedXmp, uprightXmp } from '../../src/images/metadata/xmp.js';
import { readRaster } from '../../src/images/readRaster.js';
import { exifBlob, picture, XMP } from '../helpers/pictures.js';
import { gainMap, ultraHdr } from '../helpers/ultraHdr.js';

const segment = (marker: number, body: Buffer | string) => {
  const bytes = Buffer.from(body as string, 'latin1');
  return Buffer.concat([Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255]), bytes]);
};
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';
const xmp = (attributes: string, inner = '') =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${attributes}>${inner}</rdf:Description></rdf:RDF></x:xmpmeta>`;

/** A JPEG with segments behind its first marker, and bytes behind its end. */
async function jpegWith(inside: readonly Buffer[], behind: Buffer = Buffer.alloc(0)): Promise<Buffer> {
  const plain = await encodeRaster(picture('jpeg', { height: 16, width: 24 }));
  return Buffer.concat([plain.subarray(0, 2), ...inside, plain.subarray(2), behind]);
}

async function pngWith(...chunks: Buffer[]): Promise<Buffer> {
  const plain = await encodeRaster(picture('png'));
  return Buffer.concat([plain.subarray(0, 33), ...chunks, plain.subarray(33)]);
}

describe('JPEG', () => {
  test.each([
    ['zeros', Buffer.from([0, 0, 0])],
    ['a line end', Buffer.from('\r\n')],
    ['padding', Buffer.from([0xff, 0xff, 0xff])],
    ['anything', Buffer.from([7, 0xff, 0, 9])],
  ])('%s between segments is skipped', async (_, stray) => {
    const exif = segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exifBlob({ orientation: 6 })]));
    const { pixels, metadata } = await readRaster(
      await jpegWith([stray, exif, stray, segment(0xe1, XMP_NAME + XMP), stray]),
    );
    expect(pixels.shape).toEqual([24, 16, 3]);
    expect(metadata.exif).toEqual(exifBlob({ orientation: 1 }));
    expect(metadata.xmp).toEqual(XMP);
    expect(metadata).toMatchObject({ quality: 95, chromaSubsampling: '4:4:4' });
  });

  test('of which only the end marker is missing is read, and is not copied as it stands', async () => {
    const whole = await jpegWith([]);
    const { pixels, metadata } = await readRaster(whole.subarray(0, -2));
    expect(pixels.data).toEqual((await readRaster(whole)).pixels.data);
    expect(metadata.isMended).toBe(true);
  });

  test('of which the last row is missing is refused', async () => {
    for (const progressive of [false, true]) {
      const photo = sharp(
        Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * 7919) % 251),
        { raw: { width: 64, height: 64, channels: 1 } },
      );
      const whole = await photo.jpeg({ progressive }).toBuffer();
      await expect(readRaster(whole.subarray(0, -20))).rejects.toMatchObject({ code: 'E_READ' });
    }
  });

  const second = encodeRaster(picture('jpeg'));
  const GAIN = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"';
  const MOTION = 'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MotionPhoto="1" GCamera:Other="2"';
  test.each<[string, Buffer[], () => Buffer | Promise<Buffer>, RegExp, RegExp]>([
    ['a gain map', [segment(0xe1, XMP_NAME + xmp(GAIN))], () => second, /gain map/, /hdrgm:Version/],
    [
      'a gain map after ISO 21496-1',
      [segment(0xe2, 'urn:iso:std:iso:ts:21496:-1\0\0\0\0\0')],
      () => second,
      /gain map/,
      /21496/,
    ],
    ['a second view', [segment(0xe2, 'MPF\0MM\0*\0\0\0\x08\0\0')], () => second, /second picture/, /MPF/],
    [
      'a motion video',
      [segment(0xe1, XMP_NAME + xmp(MOTION))],
      () => Buffer.from('\0\0\0\x18ftypmp42 and frames'),
      /video/,
      /MotionPhoto/,
    ],
    [
      'content credentials',
      [segment(0xeb, 'JP\0\x01\0\0\0\x01\0\0\0\x20jumbc2pa')],
      () => Buffer.alloc(0),
      /C2PA/,
      /jumb/,
    ],
    ['something else', [], () => Buffer.from('SEFHsomething'), /appended/, /SEFH/],
  ])('%s is told of, and nothing claims it afterwards', async (_, inside, behind, notice, claim) => {
    const raster = await readRaster(await jpegWith(inside, await behind()));
    for (const format of [undefined, 'png', 'tiff'] as (Format | undefined)[]) {
      expect(noticesOf(raster, { format }).join()).toMatch(notice);
      expect((await encodeRaster(raster, { format })).toString('latin1')).not.toMatch(claim);
    }
    if (claim.source === 'MotionPhoto') expect(raster.metadata.xmp!.toString()).toContain('GCamera:Other="2"');
  });

  describe('a gain map that says what it means', () => {
    /** What it looks like on an HDR display, by libultrahdr (sharp's types do not have it yet): light at the left and at the right. */
    async function light(bytes: Buffer): Promise<[left: number, right: number]> {
      const { data, info } = await (sharp(bytes) as Sharp & { withGainMap(): Sharp })
        .withGainMap()
        .raw({ depth: 'float' })
        .toBuffer({ resolveWithObject: true });
      const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
      const row = Math.floor(info.height / 2) * info.width;
      return [values[row * info.channels + 1], values[(row + info.width - 1) * info.channels + 1]];
    }

    test('is kept byte for byte, and found by another reader', async () => {
      const raster = await readRaster(await ultraHdr());
      const written = await encodeRaster(raster);
      const [left, right] = await light(written);
      expect(left).toBeLessThan(0.4);
      expect(right / left).toBeGreaterThan(3);
      expect((await sharp(written).metadata()).gainMap?.image.equals(await gainMap())).toBe(true);
      expect(noticesOf(raster)).toEqual([]);
      expect(written.toString('latin1')).toMatch(/xmp:Rating="4"[\s\S]*Item:Semantic="GainMap" Item:Length="\d+"/);
      // Again and again: nothing grows.
      expect((await encodeRaster(await readRaster(written))).length).toBe(written.length);
    });

    test('is turned with the picture', async () => {
      const exif = segment(0xe1, `Exif\0\0${exifBlob({ orientation: 3 }).toString('latin1')}`);
      const [left, right] = await light(await encodeRaster(await readRaster(await ultraHdr(exif))));
      expect(left / right).toBeGreaterThan(3);
    });

    test('is told of where it cannot be kept: another format, a part of the photo, holes that it still shows', async () => {
      const raster = await readRaster(await ultraHdr());
      expect(noticesOf(raster, { format: 'png' }).join()).toMatch(/gain map/);
      expect((await encodeRaster(raster, { format: 'png' })).includes('hdrgm:')).toBe(false);
      const part = croppedRaster(raster, { x: 0, y: 0, width: 20, height: 20 });
      expect(noticesOf(part).join()).toMatch(/gain map/);
      expect((await encodeRaster(part)).includes('hdrgm:')).toBe(false);
    });

    test('that is cut off is told of', async () => {
      const raster = await readRaster((await ultraHdr()).subarray(0, -100));
      expect(noticesOf(raster).join()).toMatch(/gain map/);
      expect((await encodeRaster(raster)).includes('hdrgm:')).toBe(false);
    });
  });

  test('padding behind the picture is nothing to tell of', async () => {
    expect((await readRaster(await jpegWith([], Buffer.alloc(64)))).metadata.notices).toBeUndefined();
  });

  test('private segments stay, and are told of where another format has no place for them', async () => {
    const own = segment(0xe5, 'Private data 5');
    const raster = await readRaster(await jpegWith([own]));
    expect((await encodeRaster(raster)).includes(own)).toBe(true);
    expect(noticesOf(raster, { format: 'webp' })).toEqual(['an APP5 segment is not kept: WebP has no place for it']);
  });

  test('extended XMP stays extended, and becomes part of the one packet of other formats', async () => {
    const data = 'QUJD'.repeat(20_000);
    const long = Buffer.from(
      xmp('xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"', `<xmp:Nickname>${data}</xmp:Nickname>`),
    );
    const first = await encodeRaster(picture('jpeg', { xmp: long }));
    const names = (await partsOfJpeg(first)).segments.map(({ body }) => body.toString('latin1', 0, 34));
    expect(names.filter((name) => name.startsWith('http://ns.adobe.com/xmp/extension/'))).toHaveLength(2);
    const raster = await readRaster(first);
    expect(raster.metadata.extendedXmp).toEqual(long);
    const png = await readRaster(await encodeRaster(raster, { format: 'png' }));
    expect(png.metadata.xmp!.toString()).toContain(data);
    expect(png.metadata.xmp!.toString()).toContain('xmlns:xmp="http://ns.adobe.com/xap/1.0/"');
    expect(png.metadata.xmp!.toString()).not.toContain('HasExtendedXMP');
  });

  test.each([
    ['two resolutions', { density: 204, verticalDensity: 98 }],
    ['the shape of pixels alone', { pixelAspect: [2, 1] as const }],
  ])('%s go through every format that has them', async (_, resolution) => {
    for (const format of ['jpeg', 'png', 'tiff'] as const) {
      const { metadata } = await readRaster(await encodeRaster(picture(format, resolution)));
      for (const [name, value] of Object.entries(resolution)) {
        const found = metadata[name as 'density'];
        if (typeof value === 'number') expect(found).toBeCloseTo(value, 1);
        else expect(found).toEqual(value);
      }
    }
  });

  test('across and down change places with the picture', async () => {
    const bytes = await encodeRaster(
      picture('tiff', { density: 204, verticalDensity: 98, xmp: Buffer.from(xmp('tiff:Orientation="6"')) }),
    );
    const { pixels, metadata } = await readRaster(bytes);
    expect(pixels.shape).toEqual([5, 7, 3]);
    expect(metadata).toMatchObject({ density: 98, verticalDensity: 204 });
  });
});

describe('PNG', () => {
  test('what is damaged beside whole pixels is left out, and told of', async () => {
    for (const bad of [
      chunk('iCCP', Buffer.from('x\0\0not packed')),
      chunk('iCCP', Buffer.alloc(0)),
      chunk('iTXt', Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0not packed', 'latin1')),
      chunk('zTXt', Buffer.from('Raw profile type exif\0\0not packed')),
    ]) {
      const { pixels, metadata } = await readRaster(await pngWith(bad));
      expect(pixels.data).toEqual(picture('png').pixels.data);
      expect(metadata).toMatchObject({ isMended: true, notices: [expect.stringMatching(/damaged/)] });
    }
  });

  test('an animation of one picture is a picture', async () => {
    const one = chunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
    expect((await readRaster(await pngWith(one))).pixels.shape).toEqual([7, 5, 3]);
  });

  test('small chunks stay; unknown ones by the letter that says whether they may', async () => {
    const kept = [
      chunk('bKGD', Buffer.from([0, 1, 0, 2, 0, 3])),
      chunk('tIME', Buffer.alloc(7, 1)),
      chunk('oFFs', Buffer.alloc(9)),
      chunk('sBIT', Buffer.from([5, 6, 5])),
      chunk('mDCV', Buffer.alloc(24)),
      chunk('cLLI', Buffer.alloc(8)),
      chunk('prIv', Buffer.from('mine')),
      chunk('tEXt', Buffer.from('Title\0Hills')),
    ];
    const raster = await readRaster(await pngWith(...kept, chunk('prIV', Buffer.from('theirs'))));
    const again = await encodeRaster(raster);
    for (const one of kept) expect(again.includes(one)).toBe(true);
    expect(again.includes('prIV')).toBe(false);
    expect(noticesOf(raster)).toEqual([expect.stringMatching(/chunk prIV is not kept/)]);
    expect(noticesOf(raster, { format: 'jpeg' }).join()).toMatch(/its text \(Title\) is not kept: JPEG has no place/);
  });

  test('XMP in a raw profile is XMP', async () => {
    const dump = `\nxmp\n${XMP.length}\n${XMP.toString('hex')}\n`;
    const raw = chunk('zTXt', Buffer.concat([Buffer.from('Raw profile type xmp\0\0'), deflateSync(dump)]));
    const raster = await readRaster(await pngWith(raw));
    expect((await readRaster(await encodeRaster(raster, { format: 'tiff' }))).metadata.xmp).toEqual(XMP);
  });

  test.each<[string, Buffer[], RegExp | undefined]>([
    ['gamma alone', [chunk('gAMA', Buffer.from([0, 1, 0x86, 0xa0]))], undefined],
    ['cICP of P3', [chunk('cICP', Buffer.from([12, 13, 0, 1]))], undefined],
    ['cICP of PQ', [chunk('cICP', Buffer.from([9, 16, 0, 1]))], /HDR/],
  ])('%s becomes a profile in a JPEG, or a word', async (_, chunks, notice) => {
    const raster = await readRaster(await pngWith(...chunks));
    const { metadata } = await readRaster(await encodeRaster(raster, { format: 'jpeg' }));
    if (notice) expect(noticesOf(raster, { format: 'jpeg' }).join()).toMatch(notice);
    else {
      expect(noticesOf(raster, { format: 'jpeg' })).toEqual([]);
      expect(metadata.icc?.toString('latin1', 36, 40)).toBe('acsp');
    }
  });
});

test('a profile of P3 shows the colours that sharp shows with its own', async () => {
  const icc = profileOf({ primaries: 12, transfer: 13 }, 3)!;
  const carrier = await encodeRaster(picture('png', { icc }));
  const shown = (bytes: Buffer) => sharp(bytes).toColourspace('srgb').raw().toBuffer();
  const theirs = await sharp(await encodeRaster(picture('png')))
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const p3 = (await sharp(theirs).metadata()).icc!;
  const [own, expected] = [await shown(carrier), await shown(await encodeRaster(picture('png', { icc: p3 })))];
  // Its curve is a table of a few points: some levels off in the dark, none on average.
  const differences = Array.from(own, (value, i) => Math.abs(value - expected[i]));
  expect(Math.max(...differences)).toBeLessThanOrEqual(5);
  expect(differences.reduce((sum, each) => sum + each) / differences.length).toBeLessThan(1);
});

describe('AVIF', () => {
  test.each([
    [9, 16],
    [9, 18],
    [12, 13],
    [1, 1],
  ])('primaries %d and transfer %d stay, and go into PNG as cICP', async (primaries, transfer) => {
    const colour = { primaries, transfer };
    const raster = await readRaster(await encodeRaster(picture('avif', { height: 16, width: 16, colour })));
    expect(raster.metadata.colour).toEqual(colour);
    expect((await readRaster(await encodeRaster(raster, { format: 'png' }))).metadata.colour).toEqual(colour);
  });

  test('lossless stays lossless', async () => {
    const first = picture('avif', { height: 16, width: 16, lossless: true });
    const once = await readRaster(await encodeRaster(first));
    expect(once.metadata.lossless).toBe(true);
    expect((await readRaster(await encodeRaster(once))).pixels.data).toEqual(first.pixels.data);
  });

  test.each([
    ['avif', 'avif', 1],
    ['png', 'avif', 0],
    ['avif', 'png', 0],
  ] as const)('grey of %s into %s: what is lost is told of', (from, format, told) => {
    const notices = noticesOf(picture(from, { channels: 1 }), { format });
    expect(notices.filter((notice) => notice.includes('grey'))).toHaveLength(told);
  });

  test('the shape of pixels stays', async () => {
    const { metadata } = await readRaster(
      await encodeRaster(picture('avif', { height: 16, width: 16, pixelAspect: [2, 1] })),
    );
    expect(metadata.pixelAspect).toEqual([2, 1]);
  });
});

describe('what is no longer true', () => {
  const thumbnail = Buffer.from('thumbnail of the unturned photo');
  const withThumbnail = () => {
    const first = {
      littleEndian: true,
      entries: [tiffEntry(274, 3, [6], true), tiffEntry(256, 4, [64], true), tiffEntry(257, 4, [32], true)],
      children: new Map(),
    };
    const table = serialiseDirectory(first, 8);
    const second = {
      littleEndian: true,
      entries: [tiffEntry(513, 4, [8 + table.length + 30], true), tiffEntry(514, 4, [thumbnail.length], true)],
      children: new Map(),
    };
    table.writeUInt32LE(8 + table.length, 2 + 3 * 12);
    return Buffer.concat([tiffHeader(true, 8), table, serialiseDirectory(second, 8 + table.length), thumbnail]);
  };

  test('the thumbnail goes, width and height change places, orientation is 1', () => {
    const exif = uprightExif(withThumbnail(), 6);
    expect(exif.includes(thumbnail.subarray(0, 8))).toBe(false);
    expect(exifOrientation(exif)).toBe(1);
    expect([exif.readUInt32LE(8 + 2 + 8), exif.readUInt32LE(8 + 2 + 12 + 8)]).toEqual([32, 64]);
  });

  test('of a picture that stays on its side only the thumbnail and the sizes go, and nothing else moves', () => {
    const before = withThumbnail();
    const exif = sidewaysExif(before);
    expect(exif).toHaveLength(before.length);
    expect(exif.includes(thumbnail.subarray(0, 8))).toBe(false);
    expect(exifOrientation(exif)).toBe(6);
    expect(exif.readUInt16LE(8)).toBe(1);
    expect(sidewaysExif(exif)).toEqual(exif);
    expect(sidewaysExif(exifBlob({ orientation: 6 }))).toEqual(exifBlob({ orientation: 6 }));
  });

  test('a thumbnail that claims the directories themselves takes nothing with it', () => {
    const exif = withThumbnail();
    exif.writeUInt32LE(8, 8 + 42 + 2 + 8);
    exif.writeUInt32LE(exif.length, 8 + 42 + 2 + 12 + 8);
    expect(exifOrientation(uprightExif(exif, 1))).toBe(1);
    expect(exifOrientation(sidewaysExif(exif))).toBe(6);
  });

  test.each(['jpeg', 'png', 'webp', 'tiff'] as const)('orientation in XMP alone turns a %s', async (format) => {
    const bytes = await encodeRaster(picture(format, { xmp: Buffer.from(xmp('tiff:Orientation="6"')) }));
    const { pixels, metadata } = await readRaster(bytes);
    expect(pixels.shape).toEqual([5, 7, 3]);
    // What loses by being written again is copied instead.
    expect(metadata.isMended ?? false).toBe(format === 'png' || format === 'tiff');
    expect(metadata.xmp!.toString()).toContain('tiff:Orientation="1"');
  });

  test('sizes in XMP change places; thumbnails in it go', () => {
    const before = xmp(
      'xmlns:xmp="http://ns.adobe.com/xap/1.0/" exif:PixelXDimension="64" exif:PixelYDimension="32"',
      '<xmp:Thumbnails><rdf:Alt><rdf:li>AAAA</rdf:li></rdf:Alt></xmp:Thumbnails>',
    );
    const after = uprightXmp(Buffer.from(before), 6).toString();
    expect(after).toContain('exif:PixelXDimension="32" exif:PixelYDimension="64"');
    expect(after).not.toContain('AAAA');
    expect(after).toMatch(/<rdf:Description [^>]*><\/rdf:Description>/);
  });

  test('XML that makes no sense stays as it is', () => {
    for (const text of [xmp('xmlns:x2="http://ns.adobe.com/hdr-gain-map/1.0/"', '<x2:open>'), '<a', '']) {
      expect(uprightXmp(Buffer.from(text), 1).toString()).toBe(text);
      expect(mergedXmp(Buffer.from(text), Buffer.from('no XML')).toString()).toBe(text);
    }
  });

  test('long runs of anything take no time', () => {
    for (const part of ['a', ' ', '<rdf:RDF', 'xmlns:a="', 'hdrgm:a="', '<hdrgm:a>', 'tiff:Orientation  ']) {
      const long = Buffer.from(`xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" ${part.repeat(2e6 / part.length)}`);
      const start = performance.now();
      uprightXmp(long, 6);
      mergedXmp(long, long);
      expect(performance.now() - start).toBeLessThan(3000);
    }
  });
});

test.each(['jpeg', 'npy', 'pfm'] as const)('alpha is laid over white in %s, and told of', async (format) => {
  const raster = picture('png', { alpha: true, height: 16, width: 16 });
  raster.pixels.data.fill(0);
  raster.alpha!.data.fill(0);
  const { pixels } = await readRaster(await encodeRaster(raster, { format }));
  expect(Math.min(...pixels.data)).toBe(format === 'jpeg' ? 255 : 1);
  expect(noticesOf(raster, { format }).join()).toMatch(/alpha is not kept/);
  expect(raster.pixels.data.every((value) => value === 0)).toBe(true);
});
