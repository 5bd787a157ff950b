import ndarray from 'ndarray';
import * as z from 'zod';
import { drawSvg } from '../../answers/drawSvg.js';
import { parseOptions } from '../../core/parseOptions.js';
import { copied, croppedRaster } from '../../images/croppedRaster.js';
import { chunk } from '../../images/formats/png/chunks.js';
import type { Raster } from '../../images/raster.js';
import { type Window, whiteOf, wholeOf } from '../../images/readWindow.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { strokeText } from '../../images/strokeText.js';
import { taskNamed } from '../../tasks/registry.js';
import { shown } from '../../tasks/result.js';
import type { AnyTask, Asked } from '../../tasks/task.js';
import { secondsOf } from '../../video/cut.js';
import type { Command } from '../command.js';
import { engineOptions, engineSchema, modelsOf, ownCard } from '../engineOptions.js';
import type { Io } from '../io.js';
import { optionError } from '../optionError.js';
import { isFile } from '../outputFolder.js';
import { schemaOptions, schemaValues } from '../schemaOptions.js';

const schema = z.object({
  output: z
    .string()
    .regex(/\.png$/i, { error: 'a name that ends in .png' })
    .describe('The contact sheet, a PNG'),
  vary: z
    .string()
    .regex(/^\w+=[^,]+(,[^,]+)*$/, { error: 'an option and its values: strength=0.5,1,1.5' })
    .optional()
    .describe("Which option changes from column to column: strength=0.5,1,1.5; the task's own where not given"),
  at: z
    .string()
    .refine((text) => secondsOf(text) !== undefined, { error: 'a time such as 90, 1:30.5 or 500ms' })
    .optional()
    .describe('Of a video: the frame of this time, as FFmpeg writes it: 1:30.5'),
  overwrite: z.boolean().default(false).describe('Replace a sheet that already exists'),
});

/** A column of the sheet. */
interface Column extends Asked {
  label: string;
}

/** A sheet says who made it. */
const SIGNATURE = chunk('tEXt', Buffer.from('Software\0perpixel preview', 'latin1'));

/** Side of a part, in pixels of the photo, which are those of the sheet. */
const SIDE = 256;
const ROWS = 3;
/** Parts that are looked at, across and down. */
const LOOKED_AT = [3, 2] as const;
const [GAP, TITLE] = [8, 28];

/** `perpixel preview TASK[,TASK] PHOTO -o sheet.png`: strengths of one task, or several tasks, side by side at full size. */
export const previewCommand: Command = {
  command: 'preview <tasks> <photo>',
  describe: 'Show strengths of a task, or several tasks, side by side on parts of a photo',
  declare: (parser) =>
    parser
      .positional('tasks', { type: 'string', describe: 'A task, or several with commas between them' })
      .positional('photo', { type: 'string', describe: 'One photo; or a video, with --at' })
      .options({ ...schemaOptions(schema), ...engineOptions })
      .alias('o', 'output'),
  async run(args, io) {
    const { output, vary, at, overwrite } = schemaValues(schema, args);
    const engine = schemaValues(engineSchema, args);
    const [tasks, photo] = [tasksNamed(args.tasks as string), args.photo as string];
    const columns = columnsOf(tasks, vary);
    if (await isFile(output)) {
      if (!overwrite) throw optionError('output', output, 'a name that is free', '--overwrite replaces a sheet.');
      await requireSheet(output);
    }
    const [{ readRaster }, { predictPhoto }, { writeContent }] = await Promise.all([
      import('../../images/readRaster.js'),
      import('../../pipelines/run/predictPhoto.js'),
      import('../../pipelines/writeContent.js'),
    ]);
    const models = await modelsOf(
      [...new Set(tasks.flatMap(({ name, modelTasks }) => modelTasks ?? [name]))],
      engine,
      io,
    );
    try {
      const raster =
        at === undefined ? await readRaster(photo, { signal: io.signal }) : await frameAt(photo, secondsOf(at)!, io);
      const [height, width] = raster.pixels.shape;
      const { scale = 1 } = (await ownCard(engine)) ?? {};
      const whole = { y: 0, x: 0, height, width };
      /** A part of the result, as a picture. */
      const resultIn = async ({ task, options }: Asked, region: Window): Promise<Raster> => {
        // It is written over.
        const copy = croppedRaster(raster, whole);
        const how = { open: models.open, file: photo, tile: engine.tile, signal: io.signal, region };
        const [result] = await predictPhoto(copy, [{ task, options }], how);
        if (task.answer.isPhoto) return result.value as Raster;
        const picture = await shown(result);
        return {
          ...picture,
          pixels: copied(picture.pixels, { y: 0, x: 0, height: region.height, width: region.width }),
        };
      };
      // Values go up as a rule, and the first may change nothing.
      const strongest = columns.findLast(({ task }) => task.answer.isPhoto) ?? columns[0];
      const scored: { window: Window; change: number }[] = [];
      const before = (window: Window) => timesAsLarge(croppedRaster(raster, window), scale);
      for (const window of windowsOf(height, width, Math.ceil(SIDE / scale))) {
        scored.push({ window, change: difference(before(window), await resultIn(strongest, window)) });
      }
      const parts = scored.sort((a, b) => b.change - a.change).slice(0, ROWS);
      const rows: Raster[][] = [];
      for (const { window } of parts) {
        const row = [before(window)];
        for (const column of columns) row.push(await resultIn(column, window));
        rows.push(row);
      }
      const sheet = await sheetOf(rows, ['before', ...columns.map(({ label }) => label)]);
      await writeContent(
        { ...sheet, metadata: { ...sheet.metadata, icc: raster.metadata.icc, ownSegments: [{ bytes: SIGNATURE }] } },
        output,
        {},
        { signal: io.signal, replacesOwn: true },
      );
    } finally {
      await models.dispose();
    }
    return 0;
  },
};

/** Makes sure that a file is a sheet from before. @throws PerpixelError E_OPTION another file has its name */
async function requireSheet(file: string): Promise<void> {
  const { readRaster } = await import('../../images/readRaster.js');
  const there = await readRaster(file).catch(() => undefined);
  if (there?.metadata.ownSegments?.some(({ bytes }) => SIGNATURE.equals(bytes))) return;
  const cure = 'Choose another name: other files are never written over.';
  throw optionError('output', file, 'a new file, or a sheet that perpixel made before', cure);
}

/** @throws PerpixelError E_OPTION the video has no frame then */
async function frameAt(video: string, from: number, { env, stdin }: Pick<Io, 'env' | 'stdin'>): Promise<Raster> {
  const [{ openVideo }, { frameToRaster }] = await Promise.all([
    import('../../video/openVideo.js'),
    import('../../video/frameToRaster.js'),
  ]);
  const source = await openVideo(video === '-' ? stdin : video, { from, ffmpeg: env.FFMPEG_PATH || undefined });
  for await (const { bytes, raster } of source) return raster ?? frameToRaster(bytes, source.format);
  throw optionError('at', from, 'a time before the end of the video', 'Choose an earlier one.');
}

function tasksNamed(names: string): AnyTask[] {
  return names.split(',').map((name) => {
    const task = taskNamed(name);
    if (task && (task.answer.isPhoto || (task.answer.picture && task.answer.map))) return task;
    throw optionError('tasks', name, 'tasks whose results are pictures or maps', 'perpixel --help lists all tasks.');
  });
}

/** The tasks; of a single one the values of one of its options, where it has such. */
function columnsOf(tasks: readonly AnyTask[], vary: string | undefined): Column[] {
  const asked = (task: AnyTask, options: object, label: string): Column => ({
    ...{ task, label },
    options: parseOptions(task.options, options, (name) => `--vary ${name}`),
  });
  const [option, ...named] = vary?.split(/[=,]/) ?? [];
  const varied = vary === undefined ? tasks[0].variants : { option, values: named.map(numberOrWord) };
  if (tasks.length > 1 || varied === undefined) return tasks.map((task) => asked(task, {}, task.name));
  return varied.values.map((value) => asked(tasks[0], { [varied.option]: value }, `${varied.option} ${value}`));
}

const numberOrWord = (text: string): string | number => (Number.isNaN(Number(text)) ? text : Number(text));

/** As results of a network that enlarges are: its pixels enlarged, bilinearly. */
function timesAsLarge(raster: Raster, scale: number): Raster {
  const [height, width] = raster.pixels.shape;
  if (scale === 1) return raster;
  const pixels = resizeBilinear(wholeOf(raster), scale * height, scale * width);
  return { pixels, metadata: { ...raster.metadata, bitDepth: 32 } };
}

/** Parts all over the photo, of this side; the photo itself where it is small. */
function windowsOf(height: number, width: number, side: number): Window[] {
  const [rows, columns] = [Math.min(side, height), Math.min(side, width)];
  const places = (length: number, own: number, count: number) =>
    [...new Set(Array.from({ length: count }, (_, i) => Math.round(((i + 0.5) / count) * length - own / 2)))].map(
      (at) => Math.min(Math.max(at, 0), length - own),
    );
  const all = places(height, rows, LOOKED_AT[1]).flatMap((y) =>
    places(width, columns, LOOKED_AT[0]).map((x) => ({ y, x, height: rows, width: columns })),
  );
  return [...new Map(all.map((window) => [`${window.y} ${window.x}`, window])).values()];
}

/** Mean change of a sample, 0..1. */
function difference({ pixels: a }: Raster, { pixels: b }: Raster): number {
  const [height, width, channels] = a.shape;
  const whites = [whiteOf(a.data), whiteOf(b.data)];
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        sum += Math.abs(a.get(y, x, c) / whites[0] - b.get(y, x, Math.min(c, b.shape[2] - 1)) / whites[1]);
      }
    }
  }
  return sum / (height * width * channels);
}

/** Pictures of one size in rows, on white, and above each column what it is. */
async function sheetOf(rows: readonly (readonly Raster[])[], labels: readonly string[]): Promise<Raster> {
  const [side, across] = rows[0][0].pixels.shape;
  const [height, width] = [TITLE + rows.length * (side + GAP), labels.length * (across + GAP) + GAP];
  const titles = labels.map((label, i) => strokeText(label, { x: GAP + i * (across + GAP), y: TITLE - GAP, size: 16 }));
  const bytes = new Uint8Array(height * width * 3).fill(255);
  bytes.set(await drawSvg(titles.join(''), TITLE, width));
  for (const [row, pictures] of rows.entries()) {
    for (const [column, { pixels }] of pictures.entries()) {
      const white = whiteOf(pixels.data);
      const [top, left] = [TITLE + row * (side + GAP), GAP + column * (across + GAP)];
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < across; x++) {
          for (let c = 0; c < 3; c++) {
            const value = pixels.get(y, x, Math.min(c, pixels.shape[2] - 1)) / white;
            bytes[((top + y) * width + left + x) * 3 + c] = Math.min(1, Math.max(0, value)) * 255 + 0.5;
          }
        }
      }
    }
  }
  return { pixels: ndarray(bytes, [height, width, 3]), metadata: { format: 'png', bitDepth: 8 } };
}
