#!/usr/bin/env python3
"""Denoises colour pictures, .npy of float 0..1, with what people have beside networks, into OUT; prints {"seconds": ...} without reading and writing.

    denoisers.py fastNlMeans|bm3d SIGMA OUT PICTURE...        SIGMA of 255

fastNlMeans is OpenCV's for colour, on 8 bits, as it takes nothing else, with the window sizes of its documentation; its h is that which
suits the clean pictures best: CLEAN, a folder of files of the same names, in the environment. bm3d is that of PyPI with its usual profile.
Needs numpy, opencv-python-headless, bm3d.
"""
import json
import os
import sys
import time
from pathlib import Path

import numpy as np


def fast_nl_means(noisy, sigma, h):
    import cv2
    rounded = np.round(np.clip(noisy, 0, 1) * 255).astype(np.uint8)
    return cv2.fastNlMeansDenoisingColored(rounded, None, h * sigma, h * sigma, 7, 21).astype(np.float32) / 255


def bm3d(noisy, sigma, _):
    from bm3d import bm3d_rgb
    return bm3d_rgb(noisy.astype(np.float64), sigma / 255).astype(np.float32)


def best_h(pictures, sigma, clean):
    def error(h):
        return sum(np.mean((fast_nl_means(noisy, sigma, h) - np.load(clean / name)) ** 2) for name, noisy in pictures.items())
    return min((.4, .5, .6, .7, .8, .9, 1), key=error)


method, sigma, out, *files = sys.argv[1:]
sigma = float(sigma)
pictures = {Path(file).name: np.load(file) for file in files}
denoise = {'fastNlMeans': fast_nl_means, 'bm3d': bm3d}[method]
h = best_h(pictures, sigma, Path(os.environ['CLEAN'])) if method == 'fastNlMeans' else None
# What is done once a process, such as loading the library.
denoise(next(iter(pictures.values()))[:32, :32], sigma, h)
start = time.perf_counter()
results = {name: denoise(noisy, sigma, h) for name, noisy in pictures.items()}
seconds = time.perf_counter() - start
for name, result in results.items():
    np.save(Path(out) / name, result)
print(json.dumps({'seconds': seconds, 'h': h}))
