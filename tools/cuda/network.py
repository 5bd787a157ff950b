"""Networks as PyTorch modules, read from the ONNX files that Perpixel exports, and written back to them.

A network is defined once, in TypeScript; its .onnx file is the definition here. Weights keep the names of the file's initialisers.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional as F

# Convolutions that read or write a picture: bfloat16 would round the picture itself to 8 bits.
PICTURE_CHANNELS = 12


class OnnxNetwork(nn.Module):
    """Runs an ONNX graph: `network(image=..., sigma=...)` gives a dict of its outputs, NCHW."""

    def __init__(self, path):
        super().__init__()
        self.path = Path(path)
        graph = onnx.load(str(path)).graph
        stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.inputs = [i.name for i in graph.input if i.name not in stored]
        self.outputs = [o.name for o in graph.output]
        self.parameter_of, self.stored_type, self.nodes = {}, {}, []
        alias = {}
        for name in [n for n, value in stored.items() if value.dtype == np.int8 and f'{n}/scale' in stored]:
            stored[name] = stored[name] * stored[f'{name}/scale']
        for node in graph.node:
            # Those in eight bits are multiplied by their scales; here that is done.
            if node.op_type == 'Mul' and node.input[1] == f'{alias.get(node.input[0])}/scale':
                alias[node.output[0]] = alias[node.input[0]]
                continue
            # Weights lie in the file as float16 and are cast before use; here they are float32 from the start.
            if node.op_type == 'Cast' and node.input[0] in stored:
                alias[node.output[0]] = node.input[0]
                continue
            inputs = [alias.get(name, name) for name in node.input]
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            if not hasattr(self, f'op_{node.op_type}'):
                raise NotImplementedError(f'{path}: an op of kind {node.op_type} ({node.name})')
            self.nodes.append((node.op_type, inputs, list(node.output), attributes))
        # All numbers are weights, to be trained, but those that the exporter calls constants, and the scales of weights in eight bits.
        for name, value in stored.items():
            is_scale = name.endswith('/scale') and name.removesuffix('/scale') in stored
            if value.dtype.kind == 'f' and '/constant' not in name and not is_scale:
                self._keep(name, value)
        self.constants = {}
        for name, value in stored.items():
            if name not in self.parameter_of:
                if value.dtype.kind == 'f':
                    key = f'constant_{len(self.constants)}'
                    self.register_buffer(key, torch.tensor(value.astype(np.float32)), persistent=False)
                    self.constants[name] = key
                else:
                    self.constants[name] = value

    def _keep(self, name, value):
        key = 'w_' + name.replace('.', '_').replace('/', '__')
        self.register_parameter(key, nn.Parameter(torch.tensor(value.astype(np.float32))))
        self.parameter_of[name] = key
        self.stored_type[name] = torch.float16 if value.dtype == np.float16 else torch.float32

    def named_weights(self):
        """The parameters by the names of the file's initialisers."""
        return {name: getattr(self, key) for name, key in self.parameter_of.items()}

    def _value(self, values, name):
        if name == '':
            return None
        if name in values:
            return values[name]
        if name in self.parameter_of:
            return getattr(self, self.parameter_of[name])
        constant = self.constants[name]
        return getattr(self, constant) if isinstance(constant, str) else constant

    def forward(self, **inputs):
        values = {name: inputs[name] for name in self.inputs}
        for kind, names, outputs, attributes in self.nodes:
            result = getattr(self, f'op_{kind}')(attributes, *[self._value(values, name) for name in names])
            values[outputs[0]] = result
        return {name: values[name] for name in self.outputs}

    # The kinds of op, with the meaning of https://onnx.ai/onnx/operators, as far as Perpixel's networks use them.

    def op_Conv(self, a, x, w, b=None):
        kernel, strides = w.shape[2:], a.get('strides', [1, 1])
        dilations, groups = a.get('dilations', [1, 1]), a.get('group', 1)
        pads = padding_of(a, x.shape[2:], kernel, strides, dilations)
        if tuple(kernel) == (6, 6) and list(strides) == [2, 2] and pads == [2, 2, 2, 2] and groups == 1:
            # The same as 3x3 over the four pixels of each cell, for which there are fast kernels.
            n, c = w.shape[:2]
            w = w.reshape(n, c, 3, 2, 3, 2).permute(0, 1, 3, 5, 2, 4).reshape(n, c * 4, 3, 3)
            with torch.autocast(x.device.type, enabled=False):
                return F.conv2d(F.pixel_unshuffle(x.float(), 2).contiguous(memory_format=torch.channels_last), w, b, padding=1)
        if pads[0] == pads[2] and pads[1] == pads[3]:
            pads = pads[:2]
        else:
            x, pads = F.pad(x, (pads[1], pads[3], pads[0], pads[2])), [0, 0]
        options = tuple(strides), tuple(pads), tuple(dilations), groups
        # On a processor the gradient of a depthwise convolution is several times slower in bfloat16 than in float32.
        depthwise = x.device.type == 'cpu' and groups > 1 and w.requires_grad
        is_constant = not isinstance(w, nn.Parameter)
        if depthwise or is_constant or min(w.shape[0], w.shape[1] * groups) <= PICTURE_CHANNELS:
            with torch.autocast(x.device.type, enabled=False):
                y = F.conv2d(x.float(), w, b, *options)
            return y.bfloat16() if depthwise and torch.is_autocast_enabled('cpu') else y
        return F.conv2d(x, w, b, *options)

    def op_ConvTranspose(self, a, x, w, b=None):
        pads, extra = a.get('pads', [0, 0, 0, 0]), a.get('output_padding', [0, 0])
        options = dict(stride=tuple(a.get('strides', [1, 1])), padding=tuple(pads[:2]), output_padding=tuple(extra))
        if pads[:2] != pads[2:]:
            raise NotImplementedError(f'ConvTranspose with pads {pads}')
        if tuple(w.shape[2:]) == (6, 6) and options['stride'] == (2, 2) and pads == [2, 2, 2, 2] and list(extra) == [0, 0]:
            c, n = w.shape[:2]
            w = w.reshape(c, n, 3, 2, 3, 2).flip(2, 4).permute(1, 3, 5, 0, 2, 4).reshape(n * 4, c, 3, 3)
            with torch.autocast(x.device.type, enabled=False):
                y = F.pixel_shuffle(F.conv2d(x.float(), w, padding=1), 2)
                return y if b is None else y + b[:, None, None]
        if min(w.shape[:2]) <= PICTURE_CHANNELS:
            with torch.autocast(x.device.type, enabled=False):
                return F.conv_transpose2d(x.float(), w, b, **options)
        return F.conv_transpose2d(x, w, b, **options)

    def op_Flatten(self, a, x):
        return x.flatten(a.get('axis', 1))

    def op_Reshape(self, a, x, shape):
        return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(numbers(shape))])

    def op_Transpose(self, a, x):
        return x.permute(a['perm'])

    def op_Gemm(self, a, x, w, b=None):
        x = x.t() if a.get('transA') else x
        y = a.get('alpha', 1.0) * (x @ (w.t() if a.get('transB') else w))
        return y if b is None else y + a.get('beta', 1.0) * b

    def op_MaxPool(self, a, x):
        kernel, strides = a['kernel_shape'], a.get('strides', [1, 1])
        top, left, bottom, right = padding_of(a, x.shape[2:], kernel, strides, [1, 1])
        return F.max_pool2d(F.pad(x, (left, right, top, bottom), value=-torch.inf), tuple(kernel), tuple(strides))

    def op_AveragePool(self, a, x):
        kernel, strides = a['kernel_shape'], a.get('strides', [1, 1])
        pads = padding_of(a, x.shape[2:], kernel, strides, [1, 1])
        return F.avg_pool2d(x, tuple(kernel), tuple(strides), tuple(pads[:2]), count_include_pad=bool(a.get('count_include_pad', 0)))

    def op_GlobalAveragePool(self, a, x):
        return x.mean((2, 3), keepdim=True)

    def op_ReduceMean(self, a, x, axes=None):
        axes = a.get('axes') if axes is None else numbers(axes)
        return x.mean(tuple(axes), keepdim=bool(a.get('keepdims', 1)))

    def op_ReduceMax(self, a, x):
        return x.amax(tuple(a['axes']), keepdim=bool(a.get('keepdims', 1)))

    def op_ReduceSum(self, a, x, axes=None):
        axes = a.get('axes') if axes is None else numbers(axes)
        return x.float().sum(tuple(axes), keepdim=bool(a.get('keepdims', 1)))

    def op_Resize(self, a, x, roi=None, scales=None, sizes=None):
        mode = a.get('mode', b'nearest').decode()
        rule = a.get('coordinate_transformation_mode', b'half_pixel')
        if mode == 'linear' and rule not in (b'half_pixel', b'pytorch_half_pixel', b'align_corners'):
            raise NotImplementedError(f'Resize: linear with the rule {rule}')
        size = numbers(sizes)[2:] if sizes is not None else [round(n * s) for n, s in zip(x.shape[2:], numbers(scales)[2:])]
        if mode == 'nearest':
            return F.interpolate(x, size=size, mode='nearest')
        return F.interpolate(x, size=size, mode='bilinear', align_corners=rule == b'align_corners')

    def op_DepthToSpace(self, a, x):
        if a.get('mode', b'DCR') == b'CRD':
            return F.pixel_shuffle(x, a['blocksize'])
        n, c, h, w = x.shape
        s = a['blocksize']
        x = x.reshape(n, s, s, c // s**2, h, w).permute(0, 3, 4, 1, 5, 2)
        return x.reshape(n, c // s**2, h * s, w * s)

    def op_SpaceToDepth(self, a, x):
        n, c, h, w = x.shape
        s = a['blocksize']
        return x.reshape(n, c, h // s, s, w // s, s).permute(0, 3, 5, 1, 2, 4).reshape(n, c * s**2, h // s, w // s)

    def op_Slice(self, a, x, starts, ends, axes=None, steps=None):
        starts, ends = numbers(starts), numbers(ends)
        for start, end, axis, step in zip(starts, ends, numbers(axes) if axes is not None else range(len(starts)), numbers(steps) if steps is not None else [1] * len(starts)):
            x = x[(slice(None),) * (axis % x.ndim) + (slice(start, min(end, x.shape[axis]), step),)]
        return x

    def op_Shape(self, a, x):
        return np.array(x.shape[a.get('start', 0) : a.get('end')], np.int64)

    def op_Concat(self, a, *xs):
        if isinstance(xs[0], np.ndarray):
            return np.concatenate(xs, a['axis'])
        return torch.cat([x.float() for x in xs] if any(x.dtype == torch.float32 for x in xs) else xs, a['axis'])

    def op_Pad(self, a, x, pads, value=None, axes=None):
        n = numbers(pads)
        mode = a.get('mode', b'constant').decode()
        sides = (n[3], n[7], n[2], n[6])
        return F.pad(x, sides) if mode == 'constant' else F.pad(x, sides, mode={'reflect': 'reflect', 'edge': 'replicate'}[mode])

    def op_Clip(self, a, x, low=None, high=None):
        low, high = a.get('min') if low is None else float(low), a.get('max') if high is None else float(high)
        # The gradient of clamp is three passes over memory, that of hardtanh is one.
        return torch.clamp(x, low, high) if low is None or high is None else F.hardtanh(x, low, high)

    def op_Softmax(self, a, x):
        return torch.softmax(x.float(), a.get('axis', -1))

    def op_LeakyRelu(self, a, x):
        return F.leaky_relu(x, a.get('alpha', 0.01))

    def op_Where(self, a, c, x, y):
        return torch.where(c, x, y)

    def op_Cast(self, a, x):
        if a['to'] not in (1, 10):
            return x
        return x.float() if torch.is_tensor(x) else torch.tensor(x, dtype=torch.float32, device=next(self.parameters()).device)

    def op_Identity(self, a, x):
        return x

    def op_Relu(self, a, x):
        return F.relu(x)

    def op_Add(self, a, x, y):
        return x + y

    def op_Sub(self, a, x, y):
        return x - y

    def op_Mul(self, a, x, y):
        return x * y

    def op_Div(self, a, x, y):
        # Of sizes, whole numbers.
        return x // y if isinstance(x, np.ndarray) and isinstance(y, np.ndarray) else x / y

    def op_Max(self, a, *xs):
        return torch.maximum(*xs)

    def op_Min(self, a, *xs):
        return torch.minimum(*xs)

    def op_Greater(self, a, x, y):
        return x > y

    def op_MatMul(self, a, x, y):
        if isinstance(y, nn.Parameter):
            return x @ y
        # Not bfloat16: Fourier transforms.
        with torch.autocast(x.device.type, enabled=False):
            return x.float() @ y.float()

    def op_Neg(self, a, x):
        return -x

    def op_Log(self, a, x):
        return torch.log(x.float())

    def op_Cos(self, a, x):
        return torch.cos(x)

    def op_Sin(self, a, x):
        return torch.sin(x)

    def op_Range(self, a, start, end, step):
        return np.arange(start.item(), end.item(), step.item())

    def op_Squeeze(self, a, x, axes=None):
        return np.squeeze(x, None if axes is None else tuple(numbers(axes)))

    def op_Unsqueeze(self, a, x, axes):
        return np.expand_dims(x, tuple(numbers(axes)))

    def op_Gather(self, a, x, indices):
        return x.index_select(a.get('axis', 0), torch.tensor(indices, device=x.device))

    def op_Sigmoid(self, a, x):
        return torch.sigmoid(x.float())

    def op_Softplus(self, a, x):
        return F.softplus(x.float())

    def op_Tanh(self, a, x):
        return torch.tanh(x)

    def op_Exp(self, a, x):
        return torch.exp(x.float())

    def op_Sqrt(self, a, x):
        return torch.sqrt(x)

    def op_PRelu(self, a, x, w):
        return torch.where(x >= 0, x, x * w)


def numbers(values):
    """An integer input of an op, which is a constant of the graph or comes from Shape."""
    return [v.item() for v in np.asarray(values.cpu() if torch.is_tensor(values) else values).ravel()]


def padding_of(attributes, size, kernel, strides, dilations):
    """[top, left, bottom, right], as ONNX has it."""
    auto = attributes.get('auto_pad', b'NOTSET')
    if auto in (b'NOTSET', b'VALID'):
        return list(attributes.get('pads', [0, 0, 0, 0])) if auto == b'NOTSET' else [0, 0, 0, 0]
    begin, end = [], []
    for n, k, s, d in zip(size, kernel, strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        less, more = total // 2, total - total // 2
        begin.append(less if auto == b'SAME_UPPER' else more)
        end.append(more if auto == b'SAME_UPPER' else less)
    return begin + end


def with_weights(source, weights, target):
    """Writes `source` (.onnx) as `target` with new weights: a dict of arrays by initialiser name. Stored as they were, float16 or float32."""
    model = onnx.load(str(source))
    for initialiser in model.graph.initializer:
        value = weights.get(initialiser.name)
        if value is None:
            continue
        old = numpy_helper.to_array(initialiser)
        if old.dtype == np.int8:
            raise ValueError(f'{initialiser.name} is of eight bits: give the file that it was made from, and tools/eightBit.py the result')
        if tuple(value.shape) != old.shape:
            raise ValueError(f'{initialiser.name}: {tuple(value.shape)} for {old.shape}')
        initialiser.CopyFrom(numpy_helper.from_array(np.asarray(value, np.float32).astype(old.dtype), initialiser.name))
    onnx.save(model, str(target))
