import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../../core/errors.js';
import { readRegular } from '../../core/files/openRegular.js';
import { classMaps } from './classMaps.js';
import type { CroppedPair } from './pairedCrops.js';
import { pictureFiles } from './pictureFiles.js';
import type { SceneFiles } from './sceneCrops.js';
import { sceneFiles } from './sceneFiles.js';

/*
 * The layouts of well-known data sets below one folder. `splits.json` there says which photos of BSDS500 no test
 * picture comes from, and which are the clean ones of the Rain100 pairs.
 */

const side = z.int().positive();
const rainyPhotos = z.array(
  z.object({
    id: z.string(),
    clean: z.string(),
    /** Left, top, width and height of what a heavy one shows. */
    rain100h_crop: z.tuple([z.int().nonnegative(), z.int().nonnegative(), side, side]),
  }),
);
const lists = { clean_train: z.array(z.string()), rain_train: rainyPhotos, rain_test_a: rainyPhotos };

/** One of the lists; what else the file holds may be as it is. */
async function listed<Name extends keyof typeof lists>(
  folder: string,
  name: Name,
): Promise<z.infer<(typeof lists)[Name]>> {
  const file = join(folder, 'splits.json');
  try {
    const { [name]: list } = z.looseObject({}).parse(JSON.parse((await readRegular(file)).toString()));
    return lists[name].parse(list) as z.infer<(typeof lists)[Name]>;
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: file,
      received: 'no such list that can be read',
      expected: `the list ${name}`,
      cure: 'Check the path of the data; a folder of your own photos needs no such list.',
      cause,
    });
  }
}

/** Photos for restoration: BSDS500 (Arbelaez et al., PAMI 2011) without what tests are made of, and photos-free. */
export async function restorationPhotos(folder: string): Promise<string[]> {
  const bsds = await listed(folder, 'clean_train');
  return [...bsds.map((name) => join(folder, 'bsds500', name)), ...(await pictureFiles(join(folder, 'photos-free')))];
}

/** Rain100L (light) or Rain100H (heavy), Yang et al., CVPR 2017. Heavy ones show a part of the clean photo. */
export async function rainPairs(
  folder: string,
  kind: 'light' | 'heavy',
  split: 'train' | 'test-a' = 'train',
): Promise<CroppedPair[]> {
  const rainy = await listed(folder, split === 'train' ? 'rain_train' : 'rain_test_a');
  const set = { light: 'rain100l', heavy: 'rain100h' }[kind];
  return rainy.map(({ id, clean, rain100h_crop: [left, top, width, height] }) => ({
    input: join(folder, set, split, `${id}.png`),
    truth: join(folder, 'bsds500', clean),
    crop: kind === 'heavy' ? { left, top, width, height } : undefined,
  }));
}

/** A set of scenes and how its labels are read; see `SceneCropsOptions.classOf`. */
export interface ScenePreset {
  files: SceneFiles[];
  classOf: (label: number) => number;
}

/** The 795 training photos of NYU Depth v2 (Silberman et al., ECCV 2012): depth and 40 classes, 0 is void. */
export async function nyuTrain(folder: string): Promise<ScenePreset> {
  const at = (part: string) => join(folder, 'nyu-v2', 'train', part);
  const files = await sceneFiles({ image: at('rgb'), depth: at('depth'), labels: at('labels40') });
  return { files, classOf: classMaps.same };
}

/** CamVid as SegNet has it (Brostow et al., 2008): classes 1 sky .. 11 bicyclist, 0 is void. */
export async function camvid(folder: string, split: 'train' | 'val' | 'test-a' = 'train'): Promise<ScenePreset> {
  const at = (part: string) => join(folder, 'camvid', split, part);
  const files = await sceneFiles({ image: at('rgb'), labels: at('labels11') });
  return { files, classOf: classMaps.camvid };
}

/** Slices of the ISBI 2012 challenge (Cardona et al., PLoS Biol. 2010): classes 1 membrane, 2 cell. */
export async function isbi2012(folder: string): Promise<ScenePreset> {
  const at = (part: string) => join(folder, 'isbi2012', 'train', part);
  const files = await sceneFiles({ image: at('image'), labels: at('membrane') });
  return { files, classOf: classMaps.isbi2012 };
}

/** Leeds Sports Poses (Johnson, Everingham, BMVC 2010): 1,000 photos to learn from, and as far as they are there those of LSP extended (CVPR 2011). */
export async function lsp(folder: string): Promise<{ image: string; joints: string }[]> {
  const parts = ['train', 'extended'].map(async (part) => {
    const at = join(folder, 'lsp', part);
    if (part === 'extended' && !(await isFolder(at))) return [];
    const joints = join(at, 'joints.json');
    return (await pictureFiles(join(at, 'rgb'))).map((image) => ({ image, joints }));
  });
  return (await Promise.all(parts)).flat();
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
