#!/usr/bin/env python3
"""Weights between those of a network before and after it went on learning, as a network of its own.

    mixWeights.py BEFORE.onnx AFTER.onnx OUT.onnx --share 0.8

A network that learnt more of one kind of pictures knows less of others. Between the two sets of weights, --share of the way, it may keep most of
what it had and most of what it won (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument('before', type=Path)
parser.add_argument('after', type=Path)
parser.add_argument('out', type=Path)
parser.add_argument('--share', type=float, required=True)
o = parser.parse_args()

model = onnx.load(o.before)
after = {each.name: numpy_helper.to_array(each) for each in onnx.load(o.after).graph.initializer}
if after.keys() != {each.name for each in model.graph.initializer}:
    parser.error(f'{o.before} and {o.after} are not the same network')
for each in model.graph.initializer:
    one, other = numpy_helper.to_array(each), after[each.name]
    if one.shape != other.shape:
        parser.error(f'{each.name}: {one.shape} before, {other.shape} after')
    if one.dtype.kind == 'f':
        mixed = (1 - o.share) * one.astype(np.float64) + o.share * other.astype(np.float64)
        each.CopyFrom(numpy_helper.from_array(mixed.astype(one.dtype), each.name))
onnx.save(model, o.out)
