import path from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { readRegular } from '../core/files/openRegular.js';
import { packagePart } from '../core/packagePart.js';
import { type ModelFile, type ReadModelFileOptions, readModelFile } from '../onnx/modelFile.js';

/** weights/index.json: the models that are shipped, by name. */
const weightsIndex = z.record(
  z.string(),
  z.looseObject({
    /** File name, beside index.json. */
    file: z.string(),
    /** Of the whole file, in hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    task: z.string(),
  }),
);
export type WeightsIndex = z.infer<typeof weightsIndex>;

/** The folder of the shipped models: the package's own weights/, seen from src/engines and from dist/engines alike. */
export const shippedWeights = (): string => packagePart(import.meta.url, '../../weights');

/** Reads index.json of a weights folder. @throws PerpixelError E_MODEL where it is missing or damaged. */
export async function readWeightsIndex(weightsDir: string = shippedWeights()): Promise<WeightsIndex> {
  const file = path.join(weightsDir, 'index.json');
  try {
    return weightsIndex.parse(JSON.parse((await readRegular(file)).toString()));
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: file,
      received: `an index that cannot be read (${cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message})`,
      expected: '{ name: { file, sha256, task } }',
      cure: 'Install perpixel again, or restore the file from its repository.',
      cause,
    });
  }
}

/**
 * A model by its name in weights/index.json, or a user's own by its path (whatever ends in `.onnx` or has a slash) or bytes.
 * A shipped model's SHA-256 is checked.
 *
 * @throws PerpixelError E_MODEL where the name is unknown, or the file is missing, damaged, or not the one in the index.
 */
export async function readModel(
  model: string | Uint8Array,
  { weightsDir, ...options }: { weightsDir?: string } & Pick<ReadModelFileOptions, 'overrides' | 'assumed'> = {},
): Promise<ModelFile> {
  if (typeof model !== 'string' || /\.onnx$|[/\\]/.test(model)) return readModelFile(model, options);
  const folder = weightsDir ?? shippedWeights();
  const index = await readWeightsIndex(folder);
  const entry = Object.hasOwn(index, model) && index[model];
  if (!entry) {
    throw new PerpixelError({
      code: 'E_MODEL',
      received: `a model named ${model}`,
      expected: `one of ${Object.keys(index).sort().join(', ')}, or the path of an .onnx file`,
      cure: '`perpixel models` tells what each is for; what is not shipped can be trained (docs/training.md) and named by its path.',
    });
  }
  return readModelFile(path.join(folder, entry.file), { ...options, sha256: entry.sha256 });
}
