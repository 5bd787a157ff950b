import { PerpixelError } from '../../core/errors.js';
import type { Session, Tensor } from '../../engines/engine.js';
import { MARK_KINDS, type MarkKind } from '../../geometry/markKinds.js';
import { averaged } from '../../images/averaged.js';
import { padReflect } from '../../images/padReflect.js';
import type { Raster } from '../../images/raster.js';
import { readWindow } from '../../images/readWindow.js';
import { toTensor } from '../toTensor.js';
import { type HoleMask, holeMask } from './holeMask.js';

/** What findMarks needs of a session of mark-finder.onnx: `image` to `marks` `[1, 3, h, w]`, logits in the order of MARK_KINDS. */
export type MarkFinder = Pick<Session, 'model' | 'run'>;

/** Side of what is answered for at once, in pixels. */
const WINDOW = 512;
/** The network learnt marks a few pixels wide: a photo with a longer side than this is looked at by halves, quarters, ... as well. */
const SIDE = 1500;
/** Logits: of what may be a mark, and of what each mark has somewhere. */
const LOGITS = { maybe: 1, surely: 2 };
/** The same in a map of what was seen. */
const MAYBE = 1;
const SURELY = 2;

/**
 * Where scratches, text or dust lie on a photo: what the network takes for such a mark, if it is sure of some pixel of it. The photo is
 * seen in parts; a byte a pixel is kept.
 *
 * @throws PerpixelError E_MODEL where the network answers something else
 */
export async function findMarks(
  raster: Pick<Raster, 'pixels'>,
  kinds: readonly MarkKind[],
  finder: MarkFinder,
  signal?: AbortSignal,
): Promise<HoleMask> {
  const [height, width] = raster.pixels.shape;
  const found = await looked(raster, kinds, finder, signal);
  for (let shrink = 2; Math.max(height, width) > (SIDE * shrink) / 2; shrink *= 2) {
    const [rows, columns] = [Math.ceil(height / shrink), Math.ceil(width / shrink)];
    const small = await looked({ pixels: averaged(raster, rows, columns) }, kinds, finder, signal);
    for (let y = 0, i = 0; y < height; y++) {
      const row = Math.floor(y / shrink) * columns;
      for (let x = 0; x < width; x++, i++) found[i] = Math.max(found[i], small[row + Math.floor(x / shrink)]);
    }
  }
  grow(found, width);
  return holeMask([height, width], (y, x) => found[y * width + x] === SURELY);
}

/** Row by row 0, MAYBE or SURELY. */
async function looked(
  raster: Pick<Raster, 'pixels'>,
  kinds: readonly MarkKind[],
  finder: MarkFinder,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { card } = finder.model;
  const [height, width] = raster.pixels.shape;
  const seen = new Uint8Array(height * width);
  const margin = Math.ceil(card.receptiveRadius / card.stride) * card.stride;
  for (let y = 0; y < height; y += WINDOW) {
    for (let x = 0; x < width; x += WINDOW) {
      signal?.throwIfAborted();
      const [top, left] = [Math.max(0, y - margin), Math.max(0, x - margin)];
      const [bottom, right] = [Math.min(height, y + WINDOW + margin), Math.min(width, x + WINDOW + margin)];
      const window = readWindow(raster, { y: top, x: left, height: bottom - top, width: right - left });
      const padded = padReflect(window, {
        bottom: missing(window.shape[0], card.stride),
        right: missing(window.shape[1], card.stride),
      });
      // Of a colour network a grey photo is asked as one whose channels are alike.
      const { marks } = await finder.run({ image: toTensor(padded, card) }, { signal });
      requireMarks(marks, padded.shape, card.name);
      for (let row = y; row < Math.min(height, y + WINDOW); row++) {
        for (let column = x; column < Math.min(width, x + WINDOW); column++) {
          seen[row * width + column] = levelAt(marks, kinds, row - top, column - left);
        }
      }
    }
  }
  return seen;
}

/** To the next multiple. */
const missing = (size: number, stride: number) => Math.ceil(size / stride) * stride - size;

function levelAt(
  { data, dims: [, , height, width] }: Tensor,
  kinds: readonly MarkKind[],
  y: number,
  x: number,
): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const kind of kinds) {
    const logit = data[(MARK_KINDS.indexOf(kind) * height + y) * width + x];
    if (logit > most) most = logit;
  }
  return most > LOGITS.surely ? SURELY : most > LOGITS.maybe ? MAYBE : 0;
}

/**
 * What may be a mark is one where it hangs together with what surely is, corners included: hysteresis.
 * Canny: A Computational Approach to Edge Detection. PAMI 1986.
 */
function grow(levels: Uint8Array, width: number): void {
  const height = levels.length / width;
  const from: number[] = [];
  for (let i = 0; i < levels.length; i++) {
    if (levels[i] !== SURELY) continue;
    from.push(i);
    for (let next = from.pop(); next !== undefined; next = from.pop()) {
      const [y, x] = [Math.floor(next / width), next % width];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const beside = row * width + column;
          if (levels[beside] !== MAYBE) continue;
          levels[beside] = SURELY;
          from.push(beside);
        }
      }
    }
  }
}

/** @throws PerpixelError E_MODEL */
function requireMarks(marks: Tensor | undefined, [height, width]: readonly number[], model: string): void {
  if (marks && [1, MARK_KINDS.length, height, width].every((size, axis) => marks.dims[axis] === size)) return;
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: model,
    received: `an output marks of ${marks?.dims.join(' x ') ?? 'no size'}`,
    expected: `1 x ${MARK_KINDS.length} x ${height} x ${width}, a map for each of ${MARK_KINDS.join(', ')}`,
    cure: 'Install perpixel again, or restore the file from its repository.',
  });
}
