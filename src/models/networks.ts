import { restorationUnet, restorationUnetGeometry } from './restorationUnet.js';
import type * as tf from './tf.js';

/** A network as training and export know it: by name, with options that are plain JSON. */
export interface Network {
  build(options: Record<string, unknown>): tf.LayersModel;
  /** Sizes are multiples of `stride`; no output pixel sees further than `receptiveRadius` pixels. */
  geometry(options: Record<string, unknown>): { stride: number; receptiveRadius: number };
}

/** Every network that can be trained and exported by name: `perpixel train --network NAME`. */
export const networks: Readonly<Record<string, Network>> = {
  'restoration-unet': { build: restorationUnet, geometry: restorationUnetGeometry },
};
