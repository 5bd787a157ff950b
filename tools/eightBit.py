"""Stores the weights of a model file in eight bits: half of float16.

    python3 tools/eightBit.py MODEL.onnx [OUT.onnx]

Kernels become int8 and a scale for each first index (the channels that a convolution gives), the largest weight of which is 127; biases stay
float16. They are computed with as float32: Cast and Mul, which runtimes fold when they load a file. As `toOnnx` with `weights: 'int8'`
writes it. Measure what it costs before the file is shipped: under .02 dB of PSNR is nothing that anyone sees.

Needs numpy and onnx. Prints the SHA-256, which belongs into weights/index.json.
"""
import argparse, hashlib
from pathlib import Path
import numpy as np
import onnx
from onnx import helper, numpy_helper


def in_eight_bits(kernel):
    """int8, and the scales that make it the kernel again, of one size beside the first."""
    most = np.abs(kernel.reshape(len(kernel), -1)).max(1)
    scale = np.where(most > 0, most / 127, 1).astype(np.float32).reshape(-1, *[1] * (kernel.ndim - 1))
    return np.clip(np.round(kernel / scale), -127, 127).astype(np.int8), scale


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('model', type=Path)
    parser.add_argument('out', type=Path, nargs='?')
    options = parser.parse_args()
    model = onnx.load(str(options.model))
    graph = model.graph
    stored = {each.name: each for each in graph.initializer}
    nodes = []
    for node in graph.node:
        nodes.append(node)
        kernel = stored.get(node.input[0]) if node.op_type == 'Cast' else None
        if kernel is None or len(kernel.dims) < 2 or kernel.data_type != onnx.TensorProto.FLOAT16:
            continue
        whole, scale = in_eight_bits(numpy_helper.to_array(kernel).astype(np.float32))
        name, value = kernel.name, node.output[0]
        kernel.CopyFrom(numpy_helper.from_array(whole, name))
        graph.initializer.append(numpy_helper.from_array(scale, f'{name}/scale'))
        node.output[0] = f'{name}/whole'
        nodes.append(helper.make_node('Mul', [node.output[0], f'{name}/scale'], [value], f'{name}/Mul'))
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    out = options.out or options.model
    out.write_bytes(data)
    print(f'{out}: {len(data) / 1e6:.2f} MB, {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__':
    main()
