import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

test.each([
  ['null', 'null'],
  ['a tensor that is null', '{"a":null}'],
  ['a tensor without a shape', '{"a":{"dtype":"F32","data_offsets":[0,4]}}'],
  ['offsets that are words', '{"a":{"dtype":"F32","shape":[1],"data_offsets":["0","4"]}}'],
  ['a negative side', '{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}'],
  ['offsets the wrong way about', '{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}'],
])('a checkpoint whose header is %s is E_CHECKPOINT', async (_, header) => {
  const file = path.join(await temporaryFolder(), 'checkpoint.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(file, Buffer.concat([length, Buffer.from(header), Buffer.alloc(8)]));
  await expect(readCheckpoint(file)).rejects.toMatchObject({ code: 'E_CHECKPOINT', subject: file });
});
