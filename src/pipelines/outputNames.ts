import path from 'node:path';
import { formatNamed, formatOfName, writtenAs } from '../images/formats/lookup.js';

/** What results are called beside the name of their input. */
export interface Naming {
  /** What a result that is not the photo itself adds to the name: `depth` gives `x.depth.png`. @default nothing */
  suffix?: string;
  /** A picture format, or the extension of another kind of file. @default the format of the input */
  format?: string;
}

/**
 * What each of a folder's input pictures is called in the output: restored photos keep their name, others add the suffix.
 * No two names meet, on file systems that ignore case either: where two inputs would, the whole name is kept
 * (`x.jpg.depth.png`), and where even that is taken a number is added. The listing alone decides, so a later run finds
 * the same names.
 *
 * @example
 * outputNames(['x.jpg', 'x.png', 'y.png'], { suffix: 'depth', format: 'png' });
 * // Map { 'x.jpg' => 'x.jpg.depth.png', 'x.png' => 'x.png.depth.png', 'y.png' => 'y.depth.png' }
 */
export function outputNames(siblings: readonly string[], { suffix, format }: Naming = {}): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const give = (sibling: string, name: string) => {
    names.set(sibling, name);
    taken.add(folded(name));
  };

  const ending = (sibling: string) => `${suffix ? `.${suffix}` : ''}${extension(sibling, format)}`;
  const short = (sibling: string) => `${path.parse(sibling).name}${ending(sibling)}`;
  const meets = (name: string) => taken.has(folded(name));
  const sorted = siblings.toSorted();
  for (const sibling of sorted) if (short(sibling) === sibling && !meets(sibling)) give(sibling, sibling);
  const renamed = sorted.filter((sibling) => !names.has(sibling));

  const wishes = new Map<string, number>();
  for (const sibling of renamed) {
    const wish = folded(short(sibling));
    wishes.set(wish, (wishes.get(wish) ?? 0) + 1);
  }
  const isAlone = (sibling: string) => wishes.get(folded(short(sibling))) === 1 && !meets(short(sibling));
  const alone = new Set(renamed.filter(isAlone));
  for (const sibling of alone) give(sibling, short(sibling));

  for (const sibling of renamed.filter((name) => !alone.has(name))) {
    let whole = sibling + ending(sibling);
    for (let number = 2; meets(whole); number++) whole = `${sibling}-${number}${ending(sibling)}`;
    give(sibling, whole);
  }
  return names;
}

/** Names that some file systems take for one: in capitals or not, with an accent as a sign of its own or not. */
export const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/** `.png`; the input's own spelling (`.JPG`, `.tiff`) where the format stays. */
function extension(sibling: string, format: string | undefined): string {
  const own = formatOfName(sibling);
  const wanted = format ?? (own && writtenAs(own));
  if (wanted === undefined || wanted === own) return path.extname(sibling);
  return `.${formatNamed(wanted)?.extensions[0] ?? wanted}`;
}
