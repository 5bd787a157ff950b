/**
 * A stroke font, so that text looks the same on machines with other fonts or none. Each glyph is a list of lines, each
 * point two digits: x 0..4 and y 0..9, upwards; 0 is the foot of a p, 3 the base line, 7 the top of an x, 9 that of an l.
 */
const GLYPHS: Record<string, string> = {
  a: '4743 4637170604133344',
  b: '0903 0617374644331304',
  c: '4637170604133344',
  d: '4943 4637170604133344',
  e: '05454637170604133344',
  f: '39291813 0737',
  g: '4741301001 4637170604133344',
  h: '0903 0617374643',
  i: '1713 1918',
  j: '27211000 2928',
  k: '0903 370543',
  l: '1913',
  m: '0703 06172623 26374643',
  n: '0703 0617374643',
  o: '173746443313040617',
  p: '0700 0617374644331304',
  q: '4740 4637170604133344',
  r: '0703 051737',
  s: '46371706153544331304',
  t: '19142333 0737',
  u: '0704133344 4743',
  v: '072347',
  w: '0713263347',
  x: '0743 4703',
  y: '0723 4710',
  z: '07470343',
  A: '032943 1535',
  E: '49090343 0636',
  H: '0903 4943 0646',
  L: '090343',
  M: '0309264943',
  N: '03094349',
  O: '193948443313040819',
  R: '03093948473606 2643',
  S: '483919080716364544331304',
  T: '0949 2923',
  0: '192938342313040819',
  1: '082923',
  2: '08193948470343',
  3: '094926364544331304',
  4: '33390545',
  5: '490906364544331304',
  6: '3919080413334445361605',
  7: '094913',
  8: '16070819394847361605041333444536',
  9: '13334448391908071646',
  '.': '1313',
};

/** How far the digits of the font are apart, in ems. */
const UNIT = 0.115;

/**
 * The lines of a letter, digit or full stop, in ems (1 is the font's size): x to the right from 0, y downwards from the
 * base line.
 *
 * @returns its lines, and how far the next one is
 */
export function strokeGlyph(name: string): { lines: (readonly [x: number, y: number])[][]; advance: number } {
  const lines = GLYPHS[name]
    .split(' ')
    .map((digits) =>
      Array.from(
        { length: digits.length / 2 },
        (_, i) => [Number(digits[2 * i]) * UNIT, (3 - Number(digits[2 * i + 1])) * UNIT] as const,
      ),
    );
  const right = Math.max(...lines.flat().map(([x]) => x));
  return { lines, advance: right + 2 * UNIT * 0.75 };
}

/** All that the font has. */
export const GLYPH_NAMES: readonly string[] = Object.keys(GLYPHS);
