import { isPadding } from '../appended.js';
import { partsOfJpeg, type Segment, segment } from './segments.js';

/*
 * Ultra HDR: behind the picture stands a second, smaller JPEG, the gain map, which says in XMP (Adobe's hdrgm), after ISO 21496-1 or in both
 * what its numbers mean. The picture's XMP, the index of Multi-Picture Format and a segment of ISO's tell that it is there.
 * https://developer.android.com/media/platform/hdr-image-format
 */

const APP1 = 0xe1;
const APP2 = 0xe2;
/** Before the bodies of segments. */
export const ISO_GAIN_MAP = 'urn:iso:std:iso:ts:21496:-1\0';
export const MPF = 'MPF\0';

const HDRGM = 'http://ns.adobe.com/hdr-gain-map/1.0/';
const CONTAINER = 'http://ns.google.com/photos/1.0/container/';
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const RDF_END = '</rdf:RDF>';

/** The gain map that stands behind a picture, whole, and what follows it; undefined where there is none that says what it means. */
export async function gainMapIn(
  behind: Buffer,
  signal?: AbortSignal,
): Promise<{ gainMap: Buffer; rest: Buffer } | undefined> {
  const at = behind.indexOf(JPEG);
  if (at < 0 || !isPadding(behind.subarray(0, at))) return undefined;
  const { segments, scanAt, end } = await partsOfJpeg(behind.subarray(at), signal);
  if (scanAt === undefined || end === undefined || !segments.some((each) => isXmp(each) || isIso(each)))
    return undefined;
  return { gainMap: behind.subarray(at, at + end), rest: behind.subarray(at + end) };
}

const isXmp = ({ marker, body }: Segment): boolean => marker === APP1 && body.includes(HDRGM);
/** With more than the version, which the picture's own segment has alone. */
const isIso = ({ marker, body }: Segment): boolean =>
  marker === APP2 &&
  body.toString('latin1', 0, ISO_GAIN_MAP.length) === ISO_GAIN_MAP &&
  body.length > ISO_GAIN_MAP.length + 4;

/** Whether readers look for a gain map in the picture's XMP. */
export function hasGainMapXmp(gainMap: Buffer): boolean {
  return gainMap.includes(HDRGM);
}

/**
 * What the picture's segments say of a gain map behind it.
 *
 * @param at where they stand in the file
 * @param behind bytes of the picture that follow them
 */
export function gainMapSegments(gainMap: Buffer, { at, behind }: { at: number; behind: number }): Buffer {
  const iso = segment(APP2, Buffer.from(`${ISO_GAIN_MAP}\0\0\0\0`, 'latin1'));
  const before = gainMap.includes(ISO_GAIN_MAP) ? iso : Buffer.alloc(0);
  const index = (size: number, offset: number) => segment(APP2, multiPicture([size, gainMap.length], offset));
  // Offsets count from the structure in the segment, behind marker, length and name.
  const start = at + before.length + 4 + MPF.length;
  const size = at + before.length + index(0, 0).length + behind;
  return Buffer.concat([before, index(size, size - start)]);
}

/** An index of two pictures, CIPA DC-007: the picture that everybody shows, and one of no kind that is defined. */
function multiPicture([first, second]: readonly [number, number], offset: number): Buffer {
  const entries = [
    [0xb000, 7, 4, 0x30313030],
    [0xb001, 4, 1, 2],
    [0xb002, 7, 32, 50],
  ];
  const body = Buffer.alloc(82);
  body.write('MM\0*\0\0\0\x08', 'latin1');
  body.writeUInt16BE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    body.writeUInt16BE(tag, 10 + 12 * i);
    body.writeUInt16BE(type, 12 + 12 * i);
    body.writeUInt32BE(count, 14 + 12 * i);
    body.writeUInt32BE(value, 18 + 12 * i);
  });
  body.writeUInt32BE(0x030000, 50);
  body.writeUInt32BE(first, 54);
  body.writeUInt32BE(second, 70);
  body.writeUInt32BE(offset, 74);
  return Buffer.concat([Buffer.from(MPF, 'latin1'), body]);
}

/** A packet of XMP that says, beside what it says, that a gain map of so many bytes follows the picture. */
export function withGainMapClaim(xmp: Buffer | undefined, length: number): Buffer {
  const text = (xmp?.toString('latin1') ?? EMPTY).replace(SAYS_NOTHING, '');
  const end = text.lastIndexOf(RDF_END);
  // What is no XML stays as it is; ISO's segment and the index tell all the same.
  if (end < 0) return Buffer.from(text, 'latin1');
  const item = (attributes: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" ${attributes}/></rdf:li>`;
  const claim =
    `<rdf:Description rdf:about="" xmlns:hdrgm="${HDRGM}" xmlns:Container="${CONTAINER}" xmlns:Item="${CONTAINER}item/" hdrgm:Version="1.0">` +
    `<Container:Directory><rdf:Seq>${item('Item:Semantic="Primary"')}` +
    `${item(`Item:Semantic="GainMap" Item:Length="${length}"`)}</rdf:Seq></Container:Directory></rdf:Description>`;
  return Buffer.from(text.slice(0, end) + claim + text.slice(end), 'latin1');
}

/** What is left of a claim that was taken out: names that nothing bears. */
const SAYS_NOTHING = /<rdf:Description rdf:about=""(?:\s+xmlns:[\w.-]+="[^"]*")*\s*(?:\/>|><\/rdf:Description>)/g;

const EMPTY = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${RDF_END}</x:xmpmeta>`;
