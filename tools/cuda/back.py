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
o = parser.parse_args()
job = json.loads((o.job / 'job.json').read_text())
networks = job.get('networks') or {'network': job.get('network', 'network.onnx')}
weights = load_file(o.weights)
with_weights(o.job / networks[o.network], weights, o.out)
