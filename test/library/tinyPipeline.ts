import { onTestFinished } from 'vitest';
import { type PipelineOptions, pipeline } from '../../src/library/pipeline.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** `denoise` on a model that takes no time, until the test is over. */
export async function tinyPipeline(options: PipelineOptions = {}) {
  const clean = pipeline('denoise', { model: await writeTinyDenoiser(await temporaryFolder()), ...options });
  onTestFinished(() => clean.dispose());
  return clean;
}
