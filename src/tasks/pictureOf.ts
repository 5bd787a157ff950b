import { PerpixelError } from '../core/errors.js';
import type { NamedTensors, Tensor } from '../engines/engine.js';
import type { Pixels } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';

/**
 * The output that is the picture: the one of that name, or the only one, which a user's own model may call what it likes.
 *
 * @throws PerpixelError E_MODEL where there is none, or it is not of the window's size, times the card's `scale`
 */
export function pictureOf(
  outputs: NamedTensors,
  name: string,
  { shape: [height, width, channels] }: Pixels,
  { name: model, channels: own, scale = 1 }: Pick<ModelCard, 'name' | 'channels' | 'scale'>,
): Tensor {
  const all = Object.entries(outputs);
  const picture = outputs[name] ?? (all.length === 1 ? all[0][1] : undefined);
  const expected = [Math.max(1, channels / own), own, scale * height, scale * width];
  const { dims } = picture ?? {};
  if (picture && dims?.length === 4 && dims.every((size, axis) => size === expected[axis])) return picture;
  const received = all.map(([output, tensor]) => `${output} ${tensor.dims.join(' x ')}`).join(', ');
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: model,
    received: `outputs ${received}`,
    expected: `${name} ${expected.join(' x ')}, a picture ${scale === 1 ? 'of the size of the input' : `${scale} times as high and as wide as the input`}`,
    cure: 'This model does not fit the task, or its stride or scale is not the one that its card says.',
  });
}
