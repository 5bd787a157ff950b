"""Photos held on the device as bytes, and random crops of them."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

PICTURES = {'.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff'}


def read(path):
    """uint8 [height, width, 3]"""
    return np.asarray(Image.open(path).convert('RGB'))


def split(folder, held_out=20):
    """Photos of a folder for training and, every n-th in the order of names, for validation."""
    paths = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in PICTURES)
    if held_out == 0 or len(paths) < 2:
        return paths, []
    every = max(len(paths) // held_out, 1)
    held = paths[every // 2 :: every][:held_out]
    return [p for p in paths if p not in held], held


class Photos:
    """All photos as one array on the device; photos are drawn by their area, so that each pixel is seen as often."""

    def __init__(self, paths, device):
        images = [read(p) for p in paths]
        self.sizes = torch.tensor([im.shape[:2] for im in images], device=device)
        areas = torch.tensor([im.shape[0] * im.shape[1] for im in images], dtype=torch.int64)
        self.starts = (torch.cumsum(areas, 0) - areas).to(device)
        self.ends = torch.cumsum(areas, 0).to(device)
        self.pixels = torch.from_numpy(np.concatenate([im.reshape(-1, 3) for im in images])).to(device)
        self.device = device

    def crops(self, n, size):
        """float32 [n, 3, size, size], 0..1: random places, flips and quarter turns."""
        d = self.device
        which = torch.searchsorted(self.ends, (torch.rand(n, device=d, dtype=torch.float64) * self.ends[-1]).long(), right=True)
        height, width = self.sizes[which, 0], self.sizes[which, 1]
        top = (torch.rand(n, device=d) * (height - size + 1).clamp(min=1)).long()
        left = (torch.rand(n, device=d) * (width - size + 1).clamp(min=1)).long()
        along = torch.arange(size, device=d).expand(n, size)
        flip = torch.rand(2, n, 1, device=d) < 0.5
        rows = torch.where(flip[0], size - 1 - along, along)
        columns = torch.where(flip[1], size - 1 - along, along)
        turned = (torch.rand(n, 1, 1, device=d) < 0.5)
        y = torch.where(turned, columns[:, None, :], rows[:, :, None])
        x = torch.where(turned, rows[:, :, None], columns[:, None, :])
        # Photos smaller than the crop are mirrored at their ends.
        y = mirrored(y + top[:, None, None], height[:, None, None])
        x = mirrored(x + left[:, None, None], width[:, None, None])
        index = self.starts[which][:, None, None] + y * width[:, None, None] + x
        return self.pixels[index.reshape(-1)].reshape(n, size, size, 3).permute(0, 3, 1, 2).float() / 255


def mirrored(index, size):
    index = index % (2 * size)
    return torch.where(index < size, index, 2 * size - 1 - index)
