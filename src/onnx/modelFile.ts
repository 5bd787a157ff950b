import { createHash } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { readRegular, unreadableWords } from '../core/files/openRegular.js';
import { readMetadata, writeMetadata } from './onnxMetadata.js';
import { decodeModel } from './onnxProto.js';

/**
 * The card of a model: what `metadata_props` of its .onnx says, and `perpixel models` shows.
 *
 * The keys are the names of these fields (`task`, `receptiveRadius`, ...); strings stand as they are, everything else
 * is JSON (`stride` = `8`, `normalisation` = `{"mean":[0.5],"scale":[0.5]}`).
 */
export const modelCard = z.object({
  name: z.string(),
  task: z.string(),
  /** The network's definition in src/models, and its options, so that training can go on from it. */
  network: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  licence: z.string(),
  /** The sets it was trained on, each with its licence. */
  data: z.array(z.object({ name: z.string(), licence: z.string() })),
  /** Measured scores, each with the command that printed it. */
  scores: z
    .array(z.object({ set: z.string(), metric: z.string(), value: z.number(), command: z.string() }))
    .default([]),
  /** Channels of the picture it takes. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** What the network wants the picture's 0..1 values turned into: (x - mean) / scale, a value a channel or one for all. */
  normalisation: z.object({ mean: z.array(z.number()), scale: z.array(z.number()) }).default({ mean: [0], scale: [1] }),
  /** Height and width must be multiples of this many pixels. */
  stride: z.number().int().positive(),
  /**
   * Pixels to each side that can influence an output pixel; tiles overlap by it. May be less than what the network's layers
   * reach, where it was measured that what lies beyond changes no answer by 1e-5: tiles then waste less.
   */
  receptiveRadius: z.number().int().nonnegative(),
  parameters: z.number().int().nonnegative(),
  /** Of networks from photo to photo: how many times as high and as wide their answer is. @default 1 */
  scale: z.number().int().min(1).max(8).optional(),
  /** Of networks that see the whole photo: about how many pixels they are given of it. @default what the shipped ones are */
  pixels: z.number().int().positive().optional(),
  /** What a network of depth answers: the natural logarithm of metres, or what is larger where things are nearer, in no unit. @default 'log' */
  depth: z.enum(['log', 'inverse']).optional(),
  /**
   * Of a network of membranes: the cubic that turns its probabilities into true shares, by its four values in Bernstein's form, none smaller
   * than the one before. `perpixel eval membranes` fits it. @default [0, 1/3, 2/3, 1], which changes nothing
   */
  calibration: z
    .tuple([z.number(), z.number(), z.number(), z.number()])
    .refine((values) => values.every((value, i) => value <= 1 && value >= (values[i - 1] ?? 0)), {
      error: 'four numbers of 0..1, none smaller than the one before',
    })
    .optional(),
  /** The classes of a network of labels, in the order of its scores, void not among them. @default those of the shipped ones */
  classes: z
    .array(
      z.object({
        name: z.string(),
        colour: z
          .string()
          .regex(/^#[0-9a-f]{6}$/i)
          .optional(),
      }),
    )
    .min(1)
    .max(255)
    .optional(),
});
/** What a model says of itself; see docs/models.md. */
export type ModelCard = z.infer<typeof modelCard>;

/** What may stand in a file beside a model: any of it, and what it has in common with others. Defaults are the whole card's. */
const cardFile = z.strictObject({
  ...modelCard.partial().shape,
  options: z.record(z.string(), z.unknown()).optional(),
  scores: modelCard.shape.scores.unwrap().optional(),
  normalisation: modelCard.shape.normalisation.unwrap().optional(),
  preset: z.string().optional(),
});

/** A model as it was read, before an engine opens it. */
export interface ModelFile {
  /** Where it came from, for messages. */
  path: string;
  card: ModelCard;
  /** The .onnx file as it is. */
  bytes: Uint8Array;
}

/** What is said of a model from outside its file. */
export interface ReadModelFileOptions {
  /** What is known of a user's own model beside its metadata; wins over the file. */
  overrides?: Partial<ModelCard>;
  /** What to take where neither the file nor `overrides` say. */
  assumed?: Partial<ModelCard>;
  /** What the file must hash to, in hexadecimal. */
  sha256?: string;
}

/**
 * Reads a model of a user's own, or one that was just exported.
 *
 * A card in a JSON file beside it, of the same name, wins over the file's metadata. What neither they nor `overrides` say is taken from the file where it can be (name, channels, parameters), else
 * from `assumed`; nothing tells stride and receptiveRadius of themselves.
 *
 * @throws PerpixelError E_MODEL where the file is missing, is not an ONNX model, has another checksum, or its card has
 *   gaps or wrong values.
 */
export async function readModelFile(
  source: string | Uint8Array,
  { overrides = {}, assumed = {}, sha256 }: ReadModelFileOptions = {},
): Promise<ModelFile> {
  const file = typeof source === 'string' ? source : 'model';
  const bytes = typeof source === 'string' ? await readBytes(source) : source;
  try {
    if (sha256) checkSum(bytes, sha256);
    const beside = typeof source === 'string' && sha256 === undefined ? await readCardFile(source) : {};
    return { path: file, card: readCard(bytes, file, { ...beside, ...overrides }, assumed), bytes };
  } catch (error) {
    throw error instanceof PerpixelError && error.subject === undefined ? error.about(file) : error;
  }
}

/**
 * The same .onnx with this card in its `metadata_props`: what makes a model of another program's one that `models.open` and `--model` take
 * as it is. Every other byte stays, and so does metadata that the card does not name.
 *
 * @throws PerpixelError E_MODEL where the bytes are no ONNX model
 */
export function withCard(bytes: Uint8Array, card: ModelCard): Uint8Array {
  return writeMetadata(bytes, metadataOf(card));
}

/** A card as `metadata_props` has it. */
export function metadataOf(card: ModelCard): Record<string, string> {
  return Object.fromEntries(
    Object.entries(card).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/**
 * A card with its defaults.
 *
 * @param cure where its maker is to mend it
 * @throws PerpixelError E_MODEL that names each field that is missing or wrong
 */
export function parseCard(stated: unknown, cure: string): ModelCard {
  const result = modelCard.safeParse(stated);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new PerpixelError({
    code: 'E_MODEL',
    received: `a model card that lacks or misstates ${problems.join('; ')}`,
    expected: 'task, stride and receptiveRadius, and the types that docs/models.md lists',
    cure,
    cause: result.error,
  });
}

function checkSum(bytes: Uint8Array, expected: string): void {
  const received = createHash('sha256').update(bytes).digest('hex');
  if (received === expected) return;
  throw new PerpixelError({
    code: 'E_MODEL',
    received: `SHA-256 ${received}`,
    expected,
    cure: 'The file is damaged or was changed: install perpixel again, or restore the file from its repository.',
  });
}

function readCard(
  bytes: Uint8Array,
  file: string,
  overrides: Partial<ModelCard>,
  assumed: Partial<ModelCard>,
): ModelCard {
  const metadata = readMetadata(bytes);
  const known = Object.keys(modelCard.shape).filter((key) => key in metadata);
  const stated = { ...Object.fromEntries(known.map((key) => [key, parseValue(key, metadata[key]!)])), ...overrides };
  const result = modelCard.safeParse(stated);
  if (result.success) return result.data;
  return parseCard(
    { ...assumed, ...derivedCard(bytes, file), ...stated },
    "Set them as keys in the file's metadata_props, or give them as options (--model-stride, --model-radius, ...).",
  );
}

function parseValue(key: string, value: string): unknown {
  if (modelCard.shape[key as keyof ModelCard] instanceof z.ZodString) return value;
  try {
    return JSON.parse(value);
  } catch {
    // Left as text, so that the check of the whole card names the field and what it should be.
    return value;
  }
}

/** Of what nobody says. */
export const unstated = { network: 'unknown', licence: 'unknown', data: [] } as const;

/** What a file without a card tells of itself. */
function derivedCard(bytes: Uint8Array, file: string): Partial<ModelCard> {
  const { graph } = decodeModel(bytes);
  const weights = new Set(graph.initializer.map((tensor) => tensor.name));
  const channels = graph.input
    .filter((input) => !weights.has(input.name))
    .map((input) => input.type?.tensorType?.shape?.dim[1]?.dimValue)
    .find((size): size is 1 | 3 => size === 1 || size === 3);
  const sizes = graph.initializer.map((tensor) => tensor.dims.reduce((product, size) => product * size, 1));
  return {
    name: path.basename(file, '.onnx'),
    ...unstated,
    data: [],
    parameters: sizes.reduce((sum, size) => sum + size, 0),
    ...(channels && { channels }),
  };
}

/** Bytes: a thousand times what a card takes. */
const LARGEST_CARD = 1 << 22;

/** The JSON file beside a model that holds its card, or a part of it. */
export const cardFileOf = (model: string): string => model.replace(/\.onnx$/i, '.json');

/** What such a file says, that of its preset included. @throws PerpixelError E_MODEL where it is no card */
async function readCardFile(model: string): Promise<Partial<ModelCard>> {
  const file = cardFileOf(model);
  if (file === model) return {};
  const wrong = (received: string, expected: string, cause?: unknown) =>
    new PerpixelError({ code: 'E_MODEL', subject: file, received, expected, cure: 'See docs/models.md.', cause });
  const text = await readRegular(file, LARGEST_CARD).catch((cause) => {
    if (cause.code === 'ENOENT') return undefined;
    throw wrong(unreadableWords(cause, 'a file'), 'the card of the model beside it', cause);
  });
  if (text === undefined) return {};
  let stated: unknown;
  try {
    stated = JSON.parse(text.toString());
  } catch (cause) {
    throw wrong('no JSON', 'the card of the model beside it', cause);
  }
  const { presets } = await import('./presets.js');
  const card = cardFile.safeParse(stated);
  if (!card.success) throw wrong(z.prettifyError(card.error), 'fields of a card, or a preset', card.error);
  const { preset, ...own } = card.data;
  if (preset !== undefined && !Object.hasOwn(presets, preset)) {
    throw wrong(`preset ${preset}`, `one of ${Object.keys(presets).join(', ')}`);
  }
  return { ...(preset !== undefined && presets[preset].card), ...own };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readRegular(file);
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: file,
      received: unreadableWords(cause, 'a model file'),
      expected: 'an .onnx file',
      cure: 'Check the path, or name one of the models that `perpixel models` lists.',
      cause,
    });
  }
}
