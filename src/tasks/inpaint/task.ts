import ndarray from 'ndarray';
import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/windowOf.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { companionOption } from '../companion.js';
import { pictureOf } from '../pictureOf.js';
import { feedForward, type TiledPlan } from '../plan.js';
import type { Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { chessboardDistance } from './chessboardDistance.js';
import { findHoles } from './findHoles.js';
import { fillFromHalf, halved } from './halved.js';
import { type HoleMask, holeMask } from './holeMask.js';

const options = z.object({
  mask: companionOption(
    'White where the photo has a hole: one for all photos, or a folder of masks named as the photos',
  ).optional(),
  holeColour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, { error: "six hexadecimal digits, such as '#ff00ff'" })
    .optional()
    .describe("The colour that holes are painted in, such as '#ff00ff'; without it and --mask, transparency says"),
  tolerance: z.number().min(0).max(255).default(0).describe('How far off that colour a hole may be, in 8-bit units'),
  grow: z.int().min(0).max(100).default(0).describe('Widen the holes by this many pixels, over soft edges'),
});

/** Where the holes are: a mask, a colour, or what is transparent. */
export type InpaintOptions = z.output<typeof options>;

/** What is known of a photo before its holes are filled. */
export interface InpaintFacts {
  holes: HoleMask;
  holePixels: number;
  /** Of the holes, what lies so deep that it is first filled at half the size. */
  isDeep?: (index: number) => boolean;
  /** What the network fills: the holes without their deep middle. */
  rim: HoleMask;
  /** The holes are where the photo was transparent, which is over when they are filled. */
  becomesOpaque: boolean;
}

/** Pixels into a hole that the network fills well from the hole's edge. */
const RIM = 20;

/**
 * Fills holes. The network gets `image`, 0 in its own units in the holes, and `mask`, 1 in them, and answers with `clean`, of
 * which only the holes are taken: all other samples stay bit for bit.
 *
 * Large holes are filled from coarse to fine: what lies deeper than the network reaches is taken from the photo filled at
 * half the size, which in turn may take its middle from a quarter, and so on; the rim between is filled with both sides known.
 */
export const inpaint: Task<InpaintOptions, InpaintFacts, Raster, { holePixels: number }> = {
  name: 'inpaint',
  summary: 'Fill holes in photos: text, scratches, what was erased',
  examples: [
    ['inpaint photo.jpg -o filled --mask mask.png', 'White in the mask is filled'],
    ['inpaint photos -o filled --mask masks', 'photos/a/x.jpg has masks/a/x.png'],
    ['inpaint erased.png -o filled', 'What was erased to transparency is filled'],
    ["inpaint marked.png -o filled --hole-colour '#ff00ff' --grow 2", 'What was painted over is filled'],
  ],
  options,
  answer: picture,

  model: () => 'inpaint',

  async measure(raster, asked, _, about) {
    const becomesOpaque = asked.mask === undefined && asked.holeColour === undefined;
    return { ...factsOf(await findHoles(raster, asked, about)), becomesOpaque };
  },

  plan: planOf,

  report: ({ holePixels }) => ({ holePixels }),
};

function planOf(facts: InpaintFacts, card: ModelCard): TiledPlan | undefined {
  const { holes, holePixels, isDeep, rim, becomesOpaque } = facts;
  if (holePixels === 0) return undefined;
  return {
    kind: 'tiled',
    changing: rim,
    beside: ndarray(rim.data, [...rim.shape, 1]),
    async first(raster, run) {
      if (becomesOpaque && raster.alpha) raster.alpha.data.fill(whiteOf(raster.alpha.data));
      if (!isDeep) return;
      const small = halved(raster, holes);
      const plan = planOf({ ...factsOf(small.holes), becomesOpaque: false }, card);
      if (plan) await run(small.raster, plan);
      fillFromHalf(raster, small.raster, isDeep);
    },
    window: feedForward(
      (window) => {
        const [height, width, planes] = window.shape;
        const mask = toTensor(window.lo(0, 0, planes - 1), { channels: 1, normalisation: { mean: [0], scale: [1] } });
        const image = toTensor(window.hi(height, width, planes - 1), card);
        const [batch] = image.dims;
        const masks = new Float32Array(batch * height * width);
        for (let n = 0; n < batch; n++) masks.set(mask.data, n * mask.data.length);
        // 0 in the network's units, as it was trained.
        for (let i = 0; i < image.data.length; i++) if (mask.data[i % mask.data.length] !== 0) image.data[i] = 0;
        return { image, mask: { data: masks, dims: [batch, 1, height, width] } };
      },
      (outputs, window) => {
        const [height, width, planes] = window.shape;
        const picture = window.hi(height, width, planes - 1);
        return toPixels(pictureOf(outputs, 'clean', picture, card), planes - 1, card);
      },
    ),
  };
}

function factsOf(holes: HoleMask): Omit<InpaintFacts, 'becomesOpaque'> {
  const depth = chessboardDistance(holes, 0);
  const isDeep = (index: number) => depth[index] > RIM;
  const holePixels = depth.reduce((count, d) => count + (d > 0 ? 1 : 0), 0);
  if (!depth.some((d) => d > RIM)) return { holes, holePixels, rim: holes };
  const [, width] = holes.shape;
  const rim = holeMask(holes.shape, (y, x) => depth[y * width + x] > 0 && !isDeep(y * width + x));
  return { holes, holePixels, isDeep, rim };
}
