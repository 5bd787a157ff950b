import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Diagnosis, diagnose } from '../../src/cli/doctor.js';
import { cacheDirOf } from '../../src/cli/io.js';
import { packageJson } from '../../src/cli/packageJson.js';
import type { Finding } from '../../src/engines/engine.js';
import { gpuProviders } from '../../src/engines/onnxruntime/gpuProvider.js';
import { engines } from '../../src/engines/registry.js';
import { readWeightsIndex } from '../../src/engines/weights.js';

const cacheDir = cacheDirOf(process.platform, process.env);
const named = (findings: Finding[], name: string) => findings.find((finding) => finding.name === name);

describe('the doctor', () => {
  let here: Diagnosis;
  beforeAll(async () => {
    here = await diagnose({ nodeVersion: process.version, cacheDir });
  });

  test('finds what the tests stand on in order', () => {
    expect(here.node).toMatchObject({ works: true, detail: process.version });
    expect(named(here.engines, 'onnx on the CPU')).toMatchObject({ works: true });
    expect(named(here.engines, 'tensorflow on the CPU')).toMatchObject({ works: true });
    expect(here.images.filter(({ works }) => !works)).toEqual([]);
  });

  test('has looked at every engine, every GPU provider and every model', async () => {
    for (const { name } of engines)
      expect(here.engines.filter((finding) => finding.name.startsWith(name))).not.toEqual([]);
    for (const { label } of gpuProviders) expect(named(here.engines, `onnx on the GPU by ${label}`)).toBeDefined();
    expect(here.models.map(({ name }) => name)).toEqual(Object.keys(await readWeightsIndex()));
    expect(here.models.filter(({ works }) => !works)).toEqual([]);
  });

  test('has a cure for whatever does not work', () => {
    const broken = [here.node, ...here.engines, ...here.images, ...here.models].filter(({ works }) => !works);
    for (const finding of broken)
      expect(finding).toMatchObject({ detail: expect.any(String), cure: expect.any(String) });
  });
});

describe('the doctor on a machine in disorder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'perpixel-doctor-'));
    const entry = { sha256: '0'.repeat(64), task: 'denoise' };
    await writeFile(path.join(folder, 'damaged.onnx'), 'damaged');
    const index = { damaged: { file: 'damaged.onnx', ...entry }, gone: { file: 'gone.onnx', ...entry } };
    await writeFile(path.join(folder, 'index.json'), JSON.stringify(index));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('names what is wrong with Node and with each model', async () => {
    const { node, models } = await diagnose({ nodeVersion: 'v20.8.1', cacheDir, weightsDir: folder });
    expect(node).toMatchObject({ works: false, cure: `Install Node ${packageJson().engines.node}.` });
    expect(models).toMatchObject([
      { name: 'damaged', works: false, detail: expect.stringContaining('SHA-256') },
      { name: 'gone', works: false, detail: expect.stringContaining('ENOENT') },
    ]);
  });
});
