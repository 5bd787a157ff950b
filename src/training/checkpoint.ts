import { open } from 'node:fs/promises';
import { type ErrorParts, PerpixelError } from '../core/errors.js';
import { readRegular } from '../core/files/openRegular.js';
import { writeWhole } from '../core/files/writeWhole.js';
import * as tf from '../core/tf.js';

/** All that a run needs to go on. */
export interface Checkpoint {
  /** Where the run stands and how it was set up; strings, as the format has it. */
  facts: Record<string, string>;
  tensors: Record<string, { shape: number[]; data: Float32Array }>;
}

/**
 * Writes named float32 tensors in the safetensors format (a JSON header and the raw data), whole or not at all.
 * Source: the format of Hugging Face's safetensors.
 *
 * @throws PerpixelError E_WRITE as `writeWhole` does
 */
export async function writeCheckpoint(
  path: string,
  facts: Readonly<Record<string, string | number>>,
  tensors: Readonly<Record<string, tf.Tensor>>,
) {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    size: tensor.size * 4,
    tensor,
  }));
  const metadata = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, String(fact)]));
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, size } of entries) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + size] };
    offset += size;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeWhole(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      // Unlike `write`, this goes on until all is written.
      await file.writeFile(Buffer.concat([length, json]));
      for (const { tensor } of entries) {
        const data = await tensor.data<'float32'>();
        await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
    } finally {
      await file.close();
    }
  });
}

/** Reads what `writeCheckpoint` wrote. Throws E_CHECKPOINT where the file is missing, cut short or something else. */
export function readCheckpoint(path: string): Promise<Checkpoint> {
  return readSafetensors(path, {
    code: 'E_CHECKPOINT',
    expected: 'a whole checkpoint (safetensors, float32)',
    cure: 'Start again from another checkpoint, or from the beginning with --overwrite.',
  });
}

/** @param refusal what is thrown where the file is missing, cut short or something else */
export async function readSafetensors(
  path: string,
  refusal: Pick<ErrorParts, 'code' | 'expected' | 'cure'>,
): Promise<Checkpoint> {
  const damaged = (received: string, cause?: unknown) =>
    new PerpixelError({ ...refusal, subject: path, received, cause });
  const bytes = await readRegular(path).catch((cause) => {
    throw damaged('a file that cannot be read', cause);
  });
  const size = bytes.length >= 8 ? Number(bytes.readBigUInt64LE()) : Number.NaN;
  if (!(size <= bytes.length - 8)) throw damaged(`${bytes.length} bytes without a whole header`);
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + size));
  } catch (cause) {
    throw damaged('a header that is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null) throw damaged('a header that makes no sense');
  const { __metadata__: facts = {}, ...entries } = header as typeof header & { __metadata__?: Record<string, string> };
  const tensors: Checkpoint['tensors'] = {};
  if (!Object.values(entries).every(isEntry)) throw damaged('a header that makes no sense');
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries(entries)) {
    const [start, end] = range.map((at) => 8 + size + at);
    if (
      dtype !== 'F32' ||
      start > end ||
      end > bytes.length ||
      (end - start) / 4 !== shape.reduce((a, b) => a * b, 1)
    ) {
      throw damaged(`tensor ${name} of type ${dtype} that ends at byte ${end} of ${bytes.length}`);
    }
    const data = new Float32Array((end - start) / 4);
    new Uint8Array(data.buffer).set(bytes.subarray(start, end));
    tensors[name] = { shape, data };
  }
  return { facts, tensors };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isEntry(entry: unknown): boolean {
  const { shape, data_offsets: range } = (entry ?? {}) as Record<string, unknown>;
  return (
    Array.isArray(shape) && shape.every(isCount) && Array.isArray(range) && range.length === 2 && range.every(isCount)
  );
}

/** Puts the tensors of a checkpoint into variables of the same names. Throws E_CHECKPOINT where the two do not match. */
export function restoreVariables(
  path: string,
  { tensors }: Checkpoint,
  variables: Readonly<Record<string, tf.Variable>>,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const saved = tensors[name];
    if (saved?.shape.join() !== variable.shape.join()) {
      throw new PerpixelError({
        code: 'E_CHECKPOINT',
        subject: path,
        received: saved ? `${name} of shape ${saved.shape.join(' x ')}` : `no tensor ${name}`,
        expected: `${name} of shape ${variable.shape.join(' x ')}`,
        cure: 'Continue with the options that the run was started with, or start a new run in another folder.',
      });
    }
    tf.tidy(() => variable.assign(tf.tensor(saved.data, variable.shape)));
  }
}
