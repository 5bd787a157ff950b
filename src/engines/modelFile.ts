import * as z from 'zod';

/** The card of a model: what `metadata_props` of its .onnx says, and `perpixel models` shows. */
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
  /** Pixels to each side that can influence an output pixel; tiles overlap by it. */
  receptiveRadius: z.number().int().nonnegative(),
  parameters: z.number().int().positive(),
});
export type ModelCard = z.infer<typeof modelCard>;

export interface ModelFile {
  /** Where it came from, for messages. */
  path: string;
  card: ModelCard;
  /** The .onnx file as it is. */
  bytes: Uint8Array;
}
