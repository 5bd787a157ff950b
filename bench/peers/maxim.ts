import { createRequire } from 'node:module';
import path from 'node:path';
import ndarray from 'ndarray';
import { loadTensorflow } from '../../src/engines/tensorflow.js';
import type { Pixels } from '../../src/images/raster.js';

/**
 * MAXIM in JavaScript (Tu et al., CVPR 2022; trained on the noise of telephones, SIDD), on TensorFlow.
 *
 * @param folder `@upscalerjs/maxim-denoising` of npm, unpacked: `npm pack` it, its peer dependency is not needed
 * @returns what cleans a picture whose sides are multiples of 64
 */
export async function maxim(folder: string, cacheDir: string): Promise<(noisy: Pixels) => Promise<Pixels>> {
  const tensorflow = await loadTensorflow({ cacheDir });
  const require = createRequire(path.join(tensorflow.path, 'package.json'));
  const tf = require(tensorflow.path);
  require(path.resolve(folder, 'dist/cjs/models/maxim-denoising/src/cjs.js')).setup(tf);
  const model = await tf.loadGraphModel(tf.io.fileSystem(path.resolve(folder, 'models/model.json')));
  return async ({ data, shape }) => {
    const noisy = tf.tensor(data, [1, ...shape]);
    const clean = model.predict(noisy);
    const values: Float32Array = await clean.data();
    tf.dispose([noisy, clean]);
    return ndarray(values, shape);
  };
}
