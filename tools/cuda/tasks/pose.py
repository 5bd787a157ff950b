"""Fourteen joints of one person, a map a joint, of a size that the network chooses: the loss is about all its outputs, the scores about the first.

DATA/pose holds photos around a person of some 150 pixels, and joints.json: for each photo's name 14 of [x, y, visible] in LSP's order.
Of those whose names begin with `train` every eighth is held out.
"""

import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from tasks.deblur import chance, exact, positions, sample, uniform

# Left and right change places in a mirror.
MIRRORED = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13]
# Pixels of the network's picture that a target's Gaussian spreads over, and of ours: the side of what is kept, and of what is seen.
SPREAD, CANVAS, FIELD = 5.2, 208, 192


class Task:
    def __init__(self, data, options, device):
        # A smaller crop shows the same field, smaller.
        self.size, self.shrink, self.device = options['crop'], FIELD / options['crop'], device
        labels = json.loads((data / 'pose' / 'joints.json').read_text())
        pictures, joints = np.empty((len(labels), 3, CANVAS, CANVAS), np.uint8), []
        for i, (name, said) in enumerate(labels.items()):
            image = Image.open(data / 'pose' / name).convert('RGB')
            # The picture in the middle, its border continued.
            w, h = image.size
            left, top = (CANVAS - w) // 2, (CANVAS - h) // 2
            pad = ((max(top, 0), max(CANVAS - h - top, 0)), (max(left, 0), max(CANVAS - w - left, 0)), (0, 0))
            pictures[i] = np.pad(np.asarray(image), pad, mode='edge')[:CANVAS, :CANVAS].transpose(2, 0, 1)
            joints.append([[x + left, y + top, seen] for x, y, seen in said])
        joints = torch.tensor(joints, dtype=torch.float32)
        joints[..., :2] -= (CANVAS - 1) / 2
        held = torch.tensor([name.startswith('train') and i % 8 == 3 for i, name in enumerate(labels)])
        pictures = torch.from_numpy(pictures)
        self.train = pictures[~held].to(device), joints[~held].to(device)
        self.held = pictures[held].to(device), joints[held].to(device)
        self.mirrored = torch.tensor(MIRRORED, device=device)

    def place(self, pictures, joints, turn, move):
        """Pictures [n, 3, size, size] and joints where `turn` [n, 2, 2] takes pixels of the answer to those of the picture."""
        at = positions(self.size, self.size, self.device)[None, ..., :2] @ turn[:, None].mT + move[:, None, None]
        image = sample(pictures.float() / 255, at)
        place = (joints[..., :2] - move[:, None]) @ torch.linalg.inv(turn).mT
        return image, torch.cat([place, joints[..., 2:]], -1)

    @exact
    def batch(self, n, step):
        device, each = self.device, (-1, 1, 1, 1)
        which = torch.randint(0, len(self.train[0]), (n,), device=device)
        pictures, joints = self.train[0][which], self.train[1][which]
        angle = torch.randn(n, device=device).clamp(-2, 2) * math.radians(20) * chance(n, .7, device)
        scale = torch.exp(uniform(n, -.3, .3, device)) * self.shrink
        mirror = chance(n, .5, device)
        c, s, sign = torch.cos(angle) * scale, torch.sin(angle) * scale, torch.where(mirror, -1., 1.)
        turn = torch.stack([torch.stack([c * sign, -s], -1), torch.stack([s * sign, c], -1)], -2)
        image, joints = self.place(pictures, joints, turn, torch.randn(n, 2, device=device) * 8)
        joints = torch.where(mirror[:, None, None], joints[:, self.mirrored], joints)
        mean = image.mean((2, 3), keepdim=True)
        image = (image - mean) * uniform(n, .7, 1.3, device).view(each) + mean * uniform((n, 3, 1, 1), .8, 1.2, device) + uniform(n, -.1, .1, device).view(each)
        return {'image': image.clamp(0, 1)}, {'joints': joints}

    def loss(self, outputs, inputs, target, step):
        return sum(self.entropy(maps.float(), target['joints']) for maps in outputs.values())

    def entropy(self, maps, joints):
        cells = maps.shape[-1]
        step = self.size / cells
        # Position i stands for pixel step i + (step - 1) / 2, counted from the border.
        place = (joints[..., :2] + (self.size - step) / 2) / step
        along = torch.arange(cells, device=maps.device)
        near = torch.exp(-((along - place[..., None]) ** 2) / (2 * (SPREAD / step) ** 2))
        wanted = (near[:, :, 1, :, None] * near[:, :, 0, None, :]).flatten(2)
        inside = (place > -.5).all(-1) & (place < cells - .5).all(-1) & (joints[..., 2] > 0)
        wanted = wanted / wanted.sum(-1, keepdim=True).clamp_min(1e-6)
        entropy = -(wanted * maps.flatten(2).log_softmax(-1)).sum(-1)
        return (entropy * inside).sum() / inside.sum().clamp_min(1)

    @torch.no_grad()
    def validate(self, models):
        hits, seen = torch.zeros(2, device=self.device), 0
        straight = torch.eye(2, device=self.device) * self.shrink
        for pictures, joints in zip(self.held[0].split(64), self.held[1].split(64)):
            n = len(pictures)
            image, joints = self.place(pictures, joints, straight.expand(n, 2, 2), torch.zeros(n, 2, device=self.device))
            maps = next(iter(models['network'](image=image).values())).float()
            best, step = maps.flatten(2).argmax(-1), self.size / maps.shape[-1]
            said = torch.stack([best % maps.shape[-1], best // maps.shape[-1]], -1) * step - (self.size - step) / 2
            torso = (joints[:, 9, :2] - joints[:, 2, :2]).norm(dim=-1).clamp_min(1)
            far = (said - joints[..., :2]).norm(dim=-1) / torso[:, None]
            known = joints[..., 2] > 0
            hits += torch.stack([((far <= limit) & known).sum() for limit in (.2, .5)])
            seen += known.sum()
        return {'pck_2': (100 * hits[0] / seen).item(), 'pck_5': (100 * hits[1] / seen).item()}
