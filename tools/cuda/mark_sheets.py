#!/usr/bin/env python3
"""Draws what tasks/marks.py lays over photos: mark_sheets.py OUT [--fonts FOLDER...] [--sheets 240]

OUT/scratches-000.png, text-000.png, dust-000.png, ...: grey, 512 x 512, how much of each pixel a mark covers. Drawn twice as large and averaged.
The same sheets each time for the same fonts.
"""

import argparse
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE, FINER = 512, 2
WIDE = SIZE * FINER
COMMON = 'abcdefghijklmnopqrstuvwxyz' * 2 + 'etaoins' * 2
LETTERS = list(COMMON + 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:!?&%-()\'"/+$')


def line(draw, points, width, fill):
    draw.line([tuple(p) for p in points], fill=fill, width=max(1, round(width * FINER)))


def curve(rng, start, steps, length, turning):
    """Points of a walk whose direction changes smoothly."""
    angle, turn, points = rng.uniform(0, 2 * math.pi), 0, [start]
    for _ in range(steps):
        turn = 0.8 * turn + rng.normal(0, turning)
        angle += turn
        points.append(points[-1] + length * np.array([math.cos(angle), math.sin(angle)]))
    return points


def walk(rng, draw, start, width, fill):
    steps = rng.normal(0, WIDE / rng.uniform(8, 20), (int(rng.integers(2, 9)), 2))
    line(draw, np.cumsum(np.vstack([start, steps]), 0), width, fill)


def bow(rng, draw, start, width, fill):
    line(draw, curve(rng, start, int(rng.integers(10, 80)), rng.uniform(4, 16), rng.uniform(0.005, 0.12)), width, fill)


def along_a_film(rng, draw, start, width, fill):
    ys = np.arange(rng.uniform(-SIZE, WIDE / 2), WIDE * rng.uniform(0.5, 1.1), 40)
    if len(ys) > 1:
        line(draw, [(start[0] + rng.normal(0, 1.5), y) for y in ys], width, fill)


def crack(rng, draw, start, width, fill):
    """Of paper: jagged, branching, of uneven width. Half of them are folds, which keep their direction."""
    at, angle = start, rng.choice([0, math.pi / 2, rng.uniform(0, 2 * math.pi)])
    steadiness = rng.choice([0.05, 0.5])
    heading = angle
    for _ in range(int(rng.integers(10, 60))):
        angle = heading + rng.normal(0, 0.4) if steadiness < 0.1 else angle + rng.normal(0, steadiness)
        end = at + rng.uniform(4, 24) * np.array([math.cos(angle), math.sin(angle)])
        line(draw, [at, end], width * rng.uniform(0.4, 1.6), fill)
        if rng.random() < 0.12:
            side, turned = end, angle + rng.choice([-1, 1]) * rng.uniform(0.5, 1.2)
            for _ in range(6):
                further = side + rng.uniform(4, 20) * np.array([math.cos(turned), math.sin(turned)])
                line(draw, [side, further], width * 0.6, fill)
                side, turned = further, turned + rng.normal(0, 0.4)
        at = end


def scrape(rng, draw, start, width, fill):
    """Many side by side."""
    angle, length = rng.uniform(0, 2 * math.pi), rng.uniform(60, 300)
    for _ in range(int(rng.integers(3, 12))):
        at, turned = start + rng.normal(0, 14, 2), angle + rng.normal(0, 0.05)
        line(draw, [at, at + length * rng.uniform(0.3, 1) * np.array([math.cos(turned), math.sin(turned)])], 1, fill)


def scratches(rng, draw, sheet, fonts):
    for _ in range(int(rng.integers(3, 26))):
        width = rng.choice([1, 1, 1, 1.5, 2, 2, 3, 3, 4, 5])
        fill = int(rng.choice([255, 255, 255, rng.integers(120, 255)]))
        kind = rng.choice([walk, bow, along_a_film, crack, scrape], p=[0.36, 0.24, 0.15, 0.17, 0.08])
        kind(rng, draw, rng.uniform(0, WIDE, 2), width, fill)


def words(rng, n):
    return ' '.join(''.join(rng.choice(LETTERS, int(rng.integers(1, 10)))) for _ in range(n))


def font(rng, fonts, size):
    if rng.random() < 0.2 or not fonts:
        return ImageFont.load_default(size * FINER)
    return ImageFont.truetype(str(rng.choice(fonts)), size * FINER)


def text(rng, draw, sheet, fonts):
    if rng.random() < 0.5:
        # Lines over all of it.
        y, size = rng.uniform(0, 30), int(rng.integers(11, 28))
        chosen = font(rng, fonts, size)
        while y < WIDE:
            draw.text((rng.uniform(-40, 12), y), words(rng, SIZE // 24), fill=255, font=chosen)
            y += size * FINER * rng.uniform(1.2, 2.2)
        return
    for _ in range(int(rng.integers(1, 9))):
        size = int(np.exp(rng.uniform(np.log(10), np.log(90))))
        part = Image.new('L', (WIDE, min(WIDE, size * FINER * 2)))
        ImageDraw.Draw(part).text((4, 4), words(rng, int(rng.integers(1, 6))), fill=255, font=font(rng, fonts, size))
        part = part.rotate(float(rng.choice([0, 0, 0, rng.uniform(-60, 60)])), expand=True, resample=Image.BILINEAR)
        sheet.paste(255, (int(rng.uniform(-0.2, 0.8) * WIDE), int(rng.uniform(0, 0.95) * WIDE)), part)


def dust(rng, draw, sheet, fonts):
    for _ in range(int(np.exp(rng.uniform(np.log(20), np.log(400))))):
        at, kind, fill = rng.uniform(0, WIDE, 2), rng.random(), int(rng.choice([255, 255, rng.integers(120, 255)]))
        if kind < 0.75:
            radius = FINER * np.exp(rng.uniform(np.log(0.6), np.log(3.5)))
            flat, turn = rng.uniform(0.4, 1), rng.uniform(0, 2 * math.pi)
            around = np.linspace(0, 2 * math.pi, 9)[:-1]
            x = radius * rng.uniform(0.7, 1.2, 8) * np.cos(around)
            y = radius * flat * rng.uniform(0.7, 1.2, 8) * np.sin(around)
            c, s = math.cos(turn), math.sin(turn)
            draw.polygon([tuple(at + p) for p in np.stack([x * c - y * s, x * s + y * c], 1)], fill=fill)
        elif kind < 0.97:
            hair = curve(rng, at, int(rng.integers(5, 26)), rng.uniform(1.5, 4) * FINER / 2, rng.uniform(0.05, 0.25))
            line(draw, hair, rng.choice([0.6, 1, 1, 1.5]), fill)
        else:
            for _ in range(8):
                x, y = rng.normal(at, 6 * FINER)
                draw.ellipse([x - 3 * FINER, y - 3 * FINER, x + 3 * FINER, y + 3 * FINER], fill=fill)


def readable(path):
    """Whether a font has letters: some have nothing but signs."""
    try:
        return ImageFont.truetype(str(path), 20).getname()[0] not in ('D050000L', 'Standard Symbols PS')
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('out', type=Path)
    parser.add_argument('--fonts', type=Path, nargs='*', default=[])
    parser.add_argument('--sheets', type=int, default=240)
    o = parser.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    files = [p for folder in o.fonts for p in folder.rglob('*') if p.suffix in ('.ttf', '.otf')]
    fonts = sorted((p for p in files if readable(p) and 'Math' not in p.name), key=lambda p: p.name)
    rng = np.random.default_rng(5)
    for kind in (scratches, text, dust):
        for i in range(o.sheets):
            sheet = Image.new('L', (WIDE, WIDE))
            kind(rng, ImageDraw.Draw(sheet), sheet, fonts)
            # 16 levels of grey are enough, and pack into half.
            small = sheet.resize((SIZE, SIZE), Image.BOX).point(lambda v: v // 16 * 17)
            small.save(o.out / f'{kind.__name__}-{i:03d}.png', optimize=True)


if __name__ == '__main__':
    main()
