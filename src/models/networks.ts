import { burgerMlp, burgerMlpGeometry } from './burgerMlp.js';
import { eigenWindow, eigenWindowGeometry } from './eigenWindow.js';
import { koehlerMlp, koehlerMlpGeometry } from './koehlerMlp.js';
import { restorationUnet, restorationUnetGeometry } from './restorationUnet.js';
import { schulerMlp, schulerMlpGeometry } from './schulerMlp.js';
import type * as tf from './tf.js';
import { xieSsda, xieSsdaGeometry } from './xieSsda.js';

/** A network as training and export know it: by name, with options that are plain JSON. */
export interface Network {
  build(options: Record<string, unknown>): tf.LayersModel;
  /** Sizes are multiples of `stride`; no output pixel sees further than `receptiveRadius` pixels. */
  geometry(options: Record<string, unknown>): { stride: number; receptiveRadius: number };
}

/** Every network that can be trained and exported by name: `perpixel train --network NAME`. */
export const networks: Readonly<Record<string, Network>> = {
  'restoration-unet': { build: restorationUnet, geometry: restorationUnetGeometry },
  'burger-mlp': { build: burgerMlp, geometry: burgerMlpGeometry },
  'eigen-window': { build: eigenWindow, geometry: eigenWindowGeometry },
  'koehler-mlp': { build: koehlerMlp, geometry: koehlerMlpGeometry },
  'schuler-mlp': { build: schulerMlp, geometry: schulerMlpGeometry },
  'xie-ssda': { build: xieSsda, geometry: xieSsdaGeometry },
};
