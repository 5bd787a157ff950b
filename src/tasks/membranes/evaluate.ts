import path from 'node:path';
import ndarray from 'ndarray';
import * as z from 'zod';
import { readRaster } from '../../images/readRaster.js';
import { wholeOf } from '../../images/readWindow.js';
import { Calibration, type Cubic } from '../../metrics/calibration.js';
import { type CellFigures, CellScores } from '../../metrics/cells.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { photosWithTruth } from '../evaluation/pictures.js';
import { membranes } from './task.js';

const options = z.object({
  truth: z.string().describe('Folder of pictures of the same names and sizes: white in cells, black on membranes'),
  invert: z.boolean().default(false).describe('As in membranes'),
});

/** The challenge's scores, and what the card of the model could have as `calibration` by these slices. */
type Figures = CellFigures & { calibration: Cubic };

/** `perpixel eval membranes SLICES --truth CELLS`: the scores of ISBI 2012. */
export const evaluation: Evaluation<z.output<typeof options>, Figures> = {
  summary: 'Membranes and cells against those that people drew, as the ISBI challenge of 2012 measures them',
  pictures: 'Folders of slices, or lists of paths',
  options,
  examples: [['membranes isbi2012/image --truth isbi2012/membrane', 'Each figure at its best threshold']],
  columns: {
    images: ({ images }) => images,
    'V Rand': ({ vRand }) => vRand.toFixed(4),
    'V Info': ({ vInfo }) => vInfo.toFixed(4),
    'adapt err': ({ adaptedRandError }) => adaptedRandError.toFixed(4),
    'Rand err': ({ randError }) => randError.toFixed(4),
    'warp err': ({ warpingError }) => warpingError.toExponential(2),
    'pixel err': ({ pixelError }) => pixelError.toFixed(4),
    'memb err': ({ membraneError }) => membraneError.toFixed(4),
    threshold: ({ threshold }) => threshold,
    calibration: ({ calibration }) => calibration.map((value) => value.toFixed(3)).join(' '),
  },
  async *evaluate({ pictures, truth, invert }, { predict, signal }) {
    const [scores, calibration] = [new CellScores(), new Calibration()];
    for (const [slice, known] of await photosWithTruth(pictures, truth)) {
      signal?.throwIfAborted();
      const { value } = await predict(await readRaster(slice), membranes, { invert }, { file: path.basename(slice) });
      const [height, width] = value.probability.shape;
      const { data, shape } = wholeOf(await readRaster(known));
      const inside = Uint8Array.from({ length: shape[0] * shape[1] }, (_, i) => (data[i * shape[2]] > 0.5 ? 1 : 0));
      scores.add(ndarray(value.probability.data, [height, width]), ndarray(inside, [shape[0], shape[1]]));
      calibration.add(value.probability.data, inside);
    }
    yield { ...scores.figures, calibration: calibration.cubic };
  },
};
