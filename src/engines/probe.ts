import { PerpixelError } from '../core/errors.js';
import { readModelFile } from '../onnx/modelFile.js';
import type { Device, Engine, Finding, OpenOptions } from './engine.js';
import { probeModel } from './probeModel.js';

/** Answers closer than this to what was computed by hand are right. */
const TOLERANCE = 1e-4;

/**
 * Has an engine compute a small network on one device.
 *
 * @param name of the engine
 * @param options.detail what it is, where it works. @default what it runs on
 */
export async function probeDevice(
  name: string,
  device: Device,
  { load, detail, cacheDir }: Pick<OpenOptions, 'cacheDir'> & { load(): Promise<Engine>; detail?(): Promise<string> },
): Promise<Finding> {
  return finding(`${name} on the ${device.toUpperCase()}`, async () => {
    const { model, input, dims, first } = probeModel();
    const card = { task: 'probe', stride: 1, receptiveRadius: 1, channels: 3 } as const;
    const file = await readModelFile(model, { overrides: card });
    const session = await (await load()).open(file, { device, cacheDir });
    try {
      const { out } = await session.run({ image: { data: input, dims } });
      if (Math.abs(out.data[0] - first) < TOLERANCE) return detail ? await detail() : session.provider;
      throw new PerpixelError({
        code: 'E_ENGINE',
        received: `${out.data[0]}`,
        expected: `${first}, which the network answers`,
        cure: 'Install perpixel again.',
      });
    } finally {
      await session.dispose();
    }
  });
}

/** @param look gives what it is, where it works; what it throws is why it does not */
export async function finding(name: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { name, works: true, detail: await look() };
  } catch (error) {
    if (!(error instanceof PerpixelError)) return { name, works: false, detail: String(error) };
    return { name, works: false, detail: `${error.received}; expected ${error.expected}`, cure: error.cure };
  }
}
