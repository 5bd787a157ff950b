import * as z from 'zod';
import { engineSchema } from './engineOptions.js';

/** What becomes of the maps. */
export const sceneResults = z.object({
  output: z.string().describe('Folder for the results'),
  format: z
    .enum(['png', 'npy', 'pfm'])
    .default('png')
    .describe('png: depth in millimetres, normals as (n + 1) / 2; npy, pfm: metres and unit vectors'),
  bitDepth: z.literal([8, 16]).default(8).describe('Of normals in a PNG'),
  pictures: z
    .boolean()
    .default(false)
    .describe('Beside each map a picture of it, x.depth.picture.png: in colours, with a scale or a legend'),
  quality: z
    .enum(['fast', 'balanced', 'best'])
    .default('balanced')
    .describe('best: averaged with the mirrored photo, 2x slower'),
  overwrite: z.boolean().default(false).describe('Do again what is there already'),
});

export const sceneTelling = z.object({
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

export const sceneSchema = engineSchema.omit({ tile: true }).extend(sceneResults.shape).extend(sceneTelling.shape);

export type SceneArgs = z.output<typeof sceneSchema> & { photos: string[] };
