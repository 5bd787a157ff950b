import { companionKinds } from './companions.js';
import type { FuzzedKind } from './kind.js';
import { mapKinds } from './maps.js';
import { modelKinds } from './models.js';
import { pictureKinds } from './pictures.js';
import { textKinds } from './texts.js';
import { videoKinds } from './videos.js';

/** Everything that perpixel reads and writes, by name. */
export const kinds: Readonly<Record<string, FuzzedKind>> = {
  ...pictureKinds,
  ...companionKinds,
  ...mapKinds,
  ...modelKinds,
  ...textKinds,
  ...videoKinds,
};
