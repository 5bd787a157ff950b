import type { Op } from './node.js';
import { convolution } from './ops/convolution.js';
import { elementwise } from './ops/elementwise.js';
import { indexing } from './ops/indexing.js';
import { matrix } from './ops/matrix.js';
import { normalisation } from './ops/normalisation.js';
import { pooling } from './ops/pooling.js';
import { reduction } from './ops/reduction.js';
import { resizing } from './ops/resize.js';
import { shaping } from './ops/shape.js';

/** Every ONNX operator that the tensorflow engine computes. Meaning: https://onnx.ai/onnx/operators/ */
export const ops: Readonly<Record<string, Op>> = {
  ...convolution,
  ...elementwise,
  ...indexing,
  ...matrix,
  ...normalisation,
  ...pooling,
  ...reduction,
  ...resizing,
  ...shaping,
};
