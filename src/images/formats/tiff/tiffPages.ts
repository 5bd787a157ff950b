import { PerpixelError } from '../../../core/errors.js';
import { ByteSource, cutOff } from '../../byteSource.js';
import { readTiff, type TiffDirectory } from '../../metadata/tiffStructure.js';
import type { Raster } from '../../raster.js';
import type { ReadOptions } from '../format.js';
import { withoutPixels } from '../unhandled.js';
import { pagesOf, readPage, requireLayout, tiff } from './tiff.js';
import { isKnownToOwn, layoutOf, needsOwnDecoder } from './tiffLayout.js';

const DESCRIPTION = 270;
/** As ImageJ writes stacks of more than 4 GiB: one directory, and the number of pictures behind it in the description. */
const IMAGEJ = /^ImageJ=.*\bimages=(\d+)/s;

/** The pages of a TIFF of several, to be read one by one. */
export interface TiffPages {
  count: number;
  /** Pixels of all pages. */
  pixels: number;
  /** @param page from 0. @throws PerpixelError E_READ, E_FORMAT, E_SIZE as `readRaster` */
  read(page: number, options?: ReadOptions): Promise<Raster>;
  close(): Promise<void>;
}

/**
 * Opens a TIFF of several pages, such as a stack of slices. What can be known of the pages without their pixels is looked at
 * beforehand: size, kind, and whether the file ends before they do.
 *
 * @returns undefined for every other file, be it a picture or not
 * @throws PerpixelError E_READ, E_FORMAT, E_SIZE for a page that cannot be read
 */
export async function openTiffPages(path: string, options: ReadOptions = {}): Promise<TiffPages | undefined> {
  const file = await ByteSource.ofFile(path);
  try {
    const head = (await file.read(0, 4)).toString('latin1');
    if (!tiff.signature.test(head)) return await closed(file);
    const structure = await readTiff(file);
    const { directories } = structure;
    const pages = pagesOf(directories);
    const count = countOf(directories, pages);
    if (count < 2 && !structure.goesOn) return await closed(file);
    if (structure.isCut) throw withoutPixels('TIFF');
    if (structure.goesOn || count > pages.length) throw unread(pages.length, count);
    const known = pages.map((page, i) => {
      try {
        return check(directories[page], file.size, options);
      } catch (error) {
        throw error instanceof PerpixelError ? onPage(i, error) : error;
      }
    });
    return {
      count: pages.length,
      pixels: known.reduce((sum, { pixels }) => sum + pixels, 0),
      async read(i, how = options) {
        // libvips walks from the first page to this one, each time anew.
        const { isOwn } = known[i];
        const { metadata, ...picture } = await readPage(file, directories, pages[i], { ...how, isOwn });
        return { ...picture, metadata: { ...metadata, format: tiff.name } };
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error instanceof PerpixelError ? error.about(path) : error;
  }
}

async function closed(file: ByteSource): Promise<undefined> {
  await file.close();
}

function check(directory: TiffDirectory, size: number, options: ReadOptions): { pixels: number; isOwn: boolean } {
  const layout = layoutOf(directory);
  requireLayout(layout, options);
  const { height, width, chunk, offsets, lengths } = layout;
  const isOwn = needsOwnDecoder(layout) || isKnownToOwn(layout);
  const down = Math.ceil(height / chunk.height) * Math.ceil(width / chunk.width);
  if (Math.min(offsets.length, lengths.length) < down) throw withoutPixels('TIFF');
  const end = offsets.reduce((last, offset, i) => Math.max(last, offset + (lengths[i] ?? 0)), 0);
  if (end > size) throw cutOff(size, end);
  return { pixels: height * width, isOwn };
}

/** How many pages there should be. */
function countOf([first]: readonly TiffDirectory[], pages: readonly number[]): number {
  const description = first?.entries.find(({ tag }) => tag === DESCRIPTION)?.value.toString('latin1') ?? '';
  return Math.max(pages.length, Number(IMAGEJ.exec(description)?.[1] ?? 0));
}

/** The same error, told of with the page, which is counted from 0. */
export function onPage(page: number, error: PerpixelError): PerpixelError {
  return new PerpixelError({ ...error, received: `page ${page + 1}, ${error.received}`, cause: error.cause });
}

function unread(pages: number, count: number): PerpixelError {
  const received =
    count > pages
      ? `a stack of ${count} pictures of which ${pages} have a page`
      : `a stack that goes on after page ${pages}`;
  return new PerpixelError({
    code: 'E_READ',
    received,
    expected: 'a whole TIFF with a page for each picture, 10000 at the most',
    cure: 'Copy it again if it was cut off; else save it as several stacks, or as one picture a slice.',
  });
}
