import { type FileHandle, open } from 'node:fs/promises';
import { PerpixelError } from '../../../core/errors.js';
import { writeAt } from '../../../core/files/writeAt.js';
import { tiffHeader } from '../../metadata/tiffStructure.js';
import { placesOf, stripsOf } from './stripFile.js';
import { type Samples2d, stripPicture } from './stripPicture.js';

/** Places in a TIFF are numbers of 32 bits. */
const LONGEST = 2 ** 32 - 1;
/** Where the header says where the first directory is. */
const FIRST = 4;

/** A TIFF of several pages, deflated, that is written page by page: one of them is in memory at a time. */
export class PageFile {
  #size = FIRST + 4;
  /** Where the place of the next directory is to be told. */
  #nextAt = FIRST;

  private constructor(readonly file: FileHandle) {}

  /** Begins a file anew. */
  static async create(path: string): Promise<PageFile> {
    const file = await open(path, 'w');
    await writeAt(file, tiffHeader(true, 0), 0);
    return new PageFile(file);
  }

  /** @throws PerpixelError E_SIZE where there is no room in a TIFF for another page */
  async add(samples: Samples2d): Promise<void> {
    const { strips, directory } = await stripsOf({ ...stripPicture(samples), isDeflated: true });
    const offsets = placesOf(strips, this.#size);
    const end = offsets.at(-1)! + strips.at(-1)!.length;
    // Directories begin at even places.
    const at = end + (end % 2);
    const bytes = directory(offsets, at);
    if (at + bytes.length > LONGEST) throw tooLong();
    for (const [i, strip] of strips.entries()) await writeAt(this.file, strip, offsets[i]);
    // The byte before an even place, if there is one, reads as 0.
    await writeAt(this.file, bytes, at);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(at);
    await writeAt(this.file, place, this.#nextAt);
    this.#nextAt = at + 2 + 12 * bytes.readUInt16LE(0);
    this.#size = at + bytes.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

function tooLong(): PerpixelError {
  return new PerpixelError({
    code: 'E_SIZE',
    received: 'a stack of more than 4 GiB',
    expected: 'what a TIFF has room for',
    cure: 'Divide the stack into several.',
  });
}
