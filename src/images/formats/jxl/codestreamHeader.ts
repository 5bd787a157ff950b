/** What the head of a JPEG XL codestream says of its picture, ISO/IEC 18181-1, annexes C and D. */
export interface CodestreamHeader {
  /** As coded, before it is turned. */
  height: number;
  width: number;
  /** 1..8, as EXIF has it; the decoder turns the picture. */
  orientation: number;
  bits: number;
  isFloat: boolean;
  isAnimated: boolean;
  /** Colours are multiplied by alpha. */
  isPremultiplied: boolean;
  /** Channels beside colour and the first alpha. */
  otherChannels: number;
  /** Coded in the space that eyes see in, which only lossy pictures are. */
  isLossy: boolean;
}

const ALPHA = 0;
const SPOT = 2;
const CFA = 5;
/** More than any file has, and few enough to read. */
const MOST_CHANNELS = 256;

/**
 * Reads it.
 *
 * @param bytes from its signature on
 * @returns undefined where it is cut off or nonsense
 */
export function codestreamHeader(bytes: Buffer): CodestreamHeader | undefined {
  if (bytes.length < 3 || bytes.readUInt16BE(0) !== 0xff0a) return undefined;
  try {
    return headerIn(new Bits(bytes.subarray(2)));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function headerIn(bits: Bits): CodestreamHeader {
  const [height, width] = sizeIn(bits);
  const header: CodestreamHeader = {
    ...{ height, width, orientation: 1, bits: 8, isFloat: false, isAnimated: false },
    ...{ isPremultiplied: false, otherChannels: 0, isLossy: true },
  };
  if (bits.flag()) return header;
  if (bits.flag()) {
    header.orientation = bits.number(3) + 1;
    if (bits.flag()) sizeIn(bits);
    if (bits.flag()) passPreview(bits);
    header.isAnimated = bits.flag();
    if (header.isAnimated) passAnimation(bits);
  }
  Object.assign(header, depthIn(bits));
  bits.flag(); // Whether 16 bits are enough for what is reckoned with.
  const channels = bits.oneOf([0], [1], [2, 4], [1, 12]);
  if (channels > MOST_CHANNELS) throw new RangeError('too many channels');
  let alphas = 0;
  for (let i = 0; i < channels; i++) {
    const { type, isPremultiplied } = channelIn(bits);
    if (type === ALPHA && alphas++ === 0) header.isPremultiplied = isPremultiplied;
    else header.otherChannels++;
  }
  header.isLossy = bits.flag();
  return header;
}

/** Width to height, where it is one of these. */
const RATIOS = [[1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]]; // biome-ignore format: one line

function sizeIn(bits: Bits): [height: number, width: number] {
  const inEights = bits.flag();
  const side = () => (inEights ? 8 * (1 + bits.number(5)) : bits.oneOf([1, 9], [1, 13], [1, 18], [1, 30]));
  const height = side();
  const ratio = bits.number(3);
  return [height, ratio === 0 ? side() : widthOf(height, ratio)];
}

function passPreview(bits: Bits): void {
  const inEights = bits.flag();
  const side = () =>
    inEights ? bits.oneOf([16], [32], [1, 5], [33, 9]) : bits.oneOf([1, 6], [65, 8], [321, 10], [1345, 12]);
  side();
  if (bits.number(3) === 0) side();
}

function passAnimation(bits: Bits): void {
  bits.oneOf([100], [1000], [1, 10], [1, 30]);
  bits.oneOf([1], [1001], [1, 8], [1, 10]);
  bits.oneOf([0], [0, 3], [0, 16], [0, 32]);
  bits.flag();
}

const widthOf = (height: number, ratio: number): number =>
  Math.floor((height * RATIOS[ratio - 1][0]) / RATIOS[ratio - 1][1]);

function depthIn(bits: Bits): Pick<CodestreamHeader, 'bits' | 'isFloat'> {
  const isFloat = bits.flag();
  if (!isFloat) return { bits: bits.oneOf([8], [10], [12], [1, 6]), isFloat };
  const all = bits.oneOf([32], [16], [24], [1, 6]);
  bits.number(4);
  return { bits: all, isFloat };
}

function channelIn(bits: Bits): { type: number; isPremultiplied: boolean } {
  if (bits.flag()) return { type: ALPHA, isPremultiplied: false };
  const type = bits.oneOf([0], [1], [2, 4], [18, 6]);
  depthIn(bits);
  bits.oneOf([0], [3], [4], [1, 3]);
  const name = bits.oneOf([0], [0, 4], [16, 5], [48, 10]);
  for (let i = 0; i < name; i++) bits.number(8);
  const isPremultiplied = type === ALPHA && bits.flag();
  if (type === SPOT) for (let i = 0; i < 4; i++) bits.number(16);
  if (type === CFA) bits.oneOf([1], [0, 2], [3, 4], [19, 8]);
  return { type, isPremultiplied };
}

/** Numbers of any bits, the lowest first. */
class Bits {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  /** @throws RangeError behind the end */
  number(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value += ((this.bytes.readUInt8(this.#at >> 3) >> (this.#at & 7)) & 1) * 2 ** i;
    }
    return value;
  }

  flag(): boolean {
    return this.number(1) === 1;
  }

  /** Two bits say which: a number, and what so many bits add to it. */
  oneOf(...ways: readonly (readonly [least: number, bits?: number])[]): number {
    const [least, more = 0] = ways[this.number(2)];
    return least + this.number(more);
  }
}
