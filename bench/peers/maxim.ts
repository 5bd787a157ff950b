import { createRequire } from 'node:module';
import path from 'node:path';
import ndarray from 'ndarray';
import { loadTensorflow } from '../../src/engines/tensorflow/tensorflow.js';
import type { Pixels } from '../../src/images/raster.js';

/**
 * MAXIM in JavaScript (Tu et al., CVPR 2022), on TensorFlow: `maxim-denoising` learnt from the noise of telephones (SIDD),
 * `maxim-deraining` from 13,712 pairs of several sets, Rain100L's and Rain100H's among them.
 *
 * @param folder the `@upscalerjs` package of npm, unpacked: `npm pack` it, its peer dependency is not needed
 * @returns what cleans a picture whose sides are multiples of 64
 */
export async function maxim(
  folder: string,
  name: 'maxim-denoising' | 'maxim-deraining',
  cacheDir: string,
): Promise<(spoilt: Pixels) => Promise<Pixels>> {
  const tensorflow = await loadTensorflow({ cacheDir });
  const require = createRequire(path.join(tensorflow.path, 'package.json'));
  const tf = require(tensorflow.path);
  require(path.resolve(folder, 'dist/cjs/models', name, 'src/cjs.js')).setup(tf);
  const model = await tf.loadGraphModel(tf.io.fileSystem(path.resolve(folder, 'models/model.json')));
  return async ({ data, shape }) => {
    const spoilt = tf.tensor(data, [1, ...shape]);
    const clean = model.predict(spoilt);
    const values: Float32Array = await clean.data();
    tf.dispose([spoilt, clean]);
    return ndarray(values, shape);
  };
}
