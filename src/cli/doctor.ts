import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { Finding } from '../engines/engine.js';
import { finding } from '../engines/probe.js';
import { engines } from '../engines/registry.js';
import { readModel, readWeightsIndex } from '../engines/weights.js';
import type { ReadableFormat } from '../images/formats/format.js';
import { formats } from '../images/formats/registry.js';
import { packageMissing } from '../images/optionalPackage.js';
import { packageJson } from './packageJson.js';
import { satisfiesRange } from './satisfiesRange.js';

/** What `perpixel doctor` shows, and prints with --json. */
export interface Diagnosis {
  node: Finding;
  /** Every engine on every device; each that works has computed a small network. */
  engines: Finding[];
  images: Finding[];
  /** Packages that some formats need, and nothing else. */
  packages: Finding[];
  /** Every shipped model; each that works has the checksum it should have. */
  models: Finding[];
}

export interface DiagnoseOptions {
  /** `process.version` */
  nodeVersion: string;
  /** The user's cache folder of perpixel. */
  cacheDir: string;
  /** @default the package's own */
  weightsDir?: string;
}

/** Tries everything that perpixel stands on. Takes some seconds, since it does so for real. */
export async function diagnose({ nodeVersion, cacheDir, weightsDir }: DiagnoseOptions): Promise<Diagnosis> {
  return {
    node: nodeFinding(nodeVersion),
    engines: await engineFindings(cacheDir),
    images: imageFindings(),
    packages: await packageFindings(),
    models: await modelFindings(weightsDir),
  };
}

function nodeFinding(version: string): Finding {
  const { node } = packageJson().engines;
  const works = satisfiesRange(version, node);
  return { name: 'Node', works, detail: version, ...(!works && { cure: `Install Node ${node}.` }) };
}

/** One engine after another: TensorFlow and WebGPU are two backends of one tfjs. */
async function engineFindings(cacheDir: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const engine of engines) findings.push(...(await engine.probe({ cacheDir })));
  return findings;
}

function imageFindings(): Finding[] {
  const { sharp: version, vips } = sharp.versions;
  const coded = (formats as readonly ReadableFormat[]).filter(({ codec }) => codec !== undefined);
  return [
    { name: 'sharp', works: true, detail: `${version} with libvips ${vips}` },
    ...coded.map(({ title: name, codec }) => {
      const works = sharp.format[codec!].input.buffer && sharp.format[codec!].output.buffer;
      const detail = works ? 'read and written' : 'this libvips was built without it';
      return { name, works, detail, ...(!works && { cure: 'Install sharp again, with the libvips that it brings.' }) };
    }),
  ];
}

function packageFindings(): Promise<Finding[]> {
  const needed = (formats as readonly ReadableFormat[]).flatMap(({ title, needs }) =>
    needs ? [{ title, needs }] : [],
  );
  return Promise.all(
    needed.map(({ title, needs }) =>
      finding(title, async () => {
        try {
          const { version } = createRequire(import.meta.url)(`${needs.name}/package.json`);
          return `${needs.name} ${version}`;
        } catch (cause) {
          throw packageMissing(title, needs, cause);
        }
      }),
    ),
  );
}

async function modelFindings(weightsDir?: string): Promise<Finding[]> {
  const index = readWeightsIndex(weightsDir);
  const names = await index.then(Object.keys, () => undefined);
  if (!names) return [await finding('weights/index.json', async () => String(await index))];
  return Promise.all(
    names.map((name) =>
      finding(name, async () => {
        const { card, path, bytes } = await readModel(name, { weightsDir });
        return `${card.task}, ${(bytes.length / 1e6).toFixed(1)} MB, ${path}`;
      }),
    ),
  );
}
