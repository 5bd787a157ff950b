const ORIENTATION = 0x0112;
const EXIF = 0x8769;
const STRIP_OFFSETS = 0x0111;
const STRIP_LENGTHS = 0x0117;
const JPEG_OFFSET = 0x0201;
const JPEG_LENGTH = 0x0202;
const SHORT = 3;
/** Bytes of one: tag, type, count, value. */
const ENTRY = 12;
/** A photo has three: Exif, GPS, interoperability; a thumbnail's directory may repeat them. */
const MOST_POINTERS = 8;

/** Pairs of tags, across and down, that change places where a picture is turned by a quarter. */
const ACROSS_AND_DOWN = [
  [0x0100, 0x0101], // ImageWidth, ImageLength
  [0x011a, 0x011b], // XResolution, YResolution
  [0xa002, 0xa003], // PixelXDimension, PixelYDimension
  [0xa20e, 0xa20f], // FocalPlaneXResolution, FocalPlaneYResolution
] as const;

/** Those of them that are the size of the picture. */
const SIZES = [ACROSS_AND_DOWN[0], ACROSS_AND_DOWN[2]];

/** Places of entries (12 bytes) in the blob, by tag, the first of each; and where the place of the next directory stands. */
interface Directory {
  at: number;
  entries: ReadonlyMap<number, number>;
  nextAt: number;
}

/** The orientation 1..8 that an EXIF blob states; undefined where it states none or nonsense. */
export function exifOrientation(exif: Buffer): number | undefined {
  const at = new ExifBytes(exif).first()?.entries.get(ORIENTATION);
  if (at === undefined) return undefined;
  const orientation = new ExifBytes(exif).value(at);
  return orientation >= 1 && orientation <= 8 ? orientation : undefined;
}

/**
 * The blob of a picture that has been turned upright from `orientation`: says 1, has widths and heights the right way round, and no
 * thumbnail, which would show the picture as it was before. Everything else stays where it is, as makers' notes count bytes from
 * the start.
 */
export function uprightExif(exif: Buffer, orientation: number): Buffer {
  const copy = Buffer.from(exif);
  const blob = new ExifBytes(copy);
  const first = blob.first();
  if (first === undefined) return copy;
  const turned = first.entries.get(ORIENTATION);
  if (turned !== undefined) blob.setShort(turned, 1);
  const isSideways = orientation > 4;
  const camera = blob.directory(blob.value(first.entries.get(EXIF)));
  for (const directory of [first, camera]) if (isSideways && directory) blob.exchange(directory);
  return blob.withoutThumbnail(first, camera);
}

/** The blob of a part of the picture: it tells that size, where it tells one. */
export function exifOfSize(exif: Buffer, { height, width }: { height: number; width: number }): Buffer {
  const copy = Buffer.from(exif);
  const blob = new ExifBytes(copy);
  const first = blob.first();
  const camera = first && blob.directory(blob.value(first.entries.get(EXIF)));
  for (const directory of [first, camera]) {
    for (const [across, down] of SIZES) {
      for (const [tag, value] of [
        [across, width],
        [down, height],
      ]) {
        const entry = directory?.entries.get(tag);
        if (entry !== undefined) blob.setNumber(entry, value);
      }
    }
  }
  return copy;
}

/**
 * The blob, as long as it was, of a picture that stays on its side, for readers of which not all turn it: without a thumbnail, and
 * without sizes. Both can be seen only the wrong way round there.
 */
export function sidewaysExif(exif: Buffer): Buffer {
  const copy = Buffer.from(exif);
  const blob = new ExifBytes(copy);
  const first = blob.first();
  if (first === undefined) return copy;
  const cameraAt = blob.value(first.entries.get(EXIF));
  blob.withoutThumbnail(first, blob.directory(cameraAt));
  for (const at of [first.at, cameraAt]) blob.remove(at, SIZES.flat());
  return copy;
}

/** A TIFF structure that is changed in place, whatever nonsense it holds. */
class ExifBytes {
  readonly #le: boolean;

  constructor(readonly bytes: Buffer) {
    this.#le = bytes[0] === 0x49;
  }

  first(): Directory | undefined {
    return this.directory(this.#u32(4));
  }

  directory(at: number): Directory | undefined {
    if (!(at >= 8) || at + 2 > this.bytes.length) return undefined;
    const count = this.#u16(at);
    const entries = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + i * ENTRY;
      if (entry + ENTRY > this.bytes.length) break;
      const tag = this.#u16(entry);
      // An orientation of another type is none that could be set to 1, and readers pass it by: another may follow.
      const isNone = tag === ORIENTATION && this.#u16(entry + 2) !== SHORT;
      if (!entries.has(tag) && !isNone) entries.set(tag, entry);
    }
    return { at, entries, nextAt: at + 2 + count * ENTRY };
  }

  /** The number that an entry holds in its own four bytes; NaN where there is none, or several. */
  value(entry: number | undefined): number {
    if (entry === undefined || this.#u32(entry + 4) !== 1) return Number.NaN;
    return this.#u16(entry + 2) === SHORT ? this.#u16(entry + 8) : this.#u32(entry + 8);
  }

  setShort(entry: number, value: number): void {
    if (this.#u16(entry + 2) !== SHORT) return;
    if (this.#le) this.bytes.writeUInt16LE(value, entry + 8);
    else this.bytes.writeUInt16BE(value, entry + 8);
  }

  /** Writes a number that an entry holds in its own four bytes, where it fits in. */
  setNumber(entry: number, value: number): void {
    if (Number.isNaN(this.value(entry))) return;
    if (this.#u16(entry + 2) === SHORT) {
      if (value < 2 ** 16) this.setShort(entry, value);
    } else if (this.#le) this.bytes.writeUInt32LE(value, entry + 8);
    else this.bytes.writeUInt32BE(value, entry + 8);
  }

  exchange({ entries }: Directory): void {
    for (const [across, down] of ACROSS_AND_DOWN) {
      const [a, b] = [entries.get(across), entries.get(down)];
      if (a === undefined || b === undefined) continue;
      // Type, count and value; the tags stay.
      const kept = Buffer.from(this.bytes.subarray(a + 2, a + 12));
      this.bytes.copy(this.bytes, a + 2, b + 2, b + 12);
      kept.copy(this.bytes, b + 2);
    }
  }

  /** Entries behind those that go move up, and the place of the next directory with them; what they lead to stays where it is. */
  remove(at: number, tags: readonly number[]): void {
    const directory = this.directory(at);
    if (directory === undefined || directory.nextAt + 4 > this.bytes.length) return;
    const { entries, nextAt } = directory;
    const gone = tags.flatMap((tag) => entries.get(tag) ?? []).sort((a, b) => b - a);
    for (const entry of gone) this.bytes.copy(this.bytes, entry, entry + ENTRY, nextAt + 4);
    this.bytes.fill(0, nextAt + 4 - gone.length * ENTRY, nextAt + 4);
    const count = this.#u16(at) - gone.length;
    if (this.#le) this.bytes.writeUInt16LE(count, at);
    else this.bytes.writeUInt16BE(count, at);
  }

  /** No directory behind the first; the bytes of the picture that it led to are zeros, or gone where they were the last. */
  withoutThumbnail(first: Directory, camera: Directory | undefined): Buffer {
    const next = this.#u32(first.nextAt);
    const second = next > 0 ? this.directory(next) : undefined;
    if (second === undefined) return this.bytes;
    this.bytes.fill(0, first.nextAt, first.nextAt + 4);
    const tables = [first, second, ...(camera ? [camera] : [])];
    let end = this.bytes.length;
    for (const [offsetTag, lengthTag] of [
      [JPEG_OFFSET, JPEG_LENGTH],
      [STRIP_OFFSETS, STRIP_LENGTHS],
    ]) {
      const from = this.value(second.entries.get(offsetTag));
      const to = from + this.value(second.entries.get(lengthTag));
      // What covers a directory is nonsense: nothing is taken from the picture's own metadata for it.
      if (!(from >= 8 && to > from) || tables.some(({ at, nextAt }) => from < nextAt + 4 && to > at)) continue;
      this.bytes.fill(0, Math.min(from, end), Math.min(to, end));
      if (to >= end - 1) end = Math.min(from, end);
    }
    return this.bytes.subarray(0, end);
  }

  #u16(at: number): number {
    if (at + 2 > this.bytes.length) return 0;
    return this.#le ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  #u32(at: number): number {
    if (at + 4 > this.bytes.length) return 0;
    return this.#le ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }
}

/** Whether more directories are pointed to than there can be, as in a circle. */
export function hasManyPointers(exif: Buffer): boolean {
  let pointers = 0;
  for (const tag of [0x8769, 0x8825, 0xa005]) {
    // As a LONG, in either byte order.
    for (const entry of [Buffer.from([tag & 255, tag >> 8, 4, 0]), Buffer.from([tag >> 8, tag & 255, 0, 4])]) {
      for (let at = exif.indexOf(entry); at >= 0; at = exif.indexOf(entry, at + 4)) pointers++;
    }
  }
  return pointers > MOST_POINTERS;
}

/** EXIF in other containers than JPEG goes without JPEG's name for it, but not in all programs. */
export function withoutExifPrefix(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
}
