import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { Float16Array } from '@petamoriken/float16';

const LINES = 16;
const HALF = 1;
const FLOAT = 2;

/** One channel of a picture. */
export interface ExrChannel {
  /** `R`, `G`, `B`, `A`, `Y` of grey, `Z` of depth; `N.X` of a layer N. */
  name: string;
  /** Samples row by row: the first stands at `offset`, the others each `step` behind the one before. */
  data: ArrayLike<number>;
  offset?: number;
  step?: number;
}

export interface ExrOptions {
  width: number;
  height: number;
  /** Bits a sample. @default 32 */
  bits?: 16 | 32;
  /** @default 'zip', 16 lines together */
  compression?: 'zip' | 'none';
  /** x and y of red, green, blue and white. @default those of BT.709, as every reader has it */
  chromaticities?: readonly number[];
}

/**
 * An OpenEXR file of one part, in lines. Numbers are light, or whatever the channels' names say; none is changed.
 *
 * https://openexr.com/en/latest/OpenEXRFileLayout.html
 */
export async function writeExr(
  channels: readonly ExrChannel[],
  { width, height, bits = 32, compression = 'zip', chromaticities }: ExrOptions,
): Promise<Buffer[]> {
  const sorted = [...channels].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = compression === 'zip' ? LINES : 1;
  const window = int32(0, 0, width - 1, height - 1);
  const attributes = [
    attribute('channels', 'chlist', channelList(sorted, bits === 16 ? HALF : FLOAT)),
    attribute('compression', 'compression', Buffer.from([compression === 'zip' ? 3 : 0])),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', Buffer.from([0])),
    attribute('pixelAspectRatio', 'float', float32(1)),
    attribute('screenWindowCenter', 'v2f', float32(0, 0)),
    attribute('screenWindowWidth', 'float', float32(1)),
    ...(chromaticities ? [attribute('chromaticities', 'chromaticities', float32(...chromaticities))] : []),
  ];
  const header = Buffer.concat([int32(20_000_630, 2), ...attributes, Buffer.alloc(1)]);
  const blocks: Buffer[] = [];
  for (let y = 0; y < height; y += lines) {
    const raw = samplesOf(sorted, width, y, Math.min(lines, height - y), bits);
    const packed = compression === 'zip' ? await promisify(deflate)(shuffled(raw)) : raw;
    // What does not get smaller is stored as it is.
    const body = packed.length < raw.length ? packed : raw;
    blocks.push(Buffer.concat([int32(y, body.length), body]));
  }
  const table = Buffer.alloc(8 * blocks.length);
  let at = header.length + table.length;
  blocks.forEach((block, i) => {
    table.writeBigUInt64LE(BigInt(at), 8 * i);
    at += block.length;
  });
  return [header, table, ...blocks];
}

/** Line by line, in each line channel by channel. */
function samplesOf(channels: readonly ExrChannel[], width: number, y: number, rows: number, bits: 16 | 32): Buffer {
  const samples =
    bits === 16 ? new Float16Array(rows * channels.length * width) : new Float32Array(rows * channels.length * width);
  let to = 0;
  for (let row = y; row < y + rows; row++) {
    for (const { data, offset = 0, step = 1 } of channels) {
      let from = offset + row * width * step;
      for (let x = 0; x < width; x++, from += step) samples[to++] = data[from];
    }
  }
  return Buffer.from(samples.buffer);
}

/** Bytes at even places, then those at odd ones, each as its difference to the one before: so they pack well. */
function shuffled(raw: Buffer): Buffer {
  const parts = Buffer.alloc(raw.length);
  const half = (raw.length + 1) >> 1;
  for (let i = 0; i < raw.length; i++) parts[(i >> 1) + (i & 1 ? half : 0)] = raw[i];
  for (let i = parts.length - 1; i > 0; i--) parts[i] = parts[i] - parts[i - 1] + 128;
  return parts;
}

function channelList(channels: readonly ExrChannel[], type: number): Buffer {
  const entries = channels.map(({ name }) => Buffer.concat([text(name), int32(type, 0, 1, 1)]));
  return Buffer.concat([...entries, Buffer.alloc(1)]);
}

function attribute(name: string, type: string, value: Buffer): Buffer {
  return Buffer.concat([text(name), text(type), int32(value.length), value]);
}

const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'latin1');

function int32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeInt32LE(value, 4 * i);
  });
  return bytes;
}

function float32(...values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}
