import ndarray from 'ndarray';
import type { Session } from '../../engines/engine.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { readWindow } from '../../images/readWindow.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { pictureOf } from '../pictureOf.js';
import { feedForward, type TiledPlan } from '../plan.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { texturedWindow } from './texturedWindow.js';

/** Side of the part of a photo by which it is told whether the network would help, in pixels. */
const LOOKED_AT = 384;
/** What the network must expect there, in dB: nine blurred crops of GoPro's, of which all gain, say .25 to .73. */
const LEAST_GAIN = 0.2;
/** Where the network expects to do harm the pixel stays as it is; over so many dB below nothing the two are blended. */
const BLENDED = 0.2;

/**
 * By how many dB of PSNR the network expects to improve the photo, in the part with the most structure; undefined where the photo is
 * smaller than the network takes.
 */
export async function expectedGain(
  raster: Raster,
  session: Session,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { card } = session.model;
  const window = texturedWindow(raster, LOOKED_AT);
  const whole = (side: number) => side - (side % card.stride);
  const size = { height: whole(window.height), width: whole(window.width) };
  if (size.height === 0 || size.width === 0) return undefined;
  const { gain } = await session.run({ image: toTensor(readWindow(raster, { ...window, ...size }), card) }, { signal });
  const expected = 10 * (gain.data.reduce((sum, value) => sum + value, 0) / gain.data.length);
  return expected >= LEAST_GAIN ? expected : undefined;
}

/** Sharpens a window: `image` to `clean`, each pixel of it as far as `gain`, in tens of dB, says that it is nearer the scene. */
export const sharpenWindow = (card: ModelCard): TiledPlan['window'] =>
  feedForward(
    (window) => ({ image: toTensor(window, card) }),
    (outputs, window) => {
      const channels = window.shape[2];
      const sharp = toPixels(pictureOf(outputs, 'clean', window, card), channels, card);
      return outputs.gain ? blended(window, sharp, outputs.gain.data) : sharp;
    },
  );

function blended(window: Pixels, sharp: Pixels, gain: ArrayLike<number>): Pixels {
  const [height, width, channels] = sharp.shape;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = Math.min(1, Math.max(0, 1 + (10 * gain[y * width + x]) / BLENDED));
      for (let c = 0; c < channels; c++, i++) {
        const given = window.get(y, x, c);
        sharp.data[i] = given + share * (sharp.data[i] - given);
      }
    }
  }
  return ndarray(sharp.data, sharp.shape);
}
