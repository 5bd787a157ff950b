/** Names that speak of another picture, a video or a thumbnail in the same file, by the address of their vocabulary. */
const CLAIMS: readonly [vocabulary: string, name: RegExp][] = [
  ['http://ns.adobe.com/hdr-gain-map/1.0/', /^/],
  ['http://ns.apple.com/HDRGainMap/1.0/', /^/],
  ['http://ns.google.com/photos/1.0/container/', /^/],
  ['http://ns.google.com/photos/1.0/container/item/', /^/],
  ['http://ns.google.com/photos/1.0/camera/', /^(?:MicroVideo|MotionPhoto)/],
  ['http://ns.adobe.com/xap/1.0/', /^Thumbnails$/],
];
const NOTE = 'http://ns.adobe.com/xmp/note/';
const EXTENDED: readonly [string, RegExp][] = [[NOTE, /^HasExtendedXMP$/]];

const END = '</rdf:RDF>';

/** Longer packets are kept as they are: no photo's own has a fraction of this. */
const LONGEST = 16e6;

/** The orientation 1..8 that XMP repeats, or alone states, as Adobe's programs do. */
export function xmpOrientation(xmp: Buffer): number | undefined {
  const [, value] = /tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])/.exec(xmp.toString('latin1', 0, LONGEST)) ?? [];
  return value === undefined ? undefined : Number(value);
}

/**
 * The packet of a picture that has been turned upright from `orientation` and is alone in its file. As it was, another program would turn
 * the picture again, or look for a gain map, a video or a thumbnail that is not there. The same bytes where nothing is to be changed.
 */
export function uprightXmp(xmp: Buffer, orientation: number): Buffer {
  if (xmp.length > LONGEST) return xmp;
  const text = xmp.toString('latin1');
  let settled = text.replace(/(tiff:Orientation\s*(?:=\s*["']|>)\s*)[2-8]/g, '$11');
  if (orientation > 4) {
    settled = exchanged(settled, 'exif:PixelXDimension', 'exif:PixelYDimension');
    settled = exchanged(settled, 'tiff:ImageWidth', 'tiff:ImageLength');
  }
  settled = without(settled, CLAIMS);
  return settled === text ? xmp : Buffer.from(settled, 'latin1');
}

/** Both packets of a JPEG in one, as every other format has them. */
export function mergedXmp(xmp: Buffer, extended: Buffer): Buffer {
  const main = without(xmp.toString('latin1'), EXTENDED);
  const more = extended.toString('latin1');
  const [begin, moreEnd, end] = [more.indexOf('<rdf:RDF'), more.lastIndexOf(END), main.lastIndexOf(END)];
  const innerAt = more.indexOf('>', begin) + 1;
  if (begin < 0 || innerAt === 0 || moreEnd < innerAt || end < 0) return Buffer.from(main, 'latin1');
  const [outer, inner] = [more.slice(0, innerAt), more.slice(innerAt, moreEnd)];
  // What the outer elements declare has to be declared where their content goes.
  const declared = [...outer.matchAll(/xmlns:[\w.-]+\s*=\s*(?:"[^"]*"|'[^']*')/g)].map(([text]) => text);
  const described = inner.replace(/<rdf:Description\b[^<>]*/g, (element) => {
    const missing = declared.filter((text) => !element.includes(`${text.split('=')[0].trim()}=`));
    return [element.replace(/\/$/, ''), ...missing].join(' ') + (element.endsWith('/') ? '/' : '');
  });
  return Buffer.from(main.slice(0, end) + described + main.slice(end), 'latin1');
}

/** A packet that only says where the rest is: JPEG's first has room for 64 KB. */
export function pointerXmp(guid: string): Buffer {
  return Buffer.from(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `<rdf:Description rdf:about="" xmlns:xmpNote="${NOTE}" xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta>`,
    'latin1',
  );
}

/** The identifier that the first packet gives for the extended one. */
export function extendedGuid(xmp: Buffer): string | undefined {
  return /HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})/.exec(xmp.toString('latin1'))?.[1];
}

function exchanged(text: string, across: string, down: string): string {
  const pattern = (name: string) => new RegExp(`(${name}\\s*(?:=\\s*["']|>)\\s*)(\\d+)`);
  const [a, b] = [pattern(across).exec(text)?.[2], pattern(down).exec(text)?.[2]];
  if (a === undefined || b === undefined) return text;
  return text.replace(pattern(across), (_, before) => before + b).replace(pattern(down), (_, before) => before + a);
}

/** The text without the elements and attributes that are named. */
function without(text: string, names: readonly [vocabulary: string, name: RegExp][]): string {
  const prefixes = new Map<string, RegExp[]>();
  for (const [, prefix, double, single] of text.matchAll(/xmlns:([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    const found = names.filter(([vocabulary]) => vocabulary === (double ?? single)).map(([, name]) => name);
    if (found.length > 0) prefixes.set(prefix, found);
  }
  if (prefixes.size === 0) return text;
  const isNamed = (prefix: string, name: string) => prefixes.get(prefix)?.some((each) => each.test(name)) ?? false;

  const parts: string[] = [];
  let end = 0;
  /** The element that is being left out, and how many of its name are open. */
  let leaving: { name: string; open: number } | undefined;
  for (const tag of text.matchAll(/<(\/?)([\w.-]+):([\w.-]+)([^<>]*)>/g)) {
    const [whole, slash, prefix, name, rest] = tag;
    const isEmpty = rest.endsWith('/');
    const after = tag.index + whole.length;
    if (leaving) {
      if (`${prefix}:${name}` !== leaving.name) continue;
      leaving.open += slash ? -1 : isEmpty ? 0 : 1;
      if (leaving.open > 0) continue;
      leaving = undefined;
      end = after;
    } else if (!slash && isNamed(prefix, name)) {
      parts.push(text.slice(end, tag.index));
      end = after;
      if (!isEmpty) leaving = { name: `${prefix}:${name}`, open: 1 };
    } else if (!slash) {
      const kept = rest.replace(
        /(?<![\w.-])([\w.-]+):([\w.-]+)\s*=\s*(?:"[^"]*"|'[^']*')/g,
        (attribute, own, called) => (isNamed(own, called) ? '' : attribute),
      );
      if (kept === rest) continue;
      parts.push(text.slice(end, tag.index), `<${prefix}:${name}${kept}>`);
      end = after;
    }
  }
  // What was never closed is no XML: it stays.
  return leaving ? text : parts.join('') + text.slice(end);
}
