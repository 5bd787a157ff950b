import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readLog } from '../../../src/training/runLog.js';
import { startPerpixel } from '../../helpers/startPerpixel.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

/** WebGPU on SwiftShader, the Vulkan driver in software; see gpu.test.ts. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const VK_ICD_FILENAMES = process.env.VK_ICD_FILENAMES ?? swiftShader;

/** The losses of three steps. */
async function curve(engine: string, driver = VK_ICD_FILENAMES) {
  const run = await temporaryFolder();
  const small = ['--options', '{"widths":[4,8],"blocks":1}', '--batch', '2', '--crop', '32', '--log-every', '1'];
  const args = ['train', 'denoise', '--data', 'fixtures/photos', '--run', run, '--steps', '3', '--engine', engine];
  const { code, stderr } = await startPerpixel([...args, ...small], { env: { VK_ICD_FILENAMES: driver } }).ended;
  return { code, stderr, losses: (await readLog(run)).map(({ loss }) => loss) };
}

test('a GPU goes down the same curve as TensorFlow', { timeout: 300_000 }, async () => {
  expect(existsSync(VK_ICD_FILENAMES), 'on Linux without a GPU this test needs libvulkan1 and chromium-common').toBe(
    true,
  );
  const gpu = await curve('webgpu');
  expect(gpu.stderr).toContain('Training on ');
  expect(gpu.code).toBe(0);
  const { losses } = await curve('tensorflow');
  expect(losses).toHaveLength(3);
  gpu.losses.forEach((loss, step) => {
    expect(loss / losses[step]).toBeCloseTo(1, 2);
  });
});

test('without a driver the error names the cure', { timeout: 300_000 }, async () => {
  const { code, stderr } = await curve('webgpu', '/nowhere.json');
  expect(stderr).toMatch(/E_ENGINE no GPU that WebGPU can use.*--engine tensorflow/);
  expect(code).toBe(2);
});
