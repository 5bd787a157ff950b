/**
 * `npm run gallery [TASK...]`: makes docs/gallery.md and its pictures. Each is a photo of fixtures/, spoilt as the page says, beside what the
 * shipped model makes of it, or a photo of a room beside its maps; tasks whose model is not shipped are left out. With TASKs only
 * their pictures are made again.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { cellsPicture } from '../src/answers/pictures/cellsPicture.js';
import { deblur, denoise, depth, derain, inpaint, labels, membranes, normals } from '../src/calls.js';
import { type Random, random } from '../src/core/random.js';
import { cameraShake } from '../src/degradations/cameraShake.js';
import { convolve } from '../src/degradations/convolve.js';
import { dirt } from '../src/degradations/dirt.js';
import { drops } from '../src/degradations/drops.js';
import { gaussianNoise } from '../src/degradations/gaussianNoise.js';
import { holes } from '../src/degradations/holes.js';
import { rain } from '../src/degradations/rain.js';
import type { Pixels } from '../src/images/raster.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { writeRaster } from '../src/images/writeRaster.js';
import type { AnswerCall, PhotoCall } from '../src/library/call.js';
import { dispose } from '../src/library/shared.js';
import { restorationScores } from '../src/metrics/restoration.js';

const TASKS = { denoise, deblur, inpaint, derain };
type Restoration = keyof typeof TASKS;
const ROOM = { photo: 'fixtures/scenes/room.jpg', what: 'a room', by: ', by Jakkub Mede (CC BY 4.0, made smaller)' };
const SLICE = { photo: 'fixtures/slices/drawn.png', what: 'a drawn slice of tissue', by: '' };
/** Answers that are no photos: of what, and how their colours are to be read. */
const ANSWERS = [
  { task: depth, of: ROOM, colours: 'from dark red, at half a metre, to dark blue, at ten metres' },
  { task: normals, of: ROOM, colours: 'red: x, to the right; green: y, up; blue: z, to the viewer' },
  { task: labels, of: ROOM, colours: 'a colour a class; the command writes `labels.json`, which names them' },
  { task: membranes, of: SLICE, colours: 'a colour a cell, and the lines between them; with `--cells --pictures`' },
] as const;
const GAP = 6;

/** What a photo becomes, and what beside it the command is given, by the option that takes it. */
interface Spoilt {
  pixels: Pixels;
  beside?: Record<string, Pixels>;
}

interface Exhibit {
  task: Restoration;
  photo: 'dandelion' | 'dogs' | 'stream';
  /** What was done to it, as the page says. */
  how: string;
  /** What else the command is told. */
  options?: Record<string, string>;
  spoil(clean: Pixels, random: Random): Spoilt;
}

const noise =
  (sigma: number): Exhibit['spoil'] =>
  (clean, random) => ({ pixels: gaussianNoise(clean, sigma / 255, random) });

const shake =
  (isKnown: boolean): Exhibit['spoil'] =>
  (clean, random) => {
    const kernel = cameraShake(random, 23, 17);
    const pixels = gaussianNoise(convolve(clean, kernel), 1 / 255, random);
    return { pixels, ...(isKnown && { beside: { kernel: asPicture(kernel.data, kernel.shape) } }) };
  };

const exhibits: readonly Exhibit[] = [
  { task: 'denoise', photo: 'dandelion', how: 'white noise of sigma 25', spoil: noise(25) },
  { task: 'denoise', photo: 'stream', how: 'white noise of sigma 50', spoil: noise(50) },
  { task: 'deblur', photo: 'dogs', how: 'the blur of a shaken camera, which is known', spoil: shake(true) },
  { task: 'deblur', photo: 'stream', how: 'the blur of a shaken camera, which is estimated', spoil: shake(false) },
  {
    task: 'inpaint',
    photo: 'dogs',
    how: 'letters over it, and a mask of where they are',
    spoil(clean, random) {
      const { holed, mask } = holes(clean, random, 'text');
      return { pixels: holed, beside: { mask } };
    },
  },
  {
    task: 'inpaint',
    photo: 'stream',
    how: 'one large hole, and a mask of where it is',
    spoil(clean, random) {
      const { holed, mask } = holes(clean, random, 'large');
      return { pixels: holed, beside: { mask } };
    },
  },
  {
    task: 'derain',
    photo: 'dandelion',
    how: 'light rain',
    spoil: (clean, random) => ({ pixels: rain(clean, random, 'light') }),
  },
  {
    task: 'derain',
    photo: 'stream',
    how: 'heavy rain, with hardly a pixel that is not hit',
    spoil: (clean, random) => ({ pixels: rain(clean, random, 'heavy') }),
  },
  {
    task: 'derain',
    photo: 'dogs',
    how: 'dirt on the glass',
    options: { kind: 'dirt' },
    spoil: (clean, random) => ({ pixels: dirt(clean, random) }),
  },
  {
    task: 'derain',
    photo: 'dandelion',
    how: 'drops on the glass',
    options: { kind: 'drops' },
    spoil: (clean, random) => ({ pixels: drops(clean, random).wet }),
  },
];

const docs = new URL('../docs/', import.meta.url);
const weights: Record<string, { task: string }> = JSON.parse(
  await readFile(new URL('../weights/index.json', import.meta.url), 'utf8'),
);
const isShipped = (model: string) => Object.values(weights).some(({ task }) => task === model);
const asked = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-gallery-'));
await mkdir(new URL('images/gallery/', docs), { recursive: true });

/** Text by picture as the page had it, for those that are not made again. */
const before = await readFile(new URL('gallery.md', docs), 'utf8').catch(() => '');
let page = `# Gallery
Photos of \`fixtures/\`, spoilt where it is said below, to the left; to the right what the shipped models make of them.
\`npm run gallery\` made this page. The photos are small versions of some that the models have seen in training: the pictures show what
to expect by eye, and how well it works is measured elsewhere, on photos that no model has seen.
`;
for (const exhibit of exhibits.filter(({ task }) => (TASKS[task].modelTasks ?? [task]).some(isShipped))) {
  const { task, photo, options } = exhibit;
  const picture = `images/gallery/${[task, ...Object.values(options ?? {}), photo].join('-')}.jpg`;
  if (!page.includes(`\n## ${task}\n`)) page += `\n## ${task}\n`;
  page += `\n${textBefore(task, picture) ?? (await made(exhibit, picture))}`;
}
for (const answer of ANSWERS.filter(({ task }) => (task.modelTasks ?? [task.name]).some(isShipped))) {
  const { name } = answer.task;
  const picture = `images/gallery/${name}-${path.parse(answer.of.photo).name}.jpg`;
  page += `\n## ${name}\n\n${textBefore(name, picture) ?? (await mapped(answer, picture))}`;
}
await writeFile(new URL('gallery.md', docs), page);
await rm(folder, { recursive: true });
await dispose();

/** What the page said of a picture that is there and need not be made again. */
function textBefore(task: string, picture: string): string | undefined {
  if (asked.length === 0 || asked.includes(task)) return undefined;
  return before.match(new RegExp(`!\\[.*\\]\\(${picture}\\)\\n\\n.*\\n`))?.[0];
}

/** Makes the picture of an answer. @returns what the page says of it */
async function mapped(
  { task, of: { photo, what, by }, colours }: (typeof ANSWERS)[number],
  picture: string,
): Promise<string> {
  const output = path.join(folder, `${task.name}.png`);
  await writePng(task === membranes ? await cellsOf(photo) : await colouredMap(task, photo), output);
  await sideBySide([photo, output], new URL(picture, docs));
  return (
    `![${what}, and the result of perpixel ${task.name}](${picture})\n\n` +
    `${what[0].toUpperCase()}${what.slice(1)}${by}: \`perpixel ${task.name} ${path.basename(photo)} -o out\`; ${colours}\n`
  );
}

async function colouredMap(task: unknown, photo: string): Promise<Pixels> {
  const { data, shape } = await (task as AnswerCall<object, unknown>)(photo, { coloured: true });
  return ndarray(
    Float32Array.from(data, (byte) => byte / 255),
    shape,
  );
}

async function cellsOf(slice: string): Promise<Pixels> {
  const { cells } = await membranes(slice, { cells: true });
  return wholeOf(cellsPicture(await readRaster(slice), cells!));
}

/** Makes the picture of an exhibit. @returns what the page says of it */
async function made({ task, photo, how, options: plain = {}, spoil }: Exhibit, picture: string): Promise<string> {
  const clean = await floatPixels(path.join('fixtures/photos', `${photo}.jpg`));
  const { pixels, beside = {} } = spoil(clean, random(1, task));
  const input = path.join(folder, `${photo}.png`);
  await writePng(pixels, input);
  const options: Record<string, string> = { ...plain };
  for (const [option, values] of Object.entries(beside)) {
    options[option] = path.join(folder, `${option}.png`);
    await writePng(values, options[option]);
  }
  const output = path.join(folder, `${task}-${photo}.png`);
  await (TASKS[task] as PhotoCall<object>)(input, { ...options, output });

  // A blurred photo has lost the margin that its blur came from; one whose blur is estimated may be moved by a pixel or two.
  const margin = (clean.shape[0] - pixels.shape[0]) / 2;
  const truth = dense(clean.lo(margin, margin).hi(pixels.shape[0], pixels.shape[1]));
  const psnrOf = async (file: string) =>
    restorationScores(await floatPixels(file), truth, { shift: task === 'deblur' ? 3 : 0 }).psnr.toFixed(1);
  await sideBySide([input, output], new URL(picture, docs));
  const words = [
    `perpixel ${task} ${photo}.png -o out`,
    ...Object.entries(plain).map(([name, value]) => `--${name} ${value}`),
    ...Object.keys(beside).map((name) => `--${name} ${name}.png`),
  ];
  return (
    `![${photo}: ${how}, and the result of perpixel ${task}](${picture})\n\n` +
    `${how[0].toUpperCase()}${how.slice(1)}: \`${words.join(' ')}\`, PSNR ${await psnrOf(input)} → ${await psnrOf(output)} dB\n`
  );
}

async function floatPixels(file: string): Promise<Pixels> {
  return wholeOf(await readRaster(file));
}

function dense(pixels: Pixels): Pixels {
  return wholeOf({ pixels });
}

async function writePng(pixels: Pixels, file: string): Promise<void> {
  await writeRaster({ pixels, metadata: { format: 'png', bitDepth: 8 } }, file);
}

/** The largest value white. */
function asPicture(values: Float32Array, [height, width]: readonly number[]): Pixels {
  const largest = Math.max(...values);
  return ndarray(
    values.map((value) => value / largest),
    [height, width, 1],
  );
}

async function sideBySide(files: readonly string[], target: URL): Promise<void> {
  const pictures = await Promise.all(
    files.map((file) => sharp(file).toColourspace('srgb').png().toBuffer({ resolveWithObject: true })),
  );
  const [{ info }] = pictures;
  const composed = await sharp({
    create: { width: 2 * info.width + GAP, height: info.height, channels: 3, background: '#fff' },
  })
    .composite(pictures.map(({ data }, i) => ({ input: data, left: i * (info.width + GAP), top: 0 })))
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer();
  await writeFile(target, composed);
}
