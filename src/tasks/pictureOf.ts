import { PerpixelError } from '../core/errors.js';
import type { NamedTensors, Tensor } from '../engines/engine.js';
import type { Pixels } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';

/**
 * The output that is the picture: the one of that name, or the only one, which a user's own model may call what it likes.
 *
 * @throws PerpixelError E_MODEL where there is none, or it is not of the window's size
 */
export function pictureOf(
  outputs: NamedTensors,
  name: string,
  { shape: [height, width, channels] }: Pixels,
  card: Pick<ModelCard, 'name' | 'channels'>,
): Tensor {
  const all = Object.entries(outputs);
  const picture = outputs[name] ?? (all.length === 1 ? all[0][1] : undefined);
  const expected = [Math.max(1, channels / card.channels), card.channels, height, width];
  const { dims } = picture ?? {};
  if (picture && dims?.length === 4 && dims.every((size, axis) => size === expected[axis])) return picture;
  const received = all.map(([own, tensor]) => `${own} ${tensor.dims.join(' x ')}`).join(', ');
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: card.name,
    received: `outputs ${received}`,
    expected: `${name} ${expected.join(' x ')}, a picture of the size of the input`,
    cure: 'This model does not fit the task, or its stride is not the one that its card says.',
  });
}
