import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { rainPairs, restorationPhotos } from '../../src/training/datasets/presets.js';
import { readLog } from '../../src/training/runLog.js';
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

const line = '{"step":1,"steps":2,"loss":0.5,"rate":0.1,"secondsPerStep":1}';

test.each([
  ['no JSON', `${line}\n{"step":\n${line}\n`],
  ['another thing', `${line}\n[]\n`],
  ['a loss that is text', `${line}\n${line.replace('0.5', '"0.5"')}\n`],
])('a log with a line that is %s is E_CHECKPOINT, with its number', async (_, text) => {
  const run = await temporaryFolder();
  await writeFile(path.join(run, 'log.jsonl'), text);
  await expect(readLog(run)).rejects.toMatchObject({
    code: 'E_CHECKPOINT',
    received: expect.stringContaining('number 2'),
  });
});

test('a last line that was cut short is left out', async () => {
  const run = await temporaryFolder();
  await writeFile(path.join(run, 'log.jsonl'), `${line}\n{"step":`);
  expect(await readLog(run)).toHaveLength(1);
});

test.each([
  '{}',
  'null',
  '{"clean_train":{},"rain_train":[null],"rain_test_a":[]}',
  '{"clean_train":[7],"rain_train":[{"id":"1","clean":"a","rain100h_crop":[0,0]}],"rain_test_a":[]}',
])('a list of splits that is %s is E_DATA', async (text) => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'photos-free'));
  await writeFile(path.join(folder, 'splits.json'), text);
  await expect(restorationPhotos(folder)).rejects.toMatchObject({ code: 'E_DATA' });
  await expect(rainPairs(folder, 'heavy')).rejects.toMatchObject({ code: 'E_DATA' });
});
