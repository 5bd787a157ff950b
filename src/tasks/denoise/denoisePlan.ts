import { PerpixelError } from '../../core/errors.js';
import type { Session, Tensor } from '../../engines/engine.js';
import type { Pixels } from '../../images/raster.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { pictureOf } from '../pictureOf.js';
import type { TiledPlan } from '../plan.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { cutAtBlack, withBelowBlack } from './belowBlack.js';
import { BLEND_REACH, blendBack } from './blendBack.js';
import { type DenoiseFacts, MAX_SIGMA } from './facts.js';
import { GUIDE_RADIUS, noiseMap } from './noiseMap.js';
import { WHITE } from './whiteNoise.js';

/** How strong noise is at each pixel of a window, `[h * w]`, 0..1 units. */
interface Levels {
  /** As white noise. */
  sigma: Float32Array;
  luma: Float32Array;
  chroma: Float32Array;
}

/**
 * How a picture is denoised. Beside it each window has the levels of the noise grid, or where some noise was averaged away before, what is
 * left of it.
 *
 * @param left `[h, w, 1]`, of the picture's size: the share of the noise, 0..1, that is left
 */
export function denoisePlan(facts: DenoiseFacts, card: ModelCard, left?: Pixels): TiledPlan {
  const { chroma, grain, curve, found, photosites } = facts;
  const { scale = 1 } = card;
  const isBlended = chroma < 1 || grain > 0;
  if (scale > 1 && isBlended) throw nothingToBlend(card, scale);
  const levels = facts.isWhite || left ? undefined : found?.levels;
  const beside = left ?? levels;
  const levelsAt = levelsOf(facts);
  return {
    kind: 'tiled',
    enlarges: true,
    reach: Math.max(curve || photosites ? GUIDE_RADIUS : 0, isBlended ? BLEND_REACH : 0),
    ...(beside && { beside }),
    async window(window, run) {
      const [height, width, planes] = window.shape;
      const own = planes - (beside?.shape[2] ?? 0);
      const photo = window.hi(height, width, own);
      const given = levelsAt(photo, levels && window.lo(0, 0, own));
      const seen = photosites ? cutAtBlack(photo) : photo;
      const restored = await denoised(seen, left ? shared(given, window.lo(0, 0, own)) : given, card, run);
      const clean = photosites && scale === 1 ? withBelowBlack(restored, photo) : restored;
      return blendBack(photo, clean, { chroma: Math.min(chroma, 1), grain });
    },
  };
}

function nothingToBlend({ name }: ModelCard, scale: number): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: 'grain and chroma',
    received: `a network, ${name}, whose answer is ${scale} times as high and as wide as the photo`,
    expected: 'one that keeps the size, for what of the photo is to be given back',
    cure: 'Leave --grain and a --chroma below 1 out.',
  });
}

/** A share `[h, w, 1]` of each level. */
function shared({ sigma, luma, chroma }: Levels, share: Pixels): Levels {
  const [, width] = share.shape;
  const part = (levels: Float32Array) =>
    levels.map((level, i) => level * share.get(Math.floor(i / width), i % width, 0));
  return { sigma: part(sigma), luma: part(luma), chroma: part(chroma) };
}

/**
 * One run of a denoiser: a window and the level of white noise at each of its pixels, `[h * w]` in 0..1 units, to the clean window.
 */
export function denoiseWindow(card: ModelCard, levels: (window: Pixels) => Float32Array): TiledPlan['window'] {
  return (window, run) => denoised(window, whiteMaps(window, levels(window)), card, run);
}

/** The network takes what it asks for of the levels. */
async function denoised(
  window: Pixels,
  { sigma, luma, chroma }: Levels,
  card: ModelCard,
  run: Session['run'],
): Promise<Pixels> {
  const image = toTensor(window, card);
  const [batch, , height, width] = image.dims;
  const maps = (...planes: Float32Array[]): Tensor => {
    const data = new Float32Array(batch * planes.length * height * width);
    for (let i = 0; i < batch * planes.length; i++) data.set(planes[i % planes.length], i * height * width);
    return { data, dims: [batch, planes.length, height, width] };
  };
  const outputs = await run({ image, sigma: maps(sigma), noise: maps(luma, chroma) });
  return toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card);
}

/** What the network is told at each pixel, strength included. */
function levelsOf({
  sigma,
  noise,
  curve,
  found,
  isWhite,
  chroma,
}: DenoiseFacts): (window: Pixels, beside?: Pixels) => Levels {
  const strength = noise > 0 ? sigma / noise : 1;
  const most = MAX_SIGMA / 255;
  const colour = strength * Math.max(chroma, 1);
  if (isWhite || found === undefined) {
    return (window) => {
      const [height, width] = window.shape;
      const level = curve
        ? noiseMap(window, curve).map((each) => Math.min(each * strength, most))
        : new Float32Array(height * width).fill(sigma);
      const maps = whiteMaps(window, level);
      return { ...maps, chroma: maps.chroma.map((each) => each * Math.max(chroma, 1)) };
    };
  }
  return (window, beside) => {
    const [height, width, channels] = window.shape;
    const luma = new Float32Array(height * width);
    const colours = new Float32Array(height * width);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        luma[i] = Math.min(most, strength * (beside ? beside.get(y, x, 0) : found.luma));
        if (channels === 3) colours[i] = Math.min(most, colour * (beside ? beside.get(y, x, 1) : found.chroma));
      }
    }
    const share = channels === 3 ? WHITE.luma : 1;
    return { sigma: luma.map((level) => Math.min(most, level / share)), luma, chroma: colours };
  };
}

/** White noise of these levels, in the channels of the window. */
function whiteMaps({ shape: [, , channels] }: Pixels, sigma: Float32Array): Levels {
  if (channels === 1) return { sigma, luma: sigma, chroma: new Float32Array(sigma.length) };
  return {
    sigma,
    luma: sigma.map((level) => level * WHITE.luma),
    chroma: sigma.map((level) => level * WHITE.chroma),
  };
}
