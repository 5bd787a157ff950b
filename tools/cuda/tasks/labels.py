"""A class a pixel, for any network with an output `labels`: photos in DATA/SET/rgb, and beside them labels in DATA/SET/labels, PNGs of class numbers.

Options:

    "set": "camvid", "classes": 11, "void": 11    numbers from `void` on are not counted
    "size": [240, 320]                            what a whole photo is reduced to; "crop" of the job is what is cut from that, or the same
    "balance": 0.4                                classes are weighted (median frequency / frequency) ** balance; 0 weighs them the same
    "zoom": 0.1, "turn": 8, "mirror": true        scales by up to so much either way, degrees; a zoom of 0.7 is one of half to twice the size
    "light": 0.2                                  brightness, contrast and the balance of colours by up to so much
    "held": 10                                    every tenth stretch of 8 photos in order of their names is held out; 0 for none: then all of
                                                  them are scored, which says only whether it learns
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from tasks.deblur import chance, exact, positions, sample, uniform

STRETCH = 8


class Task:
    def __init__(self, data, options, device):
        self.device, self.options = device, options
        self.size = options['size']
        self.crop = options['crop'] if isinstance(options['crop'], list) else [options['crop']] * 2
        self.classes, folder = options['classes'], data / options['set']
        files = sorted((folder / 'rgb').iterdir())
        h, w = self.size
        pictures = np.empty((len(files), 3, h, w), np.uint8)
        labels = []
        for i, file in enumerate(files):
            pictures[i] = np.asarray(Image.open(file).convert('RGB').resize((w, h), Image.Resampling.BOX)).transpose(2, 0, 1)
            labels.append(np.asarray(Image.open(folder / 'labels' / f'{file.stem}.png')))
        labels = torch.from_numpy(np.stack(labels).astype(np.int16))[:, None]
        # Truths keep their own resolution. 0 is what does not count.
        labels = torch.where(labels < options.get('void', self.classes), labels + 1, 0)
        counts = torch.bincount(labels.flatten().int(), minlength=self.classes + 1)[1:].float()
        weights = (counts[counts > 0].median() / counts.clamp_min(1)) ** options.get('balance', 0) * (counts > 0)
        self.weights = weights.to(device)
        every = options.get('held', 10)
        held = torch.tensor([every > 0 and i // STRETCH % every == every // 2 for i in range(len(files))])
        pictures, labels = torch.from_numpy(pictures).to(device), labels.to(torch.uint8).to(device)
        self.train = pictures[~held], labels[~held]
        self.held = (pictures[held], labels[held]) if held.any() else self.train

    def truth(self, labels, at, step):
        """Classes [n, h, w] at every `step`th of positions [n, H, W, 2], those beyond the picture void."""
        at = at[:, step // 2 :: step, step // 2 :: step]
        scale = at.new_tensor([2 / self.size[1], 2 / self.size[0]])
        return F.grid_sample(labels.float(), at * scale, mode='nearest', padding_mode='zeros', align_corners=False)[:, 0].long()

    @exact
    def batch(self, n, step):
        device, o, each = self.device, self.options, (-1, 1, 1, 1)
        which = torch.randint(0, len(self.train[0]), (n,), device=device)
        angle, zoom = math.radians(o.get('turn', 0)), o.get('zoom', 0)
        angle, scale = uniform(n, -angle, angle, device), torch.exp(uniform(n, -zoom, zoom, device))
        mirror = torch.where(chance(n, .5 if o.get('mirror', True) else 0, device), -1., 1.)
        c, s = torch.cos(angle) * scale, torch.sin(angle) * scale
        turn = torch.stack([torch.stack([c * mirror, -s], -1), torch.stack([s * mirror, c], -1)], -2)
        h, w = self.crop
        free = torch.stack([(size - side * scale).clamp_min(0) for size, side in zip(self.size[::-1], (w, h))], -1)
        at = positions(h, w, device)[None, ..., :2] @ turn[:, None].mT + ((torch.rand(n, 2, device=device) - .5) * free)[:, None, None]
        image = sample(self.train[0][which].float() / 255, at)
        light = o.get('light', 0)
        mean = image.mean((2, 3), keepdim=True)
        image = (image - mean) * uniform(n, 1 - light, 1 + light, device).view(each) + mean * uniform((n, 3, 1, 1), 1 - light / 2, 1 + light / 2, device)
        image = (image + uniform(n, -light / 2, light / 2, device).view(each)).clamp(0, 1)
        return {'image': image}, {'labels': self.train[1][which], 'at': at}

    @exact
    def loss(self, outputs, inputs, target, step):
        said = outputs['labels'].float()
        truth = self.truth(target['labels'], target['at'], self.crop[0] // said.shape[-2])
        return F.cross_entropy(said, truth - 1, self.weights, ignore_index=-1)

    @torch.no_grad()
    def validate(self, models):
        seen = torch.zeros(self.classes, self.classes, device=self.device)
        at = positions(*self.size, self.device)[None, ..., :2]
        for pictures, labels in zip(self.held[0].split(16), self.held[1].split(16)):
            said = models['network'](image=pictures.float() / 255)['labels'].float()
            truth = self.truth(labels, at.expand(len(pictures), -1, -1, -1), self.size[0] // said.shape[-2])
            best, known = said.argmax(1), truth > 0
            seen += torch.bincount((truth[known] - 1) * self.classes + best[known], minlength=self.classes**2).view_as(seen)
        right, there = seen.diagonal(), seen.sum(1)
        jaccard = right / (there + seen.sum(0) - right).clamp_min(1)
        return {'pixel': (100 * right.sum() / seen.sum()).item(), 'class': (100 * (right / there.clamp_min(1))[there > 0].mean()).item(), 'jaccard': (100 * jaccard[there > 0].mean()).item()}
