import ndarray from 'ndarray';
import { inTurns } from '../../core/inTurns.js';
import type { Raster } from '../../images/raster.js';
import type { Sensor } from '../../images/sensor.js';
import { remembered } from '../remembered.js';
import type { AboutPicture } from '../task.js';
import type { DenoiseFacts } from './facts.js';
import type { NoiseGrid } from './noiseGrid.js';
import type { NoiseLevel } from './noiseLevel.js';
import { WHITE } from './whiteNoise.js';

/** Where the estimator says no more than this of both, in 8-bit units, it says what it says of clean photos: texture is seldom coloured. */
const FAINT = { luma: 2.5, chroma: 1.1 };
/** Where it says less luma than this, in 8-bit units, it may be texture: then the calmest parts of the photo decide... */
const WEAK_LUMA = 4;
/** ...which vary by more than one of these where there is noise to be seen. */
const CALM = { luma: 0.5, chroma: 0.25 };
/** Below this quality a JPEG's own rounding looks like noise that is weak, and hides what is as weak: more has to be seen. */
const PLAIN_QUALITY = 90;
const PLAIN_CALM = { luma: 0.95, chroma: 0.35 };
/**
 * Rounding of a good JPEG is seen as luma, at most so much in 8-bit units; the noise of a camera as colour too. Where there is less colour
 * beside luma than this, all may be rounding, and a share is taken out: a clean photo keeps 42 dB to itself, and comes nearer to what it was
 * before it was a JPEG.
 */
const ROUNDING = { luma: 5.5, chromaBesideLuma: 0.6, share: 0.7 };
/** Noise is white if the statistics of the finest patches find as much as the estimator, and the estimator colour beside it. */
const WHITE_RATIO = 1.45;
const WHITE_CHROMA = 0.7;

/** What a photo itself says of its noise. */
export type FoundNoise = Pick<
  DenoiseFacts,
  'noise' | 'isWhite' | 'curve' | 'found' | 'jpegQuality' | 'photosites' | 'share'
>;

/** The network that tells how strong noise is. */
const ESTIMATOR = 'noise-estimator';

/**
 * What the photo itself says. Where the statistics of the finest patches find what the estimator finds, the noise is white, and they are
 * the more exact; where they do not, it is correlated, and they see little of it.
 */
async function estimated(raster: Raster, { open, signal }: AboutPicture): Promise<FoundNoise> {
  const sensor = raster.sensor && (await fromSensor(raster, raster.sensor, signal));
  if (sensor) return sensor;
  const { noiseInSteps } = await import('./noiseLevel.js');
  const statistics = () => inTurns(noiseInSteps(raster), signal);
  const asWhite = ({ sigma: noise, curve }: NoiseLevel) => ({ noise, isWhite: true, ...(curve && { curve }) });
  // The estimator learnt too little grey: there it takes clean photos for noisy ones.
  const isGreyPicture = raster.pixels.shape[2] === 1 && !isJpeg(raster);
  if (open === undefined || isGreyPicture) return asWhite(await statistics());
  const { noiseGrid } = await import('./noiseGrid.js');
  const found = await noiseGrid(raster, await open(ESTIMATOR), signal);
  if (isJpeg(raster)) return correlated(raster, found);
  const white = asWhite(await statistics());
  return isWhiteNoise(white.noise, found) ? { ...white, found } : correlated(raster, found);
}

/** The noise of a photo, by itself; found once a photo. */
export const findNoise = remembered(estimated);

/** What the photosites of a raw photo say, as it looks in the photo. */
async function fromSensor(raster: Raster, sensor: Sensor, signal?: AbortSignal) {
  if (sensor.mosaic === undefined) return undefined;
  const [{ sensorNoise }, { developedNoise }] = await Promise.all([
    import('./sensorNoise.js'),
    import('./developedNoise.js'),
  ]);
  const photosites = await inTurns(sensorNoise(sensor.mosaic), signal);
  if (photosites === undefined) return undefined;
  const found = developedNoise(raster, sensor, photosites);
  return { noise: found.luma / WHITE.luma, isWhite: false, found, photosites };
}

/** What a camera or a file left: noise, blocks and ringing of JPEG, or nothing that is seen. */
async function correlated(raster: Raster, found: NoiseGrid): Promise<FoundNoise> {
  const [{ calmNoise }, { jpegArtefacts }] = await Promise.all([
    import('./calmNoise.js'),
    import('./jpegArtefacts.js'),
  ]);
  const { quality } = raster.metadata;
  const artefacts = isJpeg(raster) && quality !== undefined ? jpegArtefacts(quality) : undefined;
  const lumaOfWhite = raster.pixels.shape[2] === 1 ? 1 : WHITE.luma;
  if (artefacts) {
    const least = atLeast(found, artefacts);
    return { noise: least.luma / lumaOfWhite, isWhite: false, found: least, jpegQuality: quality };
  }
  const none = { noise: 0, isWhite: false };
  if (found.luma < FAINT.luma / 255 && found.chroma < FAINT.chroma / 255) return none;
  const calm = found.luma < WEAK_LUMA / 255 ? calmNoise(raster) : undefined;
  const most = isJpeg(raster) && quality !== undefined && quality < PLAIN_QUALITY ? PLAIN_CALM : CALM;
  if (calm && calm.luma < most.luma / 255 && calm.chroma < most.chroma / 255) return none;
  const mayBeRounding =
    isJpeg(raster) && found.luma < ROUNDING.luma / 255 && found.chroma < ROUNDING.chromaBesideLuma * found.luma;
  return { noise: found.luma / lumaOfWhite, isWhite: false, found, ...(mayBeRounding && { share: ROUNDING.share }) };
}

/** Noise that is no weaker than so much anywhere. */
function atLeast(found: NoiseGrid, least: { luma: number; chroma: number }): NoiseGrid {
  const { data, shape } = found.levels;
  const levels = ndarray(
    data.map((level, i) => Math.max(level, i % 2 === 0 ? least.luma : least.chroma)),
    shape,
  );
  const [luma, shadows, lights] = [found.luma, found.shadows, found.lights].map((level) => Math.max(level, least.luma));
  return { levels, luma, shadows, lights, chroma: Math.max(found.chroma, least.chroma) };
}

/** @param noise what the finest patches say, 0..1 units */
function isWhiteNoise(noise: number, { luma, chroma }: NoiseGrid): boolean {
  return noise * WHITE.luma * WHITE_RATIO > luma && chroma > WHITE_CHROMA * noise * WHITE.chroma;
}

export const isJpeg = ({ metadata }: Raster): boolean => metadata.format === 'jpeg';
