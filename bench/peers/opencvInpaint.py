#!/usr/bin/env python3
"""Fills holes with OpenCV and prints {"seconds": ...}, the time spent in cv2.inpaint alone.

    opencvInpaint.py telea|ns OUT [PHOTO MASK]...

Needs opencv-python-headless from PyPI. The radius is the 3 pixels of OpenCV's own tutorial.
"""
import json
import sys
import time
from pathlib import Path

import cv2

METHODS = {'telea': cv2.INPAINT_TELEA, 'ns': cv2.INPAINT_NS}

method, out, *files = sys.argv[1:]
seconds = 0
for photo, mask in zip(files[::2], files[1::2]):
    pixels = cv2.imread(photo)
    hole = (cv2.imread(mask, cv2.IMREAD_GRAYSCALE) > 127).astype('uint8')
    start = time.perf_counter()
    filled = cv2.inpaint(pixels, hole, 3, METHODS[method])
    seconds += time.perf_counter() - start
    cv2.imwrite(str(Path(out) / f'{Path(photo).stem}.png'), filled)
print(json.dumps({'seconds': seconds}))
