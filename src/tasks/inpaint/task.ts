import ndarray from 'ndarray';
import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import { inTurns } from '../../core/inTurns.js';
import { MARK_KINDS } from '../../geometry/markKinds.js';
import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';
import { withoutGainMap } from '../../images/withoutGainMap.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { companionOption } from '../companion.js';
import { pictureOf } from '../pictureOf.js';
import { feedForward, type TiledPlan } from '../plan.js';
import type { Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { chessboardDistance } from './chessboardDistance.js';
import { findHoles } from './findHoles.js';
import { type HoleMask, holeMask } from './holeMask.js';
import { saveMask } from './saveMask.js';

const options = z.object({
  mask: companionOption(
    'White where the photo has a hole: one for all photos, or a folder of masks named as the photos',
  ).optional(),
  find: z
    .union([z.enum(MARK_KINDS), z.array(z.enum(MARK_KINDS)).min(1)], {
      error: `${MARK_KINDS.join(' or ')}, or several of them`,
    })
    .optional()
    .describe('Find the holes: marks that do not belong to the photo; once a kind, beside what --mask says')
    .meta({ nargs: 1 }),
  holeColour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, { error: "six hexadecimal digits, such as '#ff00ff'" })
    .optional()
    .describe(
      "The colour that holes are painted in, such as '#ff00ff'; where no option says where holes are, transparency does",
    ),
  tolerance: z.number().min(0).max(255).default(0).describe('How far off that colour a hole may be, in 8-bit units'),
  grow: z.int().min(0).max(100).default(0).describe('Widen the holes by this many pixels, over soft edges'),
});

/** Where the holes are: a mask, marks that are to be found, a colour, or what is transparent. */
export type InpaintOptions = z.output<typeof options>;

/** What is known of a photo before its holes are filled. */
export interface InpaintFacts {
  holes: HoleMask;
  holePixels: number;
  /** What is large: texture is continued into it. Undefined where nothing is. */
  large?: HoleMask;
  texturePixels: number;
  /** What is not, which the network fills. */
  thin: HoleMask;
  /** The holes are where the photo was transparent, which is over when they are filled. */
  becomesOpaque: boolean;
  /** Marks were looked for. */
  isFound?: true;
  /** Why nothing is filled, where marks were looked for, and there is no hole. */
  leftAlone?: string;
}

/** What is told beside a photo whose holes were filled. */
export interface InpaintReport {
  holePixels: number;
  /** Of them, those that texture was continued into. */
  texturePixels: number;
  /** Where the holes are, if marks were to be found: `[h, w]`, 255 in holes and 0 elsewhere. */
  mask?: HoleMask;
  /** Why the photo was left as it is, in words: none of the marks was found that were looked for. */
  leftAlone?: string;
}

/** Pixels into a hole that the network fills well from the hole's edge: holes are large where they are deeper. */
const THIN = 12;

/**
 * Fills holes. The network gets `image`, 0 in its own units in the holes, and `mask`, 1 in them. It answers with `clean`, of which only the
 * holes are taken: all other samples stay bit for bit.
 *
 * Deep inside, the network has nothing but fog to offer. There, texture and structure are continued from around the hole, before the
 * network runs. That is done in what is deeper than THIN, and twice as far around it, so that a thin branch of a large hole is left to the
 * network.
 */
export const inpaint: Task<InpaintOptions, InpaintFacts, Raster, InpaintReport> = {
  name: 'inpaint',
  summary: 'Fill holes in photos: text, scratches, what was erased',
  examples: [
    ['inpaint photo.jpg -o filled --mask mask.png', 'White in the mask is filled'],
    ['inpaint photos -o filled --mask masks', 'photos/a/x.jpg has masks/a/x.png'],
    [
      'inpaint photos -o filled --find scratches --find dust --save-mask masks',
      'What is found on them is filled; where it was, is kept',
    ],
    ['inpaint erased.png -o filled', 'What was erased to transparency is filled'],
    ["inpaint marked.png -o filled --hole-colour '#ff00ff' --grow 2", 'What was painted over is filled'],
  ],
  options,
  answer: picture,
  sideFiles: { saveMask },

  model: () => 'inpaint',

  async measure(raster, asked, _, about) {
    const { mask, find, holeColour } = asked;
    const facts = factsOf(await findHoles(raster, asked, about));
    const becomesOpaque = mask === undefined && find === undefined && holeColour === undefined;
    if (find === undefined) return { ...facts, becomesOpaque };
    const leftAlone = facts.holePixels === 0 ? `no ${[find].flat().join(', no ')} found` : undefined;
    return { ...facts, becomesOpaque, isFound: true, leftAlone };
  },

  plan: planOf,

  report: ({ holes, holePixels, texturePixels, isFound, leftAlone }) => ({
    holePixels,
    texturePixels,
    ...(isFound && { mask: holes }),
    ...(leftAlone !== undefined && { leftAlone }),
  }),
  words: ({ holePixels, texturePixels, leftAlone = 'no holes found' }) => [
    holePixels === 0 ? `left as it is: ${leftAlone}` : `holes filled: ${holePixels} pixels`,
    ...(texturePixels === 0 ? [] : [`texture continued into them: ${texturePixels} pixels`]),
  ],
};

function planOf(facts: InpaintFacts, card: ModelCard): TiledPlan | undefined {
  const { holes, holePixels, large, thin, becomesOpaque } = facts;
  if (holePixels === 0) return undefined;
  return {
    kind: 'tiled',
    changing: thin,
    beside: ndarray(thin.data, [...thin.shape, 1]),
    async first(raster, signal) {
      raster.metadata = withoutGainMap(raster.metadata, 'it shows what was in the holes');
      if (becomesOpaque && raster.alpha) raster.alpha.data.fill(whiteOf(raster.alpha.data));
      if (!large) return;
      const { continueTexture } = await import('./patchMatch/continueTexture.js');
      await inTurns(continueTexture(raster, large, holes), signal);
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

function factsOf(holes: HoleMask): Omit<InpaintFacts, 'becomesOpaque' | 'isFound' | 'leftAlone'> {
  const depth = chessboardDistance(holes, 0);
  const holePixels = count(holes);
  if (!depth.some((pixels) => pixels > THIN)) return { holes, holePixels, texturePixels: 0, thin: holes };
  const [, width] = holes.shape;
  const deep = holeMask(holes.shape, (y, x) => depth[y * width + x] > THIN);
  const away = chessboardDistance(deep, 255);
  const isLarge = (y: number, x: number) => away[y * width + x] <= 2 * THIN;
  const large = holeMask(holes.shape, (y, x) => holes.get(y, x) !== 0 && isLarge(y, x));
  const thin = holeMask(holes.shape, (y, x) => holes.get(y, x) !== 0 && !isLarge(y, x));
  return { holes, holePixels, large, texturePixels: count(large), thin };
}

const count = ({ data }: HoleMask): number => data.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
