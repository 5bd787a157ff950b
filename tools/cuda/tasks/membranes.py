"""Cells and membranes of ISBI 2012: every fifth slice is held out."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from fresh import draw
from tasks.deblur import chance, exact, positions, sample, uniform


class Task:
    def __init__(self, data, options, device):
        self.size, self.device = options['crop'], device
        load = lambda kind: torch.from_numpy(np.stack([np.asarray(Image.open(p).convert('L')) for p in sorted((data / 'cells' / kind).glob('*.png'))]))[:, None].to(device)
        pairs = torch.cat([load('image'), load('membrane')], 1)
        held = torch.arange(len(pairs), device=device) % 5 == 2
        self.train, self.held = pairs[~held].float() / 255, pairs[held].float() / 255

    def bind(self, models):
        draw(models['network'])

    @exact
    def batch(self, n, step):
        device, size, each = self.device, self.size, (-1, 1, 1, 1)
        chosen = self.train[torch.randint(0, len(self.train), (n,), device=device)]
        half = chosen.shape[-1] / 2
        # Turned by any angle, mirrored, of another scale, and warped as slices are.
        angle, scale = uniform(n, -math.pi, math.pi, device), torch.exp(uniform(n, -.3, .3, device))
        c, s, mirror = torch.cos(angle) * scale, torch.sin(angle) * scale, torch.where(chance(n, .5, device), -1., 1.)
        turn = torch.stack([torch.stack([c * mirror, -s], -1), torch.stack([s * mirror, c], -1)], -2)
        at = positions(size, size, device)[None, ..., :2] @ turn[:, None].mT
        for cells, most in ((4, 10), (10, 4)):
            bends = torch.randn(n, 2, cells, cells, device=device) * uniform(n, 0, most, device).view(each)
            at = at + F.interpolate(bends, (size, size), mode='bicubic', align_corners=False).permute(0, 2, 3, 1)
        free = (half - size / 2 * scale).clamp_min(0)[:, None]
        pair = sample(chosen, at + ((torch.rand(n, 2, device=device) * 2 - 1) * free)[:, None, None])
        image, cell = pair[:, :1], (pair[:, 1:] > .5).float()
        soft = F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode='reflect'), 3, 1)
        image = torch.lerp(image, soft, torch.where(chance(n, .3, device), uniform(n, -.7, 1, device), 0.).view(each))
        mean = image.mean((2, 3), keepdim=True)
        image = (image - mean) * uniform(n, .7, 1.4, device).view(each) + mean + uniform(n, -.12, .12, device).view(each)
        image = image + torch.randn_like(image) * torch.where(chance(n, .4, device), uniform(n, 0, .06, device), 0.).view(each)
        return {'image': image.clamp(0, 1)}, {'cell': cell}

    def loss(self, outputs, inputs, target, step):
        said, cell = outputs['boundary'].float(), target['cell']
        return F.binary_cross_entropy_with_logits(said, cell, weight=2 - cell)

    @torch.no_grad()
    def validate(self, models):
        said = torch.cat([models['network'](image=x[None, :1])['boundary'] for x in self.held]).float()
        cell = self.held[:, 1:] > .5
        best = 1.
        for threshold in range(-4, 5):
            membrane = said <= threshold / 2
            hit = (membrane & ~cell).sum()
            best = min(best, (1 - 2 * hit / (membrane.sum() + (~cell).sum())).item())
        return {'pixel_error': best, 'entropy': F.binary_cross_entropy_with_logits(said, cell.float()).item()}
