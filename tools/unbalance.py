#!/usr/bin/env python3
"""Takes back a part of the balance that labels were learnt with, by the biases of their output, as a network of its own.

    unbalance.py NET.onnx LABELS OUT.onnx --share 0.2 [--output labels] [--leave-out 40]

A network whose loss weighs a class by (median / frequency) ** BALANCE takes rare classes to be more frequent than they are, by as
much: adding BALANCE * log(frequency / median) to its logits makes up for that (Menon et al., Long-tail learning via logit adjustment,
ICLR 2021). --share is how much of the exponent is taken back: all of BALANCE gives the most right pixels, and costs rare classes.
LABELS: the PNGs that it was trained on, 0 void, of which the last --leave-out were held out.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('net', type=Path)
parser.add_argument('labels', type=Path)
parser.add_argument('out', type=Path)
parser.add_argument('--share', type=float, required=True)
parser.add_argument('--output', default='labels')
parser.add_argument('--leave-out', type=int, default=0)
o = parser.parse_args()

model = onnx.load(o.net)
bias = next(each for each in model.graph.initializer if each.name == f'{o.output}/bias')
before = numpy_helper.to_array(bias)
files = sorted(o.labels.glob('*.png'))
counts = sum(np.bincount(np.asarray(Image.open(file)).ravel(), minlength=256)[1:] for file in files[: len(files) - o.leave_out])
frequency = np.maximum(counts[: len(before)] / counts.sum(), 1e-6)
after = before + o.share * np.log(frequency / np.median(frequency))
bias.CopyFrom(numpy_helper.from_array(after.astype(before.dtype), bias.name))
onnx.save(model, o.out)
