import { ade20kClasses } from '../geometry/ade20kClasses.js';
import type { ModelCard } from './modelFile.js';

/** A kind of network of other people's, and what of its card all of its files have in common. */
export interface Preset {
  /** What it is, in a few words. */
  readonly summary: string;
  readonly card: Partial<ModelCard>;
}

/** What networks trained on ImageNet's statistics take. */
const imageNet = { mean: [0.485, 0.456, 0.406], scale: [0.229, 0.224, 0.225] };
const colour: Partial<ModelCard> = { channels: 3, normalisation: { mean: [0], scale: [1] } };

/**
 * Networks of other people's by the names that `perpixel models add FILE --preset NAME` takes. `receptiveRadius` is what tiles overlap by;
 * networks that see the whole photo have none.
 */
export const presets: Readonly<Record<string, Preset>> = {
  nafnet: {
    summary: 'NAFNet: noise or blur, image to image',
    card: { ...colour, task: 'denoise', network: 'nafnet', stride: 16, receptiveRadius: 128 },
  },
  restormer: {
    summary: 'Restormer: noise, image to image',
    card: { ...colour, task: 'denoise', network: 'restormer', stride: 8, receptiveRadius: 64 },
  },
  scunet: {
    summary: 'SCUNet: real noise, image to image',
    card: { ...colour, task: 'denoise', network: 'scunet', stride: 64, receptiveRadius: 64 },
  },
  'real-esrgan-x2': {
    summary: 'Real-ESRGAN: noise and blur, twice as large',
    card: { ...colour, task: 'denoise', network: 'real-esrgan', stride: 2, receptiveRadius: 32, scale: 2 },
  },
  'real-esrgan-x4': {
    summary: 'Real-ESRGAN: noise and blur, four times as large',
    card: { ...colour, task: 'denoise', network: 'real-esrgan', stride: 1, receptiveRadius: 32, scale: 4 },
  },
  'depth-anything-v2': {
    summary: 'Depth Anything V2: relative depth',
    card: {
      ...{ task: 'depth', network: 'depth-anything-v2', channels: 3, normalisation: imageNet },
      ...{ stride: 14, receptiveRadius: 0, pixels: 518 * 518, depth: 'inverse' },
    },
  },
  midas: {
    summary: 'MiDaS 2.1: relative depth',
    card: {
      ...{ task: 'depth', network: 'midas', channels: 3, normalisation: imageNet },
      ...{ stride: 32, receptiveRadius: 0, pixels: 384 * 384, depth: 'inverse' },
    },
  },
  'midas-dpt': {
    summary: 'MiDaS 3 (DPT): relative depth',
    card: {
      ...{ task: 'depth', network: 'midas-dpt', channels: 3, normalisation: { mean: [0.5], scale: [0.5] } },
      ...{ stride: 32, receptiveRadius: 0, pixels: 384 * 384, depth: 'inverse' },
    },
  },
  normals: {
    summary: 'Surface normals: unit vectors, x right, y up, z to the viewer',
    card: {
      ...{ task: 'normals', network: 'normals', channels: 3, normalisation: imageNet },
      ...{ stride: 32, receptiveRadius: 0, pixels: 384 * 384 },
    },
  },
  ade20k: {
    summary: "Labels: scores of ADE20K's 150 classes (SegFormer, UPerNet, Mask2Former's semantic head)",
    card: {
      ...{ task: 'labels', network: 'ade20k', channels: 3, normalisation: imageNet },
      ...{ stride: 32, receptiveRadius: 0, pixels: 512 * 512, classes: ade20kClasses },
    },
  },
};
