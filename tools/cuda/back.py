#!/usr/bin/env python3
"""Puts trained weights back into the .onnx files of a job: back.py JOB JOB.safetensors OUT.onnx [--network KEY]"""

import argparse
import json
from pathlib import Path

from safetensors.numpy import load_file

from network import with_weights

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument('job', type=Path)
parser.add_argument('weights', type=Path)
parser.add_argument('out', type=Path)
parser.add_argument('--network', default='network', help='Which one, where the job has several')
parser.add_argument('--only', nargs='+', default=[''], help='How the names of the weights begin that are taken, for the next stage of a network')
o = parser.parse_args()
job = json.loads((o.job / 'job.json').read_text())
networks = job.get('networks') or {'network': job.get('network', 'network.onnx')}
weights = {name: value for name, value in load_file(o.weights).items() if name.startswith(tuple(o.only))}
with_weights(o.job / networks[o.network], weights, o.out)
