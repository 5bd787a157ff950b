import * as z from 'zod';
import { readRaster } from '../../images/readRaster.js';
import { type PoseFigures, PoseScores } from '../../metrics/pose.js';
import { jointsOfPicture, readJoints } from '../../training/datasets/jointFiles.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { pictureList } from '../evaluation/pictureList.js';
import { pose } from './task.js';

const options = z.object({
  truth: z
    .string()
    .describe("Their joints: JSON, for each picture's name 14 of [x, y, visible] in LSP's order (docs/pose.md)"),
});

/** `perpixel eval pose PHOTOS --truth joints.json`: PCK and PCP. */
export const evaluation: Evaluation<z.output<typeof options>, PoseFigures & { images: number }> = {
  summary: 'Poses against the joints that people marked',
  pictures: 'Folders of photos, or lists of paths',
  options,
  examples: [['pose lsp/test-a/rgb --truth lsp/test-a/joints.json', 'Percentages over all visible joints']],
  columns: {
    images: ({ images }) => images,
    'PCK@.2': ({ pck2 }) => pck2.toFixed(2),
    'PCK@.5': ({ pck5 }) => pck5.toFixed(2),
    PCP: ({ pcp }) => pcp.toFixed(2),
  },
  async *evaluate({ pictures, truth }, { predict, signal }) {
    const photos = await pictureList(pictures);
    const known = await readJoints(truth);
    const scores = new PoseScores();
    for (const photo of photos) {
      signal?.throwIfAborted();
      const marked = jointsOfPicture(known, photo, truth);
      const { value } = await predict(await readRaster(photo), pose, {});
      scores.add(value.joints, marked);
    }
    yield { images: photos.length, ...scores.figures };
  },
};
