import type * as tf from '../core/tf.js';
import { burgerMlp, burgerMlpGeometry } from './burgerMlp.js';
import { eigenCoarseFine } from './eigenCoarseFine.js';
import { eigenMultiscale } from './eigenMultiscale.js';
import { eigenWindow, eigenWindowGeometry } from './eigenWindow.js';
import { koehlerMlp, koehlerMlpGeometry } from './koehlerMlp.js';
import { noiseEstimator, noiseEstimatorGeometry } from './noiseEstimator.js';
import { restorationUnet, restorationUnetGeometry } from './restorationUnet.js';
import { scenePyramid } from './scenePyramid.js';
import { schulerBlind } from './schulerBlind.js';
import { schulerMlp, schulerMlpGeometry } from './schulerMlp.js';
import { xieSsda, xieSsdaGeometry } from './xieSsda.js';

/** Options of a network as they stand in files: plain JSON. */
export type NetworkOptions = Record<string, unknown>;

/** A network as training and export know it: by name, with options that are plain JSON. */
export interface Network {
  /** The network itself, with new weights. */
  build(options: NetworkOptions): tf.LayersModel;
  /** The tasks that it can learn, each with the options that make it fit. */
  tasks: Readonly<Record<string, NetworkOptions>>;
  /** Sizes are multiples of `stride`; no output pixel sees further than `receptiveRadius` pixels. */
  geometry(options: NetworkOptions): { stride: number; receptiveRadius: number };
  /** It takes any size; only tiles begin at multiples of `stride`. */
  anySize?: true;
  /** What its `image` and `clean` are for pixels of 0..1: (v - mean) / scale. @default the pixels as they are */
  normalisation?: { mean: number; scale: number };
  /** The output that is the task's answer, where it is called otherwise: the output, by the answer. */
  outputs?: Readonly<Record<string, string>>;
  /** Where the answer is smaller than the picture: pixel i of it stands for pixel offset + i step of the picture. */
  grid?(options: NetworkOptions): { offset: number; step: number };
  /**
   * Where the network is trained in stages and these options are those of a later one: the options of the stage before,
   * and how the names of the weights begin that this one trains; the others stay as they were.
   */
  stage?(options: NetworkOptions): { after: NetworkOptions; trains: readonly string[] } | undefined;
  /** Options that are set for training only: outputs that nothing but the loss is about. */
  training?: NetworkOptions;
}

/** The units of Burger's and the other perceptrons. */
const normalisation = { mean: 0.5, scale: 0.2 };

/** A network that is given the whole picture. */
const whole = ({ size = [228, 304] }: { size?: readonly number[] }) => ({
  stride: 1,
  receptiveRadius: Math.max(...size),
});

/** Every network that can be trained and exported by name: `perpixel train --network NAME`. */
export const networks: Readonly<Record<string, Network>> = {
  'restoration-unet': {
    build: restorationUnet,
    tasks: {
      denoise: { map: 'sigma' },
      deblur: { map: 'none' },
      inpaint: { map: 'mask', bias: true },
      derain: { map: 'none', bias: true },
    },
    geometry: restorationUnetGeometry,
  },
  'noise-estimator': { build: noiseEstimator, tasks: {}, geometry: noiseEstimatorGeometry },
  'burger-mlp': { build: burgerMlp, tasks: { denoise: {} }, geometry: burgerMlpGeometry, normalisation, anySize: true },
  'eigen-window': {
    build: eigenWindow,
    tasks: { derain: {} },
    geometry: eigenWindowGeometry,
    normalisation,
    anySize: true,
  },
  'koehler-mlp': {
    build: koehlerMlp,
    tasks: { inpaint: {} },
    geometry: koehlerMlpGeometry,
    normalisation,
    anySize: true,
  },
  'schuler-mlp': {
    build: schulerMlp,
    tasks: { deblur: {} },
    geometry: schulerMlpGeometry,
    normalisation,
    anySize: true,
  },
  'schuler-blind': {
    build: schulerBlind,
    tasks: { deblur: {} },
    geometry: () => ({ stride: 1, receptiveRadius: Number.MAX_SAFE_INTEGER }),
    normalisation: { mean: 0.5, scale: 1 },
    outputs: { clean: 'sharp' },
  },
  'xie-ssda': {
    build: xieSsda,
    tasks: { denoise: {}, inpaint: {} },
    geometry: xieSsdaGeometry,
    anySize: true,
    training: { activations: true },
  },
  'scene-pyramid': {
    build: scenePyramid,
    tasks: {
      scene: {},
      depth: { outputs: ['depth'] },
      normals: { outputs: ['normals'] },
      labels: { outputs: ['labels'] },
    },
    geometry: () => ({ stride: 32, receptiveRadius: Number.MAX_SAFE_INTEGER }),
    // Four pixels an answer; of the two in their middle, the second.
    grid: () => ({ offset: 2, step: 4 }),
  },
  'eigen-coarse-fine': {
    build: eigenCoarseFine,
    tasks: { depth: {} },
    geometry: whole,
    grid: () => ({ offset: 5, step: 4 }),
    stage: ({ scale = 'fine' }) =>
      scale === 'fine' ? { after: { scale: 'coarse' }, trains: ['fine', 'depth'] } : undefined,
  },
  'eigen-multiscale': {
    build: eigenMultiscale,
    tasks: { depth: { outputs: ['depth'] }, normals: { outputs: ['normals'] }, labels: { outputs: ['labels'] } },
    geometry: whole,
    // Of the 9x9 of stride 2 and the pool that follows, whose stride is 1 in scale 3 and 2 before it.
    grid: ({ scales = '1+2+3' }) => ({ offset: 5, step: scales === '1+2+3' ? 2 : 4 }),
    stage: ({ scales = '1+2+3' }) =>
      scales === '1+2+3' ? { after: { scales: '1+2' }, trains: ['scale3'] } : undefined,
  },
};
