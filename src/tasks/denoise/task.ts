import ndarray from 'ndarray';
import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import { PerpixelError } from '../../core/errors.js';
import { inTurns } from '../../core/inTurns.js';
import type { Session, Tensor } from '../../engines/engine.js';
import type { Pixels, Raster } from '../../images/raster.js';
import type { Sensor } from '../../images/sensor.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { in8Bit } from '../in8Bit.js';
import { pictureOf } from '../pictureOf.js';
import type { TiledPlan } from '../plan.js';
import { remembered } from '../remembered.js';
import type { AboutPicture, Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';
import { cutAtBlack, withBelowBlack } from './belowBlack.js';
import { BLEND_REACH, blendBack } from './blendBack.js';
import { denoiserFor } from './denoiserFor.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';
import type { NoiseGrid } from './noiseGrid.js';
import type { NoiseLevel } from './noiseLevel.js';
import { GUIDE_RADIUS, noiseMap } from './noiseMap.js';
import type { SensorNoise } from './sensorNoise.js';
import { WHITE } from './whiteNoise.js';

const options = z.object({
  sigma: z
    .number()
    .min(0)
    .max(75)
    .optional()
    .describe('Standard deviation of the noise, in 8-bit units (0..75); estimated from the photo where not given'),
  strength: z
    .number()
    .min(0)
    .max(2)
    .default(1)
    .describe('Below 1 keeps more grain, above 1 smooths more: what the noise level is multiplied by'),
  chroma: z
    .number()
    .min(0)
    .max(2)
    .default(1)
    .describe('The same for coloured noise alone: 0 leaves colours as they are, 2 takes away twice what was found'),
  grain: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('How much of the finest texture is given back, 0..1: film-like grain'),
});

/** The level of the noise, in 8-bit units (estimated where not said), and how much of it to take away. */
export type DenoiseOptions = z.output<typeof options>;

/** The noise of a photo, as it was said or found. Levels are standard deviations in 0..1 units. */
export interface DenoiseFacts extends Pick<DenoiseOptions, 'strength' | 'chroma' | 'grain'> {
  /** The level in the units of the option `sigma`, strength included; 0 leaves the picture as it is. */
  sigma: number;
  /** What the picture itself says, before strength, or what the user says: the level that white noise of the same luma has. */
  noise: number;
  estimated: boolean;
  /** Whether the noise is the same in red, green and blue, and by chance from pixel to pixel, or what cameras and files leave. */
  isWhite: boolean;
  /** How white noise depends on brightness, before strength, where it does. */
  curve?: NoiseCurve;
  /** Where the estimator looked: what it says of luma and chroma. In a video the levels are held, and there is no map. */
  found?: Omit<NoiseGrid, 'levels'> & Partial<Pick<NoiseGrid, 'levels'>>;
  /** Of a raw photo: the variance of a photosite over its light, as its sensor has it. */
  photosites?: SensorNoise;
  /** Of a JPEG so strong that its blocks and ringing are to be taken out: its quality. */
  jpegQuality?: number;
}

/** What is told beside a denoised photo: levels in 8-bit units. */
export interface DenoiseReport {
  /** What the network was told, strength included. */
  sigma: number;
  /** The level that white noise of the same luma has. */
  noise: number;
  noiseEstimated: boolean;
  /** `white`: alike in all channels and pixels, as in scans and raw pictures; `camera`: correlated, as cameras and files leave it. */
  noiseKind?: 'white' | 'camera';
  /** Deviation of brightness, and of colour. */
  luma?: number;
  chroma?: number;
  /** Deviation of brightness in the darker and the lighter half of the photo. */
  shadows?: number;
  lights?: number;
  /** Of a raw photo: variance of a photosite, `offset + gain * light`, both in parts of what lies between black and white. */
  photosites?: SensorNoise;
  /** Of the JPEG, where its blocks and ringing were taken out. */
  jpegQuality?: number;
}

/** The highest level the models are trained for, in 8-bit units. */
const MAX_SIGMA = 75;
/** An estimate below this, in 8-bit units, is taken for a clean photo: no one sees it, and fine texture looks like it. */
const CLEAN_SIGMA = 0.5;
/** Where the estimator says no more of either than this, in 8-bit units, it says what it says of clean photos. */
const FAINT = 2;
/** Where it says less luma than this, in 8-bit units, it may be texture: then the calmest parts of the photo decide... */
const WEAK_LUMA = 4;
/** ...which vary by more than one of these where there is noise to be seen. */
const CALM = { luma: 0.5, chroma: 0.25 };
/** Below this quality a JPEG's own rounding looks like noise that is weak, and hides what is as weak: more has to be seen. */
const PLAIN_QUALITY = 90;
const PLAIN_CALM = { luma: 0.95, chroma: 0.35 };
/** Noise is white if the statistics of the finest patches find as much as the estimator, and the estimator colour beside it. */
const WHITE_RATIO = 1.45;
const WHITE_CHROMA = 0.7;

/** The network that tells how strong noise is. */
const ESTIMATOR = 'noise-estimator';
/** The network that knows noise as cameras and files leave it. */
const CAMERA = 'denoise-camera';

/**
 * Takes noise out of photos. The level is measured in the picture or given; the network is told it as maps in 0..1 units beside `image`,
 * and answers with `clean`. It is given what it asks for of
 *
 * - `sigma`, the level of white noise at each pixel,
 * - `noise`, the deviation in luma and in chroma at each pixel, for networks that know noise as cameras and files leave it.
 *
 * A grey model works on colour photos channel by channel, a colour model on grey ones.
 */
export const denoise: Task<DenoiseOptions, DenoiseFacts, Raster, DenoiseReport> = {
  name: 'denoise',
  summary: 'Take noise out of photos',
  examples: [
    ['denoise photos -o clean', 'A folder with all that is below it; the noise is estimated in each photo'],
    ['denoise IMG_0042.tif -o clean --sigma 12', 'Noise of known level'],
    ['denoise photos -o clean --strength 0.8 --grain 0.3', 'Gently, and with some of the finest grain kept'],
    ['denoise - -o - < noisy.png > clean.png', 'A pipe'],
  ],
  options,
  variants: { option: 'strength', values: [0.5, 1, 1.5] },
  answer: picture,

  model(asked, raster, quality, facts) {
    const white = denoiserFor(raster, quality);
    const isWhite = facts?.isWhite ?? (asked.sigma !== undefined && !isJpeg(raster));
    // A smaller network than `camera` is told the same levels, and knows white noise alone.
    return (isWhite && asked.chroma === 1) || quality === 'fast' ? white : CAMERA;
  },

  async measure(raster, { sigma: said, ...asked }, _, about) {
    const own = said === undefined ? await foundNoise(raster, about) : { noise: said / 255, isWhite: !isJpeg(raster) };
    const isClean = said === undefined && own.noise < CLEAN_SIGMA / 255;
    return {
      ...asked,
      ...own,
      sigma: isClean ? 0 : Math.min(own.noise * asked.strength, MAX_SIGMA / 255),
      estimated: said === undefined,
    };
  },

  hold(facts) {
    const middle = facts.toSorted((a, b) => a.noise - b.noise)[facts.length >> 1];
    const kind = facts.filter(({ isWhite }) => isWhite).length * 2 > facts.length;
    const all = facts.map(({ found }) => found).filter((found) => found !== undefined);
    if (all.length === 0) return middle;
    const found = {
      luma: median(all.map(({ luma }) => luma)),
      chroma: median(all.map(({ chroma }) => chroma)),
      shadows: median(all.map(({ shadows }) => shadows)),
      lights: median(all.map(({ lights }) => lights)),
    };
    return { ...middle, found, isWhite: kind };
  },

  overTime: async () => (await import('./overTime.js')).denoiseOverTime,

  // A network that enlarges has to be asked in any case.
  plan: (facts, card) => (facts.sigma === 0 && (card.scale ?? 1) === 1 ? undefined : denoisePlan(facts, card)),

  report: ({ sigma, noise, estimated, isWhite, found, curve, photosites, jpegQuality }) => ({
    sigma: in8Bit(sigma),
    noise: in8Bit(noise),
    noiseEstimated: estimated,
    ...(found && {
      noiseKind: isWhite ? 'white' : 'camera',
      luma: in8Bit(found.luma),
      chroma: in8Bit(found.chroma),
      shadows: in8Bit(found.shadows),
      lights: in8Bit(found.lights),
    }),
    ...(!found && curve && { shadows: deviationAt(curve, 0), lights: deviationAt(curve, 1) }),
    ...(photosites && { photosites }),
    ...(jpegQuality !== undefined && { jpegQuality }),
  }),
  words: noiseWords,
};

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

/**
 * What the photo itself says. Where the statistics of the finest patches find what the estimator finds, the noise is white, and they are
 * the more exact; where they do not, it is correlated, and they see little of it.
 */
async function estimated(
  raster: Raster,
  { open, signal }: AboutPicture,
): Promise<Pick<DenoiseFacts, 'noise' | 'isWhite' | 'curve' | 'found' | 'jpegQuality' | 'photosites'>> {
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

const foundNoise = remembered(estimated);

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
async function correlated(raster: Raster, found: NoiseGrid) {
  const [{ calmNoise }, { jpegArtefacts }] = await Promise.all([
    import('./calmNoise.js'),
    import('./jpegArtefacts.js'),
  ]);
  const { quality } = raster.metadata;
  const artefacts = isJpeg(raster) && quality !== undefined ? jpegArtefacts(quality) : undefined;
  const share = raster.pixels.shape[2] === 1 ? 1 : WHITE.luma;
  if (artefacts) {
    const least = atLeast(found, artefacts);
    return { noise: least.luma / share, isWhite: false, found: least, jpegQuality: quality };
  }
  const isFaint = Math.max(found.luma, found.chroma) < FAINT / 255;
  const calm = found.luma < WEAK_LUMA / 255 ? calmNoise(raster) : undefined;
  const most = isJpeg(raster) && quality !== undefined && quality < PLAIN_QUALITY ? PLAIN_CALM : CALM;
  const isCalm = calm && calm.luma < most.luma / 255 && calm.chroma < most.chroma / 255;
  return isFaint || isCalm ? { noise: 0, isWhite: false } : { noise: found.luma / share, isWhite: false, found };
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

const isJpeg = ({ metadata }: Raster): boolean => metadata.format === 'jpeg';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

const deviationAt = (curve: NoiseCurve, brightness: number) => in8Bit(Math.sqrt(varianceAt(curve, brightness)));

/** Noise is stronger in one half of the brightness where it is so many times that of the other. */
const STRONGER = 1.3;

/** What was found, as people say it: `noise found: 6.2 of 255, stronger in the shadows`. */
function noiseWords(report: DenoiseReport): string[] {
  const { sigma, noise, noiseEstimated, noiseKind, chroma, jpegQuality } = report;
  const level = (value: number) => value.toFixed(1);
  const isNone = noiseEstimated && sigma === 0;
  const found = [
    `${noiseEstimated ? 'noise found' : 'noise as given'}: ${level(noise)} of 255`,
    ...(noiseEstimated ? whereStronger(report) : []),
    ...(chroma !== undefined && noiseKind === 'camera' ? [`${level(chroma)} in colours`] : []),
  ];
  return [
    isNone ? 'no noise found' : found.join(', '),
    ...(jpegQuality === undefined ? [] : [`blocks and ringing of JPEG taken out, quality ${jpegQuality}`]),
  ];
}

function whereStronger({ shadows, lights }: DenoiseReport): string[] {
  if (shadows === undefined || lights === undefined) return [];
  if (shadows > STRONGER * lights) return ['stronger in the shadows'];
  return lights > STRONGER * shadows ? ['stronger in the lights'] : [];
}
