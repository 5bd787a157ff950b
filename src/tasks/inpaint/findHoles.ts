import { PerpixelError } from '../../core/errors.js';
import type { MarkKind } from '../../geometry/markKinds.js';
import type { Raster } from '../../images/raster.js';
import { type Companion, readCompanion } from '../companion.js';
import type { AboutPicture } from '../task.js';
import { chessboardDistance } from './chessboardDistance.js';
import { type HoleMask, holeMask } from './holeMask.js';
import { colouredHoles, transparentHoles, whiteHoles } from './seenHoles.js';

export interface FindHolesOptions {
  /** A mask, or a folder of masks. */
  mask?: Companion;
  /** Marks that are looked for. */
  find?: MarkKind | readonly MarkKind[];
  /** `#rrggbb`. */
  holeColour?: string;
  /** Of 255. */
  tolerance: number;
  /** Pixels that holes are widened by. */
  grow: number;
}

/** The network that finds marks. */
const FINDER = 'mark-finder';

/**
 * The holes that a photo's mask, the colour of holes and the marks on it say, all of them together; where none is asked for, those that the
 * photo's alpha says.
 *
 * @throws PerpixelError E_OPTION nothing says where holes are; E_READ no mask, or one that cannot be read; E_SIZE a mask of
 *   another size; E_FORMAT nothing is left to fill the holes from
 */
export async function findHoles(
  raster: Raster,
  { mask, find, holeColour, tolerance, grow }: FindHolesOptions,
  about: AboutPicture,
): Promise<HoleMask> {
  const { file, open, signal } = about;
  const found: HoleMask[] = [];
  if (mask !== undefined) found.push(await maskHoles(mask, raster, about));
  if (holeColour !== undefined) found.push(colouredHoles(raster, holeColour, tolerance));
  if (find !== undefined) {
    const { findMarks } = await import('./findMarks.js');
    found.push(await findMarks(raster, [find].flat(), await open!(FINDER), signal));
  }
  if (found.length === 0) found.push(transparentHoles(alphaOf(raster, file)));
  const narrow = found.reduce((a, b) => holeMask(a.shape, (y, x) => a.get(y, x) !== 0 || b.get(y, x) !== 0));
  const holes = grow === 0 ? narrow : grown(narrow, grow);
  if (holes.data.includes(0)) return holes;
  throw new PerpixelError({
    code: 'E_FORMAT',
    subject: file,
    received: 'a hole that is the whole photo',
    expected: 'some of it to fill the hole from',
    cure: 'White is what is filled: invert the mask if it has that the other way round.',
  });
}

const MASK = {
  name: 'mask',
  saved: 'mask.png',
  cure: 'Add one, white where the photo has a hole; black all over leaves the photo as it is.',
};

async function maskHoles(mask: Companion, { pixels }: Raster, about: AboutPicture): Promise<HoleMask> {
  const { raster: picture, subject } = await readCompanion(mask, MASK, about);
  const [[height, width], [ownHeight, ownWidth]] = [pixels.shape, picture.pixels.shape];
  if (height === ownHeight && width === ownWidth) return whiteHoles(picture);
  throw new PerpixelError({
    code: 'E_SIZE',
    subject,
    received: `a mask of ${ownWidth} x ${ownHeight} pixels`,
    expected: `${width} x ${height}, the size of ${about.file ?? 'the photo'}`,
    cure: 'Draw it over the photo as it is shown, turned upright, or give each photo its own by a folder of masks.',
  });
}

function alphaOf({ alpha }: Raster, file: string | undefined): NonNullable<Raster['alpha']> {
  if (alpha) return alpha;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: file,
    received: 'no mask, no colour of holes, nothing to find, and a photo without alpha',
    expected: 'one of them, to tell where the holes are',
    cure: "Give --mask FILE or FOLDER, --find scratches, --find text or --hole-colour '#ff00ff', or erase the holes to transparency.",
  });
}

function grown(holes: HoleMask, by: number): HoleMask {
  const distance = chessboardDistance(holes, 255);
  const [, width] = holes.shape;
  return holeMask(holes.shape, (y, x) => distance[y * width + x] <= by);
}
