#!/usr/bin/env python3
"""What the classic ways make of blurred photos: a Wiener filter and Richardson-Lucy, each tuned on the truth itself, so that no tuning of theirs
can do better. The same pictures as `perpixel deblur --kernel` gets, made by convolution of which only the valid part is kept.

    python3 bench/peers/classicDeblur.py make CLEAN_LIST KERNELS OUT SIGMA [COUNT]    OUT/blurred/K/*.npy and OUT/clean/K/*.npy (grey, float, 0..1)
    python3 bench/peers/classicDeblur.py score OUT KERNELS RESULTS                    PSNR of blurred, Wiener, Richardson-Lucy, and RESULTS/K/*.npy
    python3 bench/peers/classicDeblur.py time PHOTO.npy KERNEL.npy                    seconds of one Wiener filter, and of 30 rounds of Richardson-Lucy

KERNELS is a folder of .npy. The Wiener filter is the better, for each kernel, of two spectra (flat, and that of gradients), its strength tuned for
each kernel; Richardson-Lucy stops, for each kernel, where its mean PSNR is highest. Both get the picture with its border continued and tapered
(edgetaper, three times), which is worth several dB to them. Needs numpy, scipy, Pillow.
"""
import json, sys, time, zlib
from pathlib import Path
import numpy as np
from PIL import Image
from scipy.signal import fftconvolve

STRENGTHS = 10 ** np.arange(-4.5, -0.4, .25)
ROUNDS = (5, 10, 15, 20, 30, 40, 60, 80, 120)


def make(files, kernels, out, sigma, count):
    for kernel_file in kernels:
        kernel = np.load(kernel_file).astype(float).squeeze()
        kernel /= kernel.sum()
        r = [s // 2 for s in kernel.shape]
        for name in ('blurred', 'clean'):
            (out / name / kernel_file.stem).mkdir(parents=True, exist_ok=True)
        for file in files[:count]:
            clean = np.asarray(Image.open(file).convert('RGB'), float) / 255 @ [.299, .587, .114]
            blurred = fftconvolve(clean, kernel, 'valid')
            noise = np.random.default_rng(zlib.crc32(file.stem.encode())).standard_normal(blurred.shape)
            h, w = blurred.shape
            np.save(out / 'blurred' / kernel_file.stem / f'{file.stem}.npy', (blurred + noise * sigma / 255).astype(np.float32))
            np.save(out / 'clean' / kernel_file.stem / f'{file.stem}.npy', clean[r[0]:r[0] + h, r[1]:r[1] + w].astype(np.float32))


def transfer(kernel, shape):
    plane = np.zeros(shape)
    plane[:kernel.shape[0], :kernel.shape[1]] = kernel
    return np.fft.rfft2(np.roll(plane, [-((s - 1) // 2) for s in kernel.shape], (0, 1)))


def tapered(image, kernel):
    """The picture with a margin, blurred into its own continuation round the border, so that it goes round."""
    m = [2 * s for s in kernel.shape]
    wide = np.pad(image, [(m[0], m[0]), (m[1], m[1])], 'symmetric')
    inside = np.zeros(wide.shape)
    inside[m[0]:-m[0], m[1]:-m[1]] = 1
    ramp = [np.minimum(1, np.minimum(np.arange(n) + 1, n - np.arange(n)) / k) for n, k in zip(wide.shape, m)]
    weight = np.maximum(inside, ramp[0][:, None] * ramp[1][None])
    response = transfer(kernel, wide.shape)
    for _ in range(3):
        wide = weight * wide + (1 - weight) * np.fft.irfft2(response * np.fft.rfft2(wide), wide.shape)
    return wide, (slice(m[0], -m[0]), slice(m[1], -m[1]))


def psnr(a, b):
    return -10 * np.log10(np.mean((np.clip(a, 0, 1) - b) ** 2))


def wiener(image, kernel, clean):
    wide, inside = tapered(image, kernel)
    response, spectrum = transfer(kernel, wide.shape), np.fft.rfft2(wide)
    y, x = [2 - 2 * np.cos(2 * np.pi * f) for f in (np.fft.fftfreq(wide.shape[0])[:, None], np.fft.rfftfreq(wide.shape[1])[None])]
    return np.array([[psnr(np.fft.irfft2(np.conj(response) * spectrum / (np.abs(response) ** 2 + s * p), wide.shape)[inside], clean)
                      for s in STRENGTHS] for p in (1, y + x)])


def richardson_lucy(image, kernel, clean):
    wide, inside = tapered(image, kernel)
    response = transfer(kernel, wide.shape)
    wide, scores = np.maximum(wide, 1e-3), []
    sharp = wide.copy()
    for n in range(1, max(ROUNDS) + 1):
        again = np.fft.irfft2(response * np.fft.rfft2(sharp), wide.shape)
        sharp *= np.fft.irfft2(np.conj(response) * np.fft.rfft2(wide / np.maximum(again, 1e-4)), wide.shape)
        sharp = np.maximum(sharp, 0)
        if n in ROUNDS:
            scores.append(psnr(sharp[inside], clean))
    return np.array(scores)


def score(out, kernels, results):
    rows = []
    for kernel_file in kernels:
        kernel = np.load(kernel_file).astype(float).squeeze()
        kernel /= kernel.sum()
        found = []
        for file in sorted((out / 'blurred' / kernel_file.stem).glob('*.npy')):
            image, clean = [np.load(out / part / kernel_file.stem / file.name).astype(float) for part in ('blurred', 'clean')]
            ours = np.load(results / kernel_file.stem / file.name).squeeze() if results else image
            found.append((psnr(image, clean), wiener(image, kernel, clean), richardson_lucy(image, kernel, clean), psnr(ours, clean)))
        blurred, filtered, iterated, ours = [np.mean([f[i] for f in found], 0) for i in range(4)]
        rows.append((blurred, filtered.max(), iterated.max(), ours))
        print(f'{kernel_file.stem:>8} {len(found):4d} ' + ' '.join(f'{v:8.2f}' for v in rows[-1]), flush=True)
    print('    mean      ' + ' '.join(f'{v:8.2f}' for v in np.mean(rows, 0)))


def seconds(image, kernel):
    """Each as somebody runs it who has tuned it: one strength, a number of rounds."""
    started = time.perf_counter()
    wide, inside = tapered(image, kernel)
    response = transfer(kernel, wide.shape)
    begun = time.perf_counter()
    np.fft.irfft2(np.conj(response) * np.fft.rfft2(wide) / (np.abs(response) ** 2 + 1e-2), wide.shape)
    filtered = time.perf_counter()
    sharp = wide = np.maximum(wide, 1e-3)
    for _ in range(30):
        again = np.fft.irfft2(response * np.fft.rfft2(sharp), wide.shape)
        sharp = np.maximum(sharp * np.fft.irfft2(np.conj(response) * np.fft.rfft2(wide / np.maximum(again, 1e-4)), wide.shape), 0)
    ended = time.perf_counter()
    return {'wiener': filtered - started, 'lucy': begun - started + ended - filtered}


def main():
    what, arguments = sys.argv[1], sys.argv[2:]
    if what == 'time':
        image, kernel = [np.load(file).astype(float).squeeze() for file in arguments]
        return print(json.dumps(seconds(image, kernel / kernel.sum())))
    kernels = sorted(Path(arguments[1]).glob('*.npy'))
    if what == 'make':
        files = [Path(line) for line in Path(arguments[0]).read_text().split('\n') if line]
        make(files, kernels, Path(arguments[2]), float(arguments[3]), int(arguments[4]) if len(arguments) > 4 else None)
    else:
        score(Path(arguments[0]), kernels, Path(arguments[2]) if len(arguments) > 2 else None)


main()
