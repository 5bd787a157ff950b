import * as z from 'zod';
import { readRaster } from '../../../src/images/readRaster.js';
import { wholeOf } from '../../../src/images/readWindow.js';
import { restorationScores } from '../../../src/metrics/restoration.js';
import type { Evaluation } from '../../../src/tasks/evaluation/evaluation.js';
import { pictureList } from '../../../src/tasks/evaluation/pictureList.js';
import { soften } from './task.js';

const options = z.object({ amount: z.array(z.number()).default([10]).describe('As in soften') });

export const evaluation: Evaluation<z.output<typeof options>, { amount: number; psnr: number }> = {
  summary: 'How much photos change when they are softened',
  options,
  examples: [['soften photos --amount 5 10', 'PSNR of the soft against the sharp']],
  columns: { amount: ({ amount }) => amount, psnr: ({ psnr }) => psnr.toFixed(2) },
  async *evaluate({ pictures, amount: amounts }, { predict }) {
    const [photo] = await pictureList(pictures);
    for (const amount of amounts) {
      const raster = await readRaster(photo);
      const sharp = wholeOf(raster);
      await predict(raster, soften, { amount });
      yield { amount, psnr: restorationScores(wholeOf(raster), sharp).psnr };
    }
  },
};
