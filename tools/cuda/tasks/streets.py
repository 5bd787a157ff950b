"""Labels of streets: goes on with a network of labels, towards the mean Jaccard index that is measured.

Data: streets/{train,val}/rgb/*.webp and labels/*.png of the same stems, 0..10, 11 void.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from tasks.deblur import chance, positions, sample, uniform

CLASSES, VOID = 11, 11


def lovasz(probabilities, labels):
    """Berman, Rannen Triki, Blaschko, CVPR 2018: a smooth stand-in of 1 - Jaccard, the mean over the classes that are there. [p, c], [p]"""
    losses = []
    for c in range(probabilities.shape[1]):
        truth = (labels == c).float()
        error = (truth - probabilities[:, c]).abs()
        error, order = error.sort(descending=True)
        truth = truth[order]
        both = truth.sum() - truth.cumsum(0)
        either = truth.sum() + (1 - truth).cumsum(0)
        jaccard = 1 - both / either
        jaccard = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
        losses.append((error * jaccard).sum() * (truth.sum() > 0))
    present = sum((labels == c).any().float() for c in range(probabilities.shape[1]))
    return sum(losses) / present.clamp_min(1)


class Task:
    def __init__(self, data, options, device):
        self.size, self.device = options['crop'], device
        def load(split):
            paths = sorted((data / 'streets' / split / 'rgb').iterdir())
            rgb = torch.from_numpy(np.stack([np.asarray(Image.open(p).convert('RGB')) for p in paths])).permute(0, 3, 1, 2)
            labels = torch.from_numpy(np.stack([np.asarray(Image.open(data / 'streets' / split / 'labels' / f'{p.stem}.png')) for p in paths]))
            return rgb.to(device), labels.to(device)
        self.rgb, self.labels = load('train')
        self.held = load('val')
        share = torch.bincount(self.labels.flatten().long(), minlength=VOID + 1)[:CLASSES].float()
        share = share / share.sum()
        self.weights = (share.median() / share).sqrt().clamp(.4, 3)

    @torch.no_grad()
    def batch(self, n, step):
        device, size = self.device, self.size
        which = torch.randint(0, len(self.rgb), (n,), device=device)
        rgb, labels = self.rgb[which].float() / 255, self.labels[which]
        height, width = rgb.shape[-2:]
        # As large as the network is given photos of streets, and from three quarters to twice of it.
        zoom = 1.1 * torch.exp(uniform(n, math.log(.7), math.log(2), device))
        mirror = torch.where(chance(n, .5, device), -1., 1.)
        turn = uniform(n, -.1, .1, device) * chance(n, .5, device)
        squeeze = torch.exp(uniform(n, -.15, .15, device))
        c, s = torch.cos(turn) / zoom, torch.sin(turn) / zoom
        matrix = torch.stack([torch.stack([c * mirror * squeeze, -s], -1), torch.stack([s * mirror * squeeze, c], -1)], -2)
        turned = positions(size, size, device)[None, ..., :2] @ matrix[:, None].mT
        free = (torch.tensor([width / 2, height / 2], device=device) - turned.abs().amax((1, 2))).clamp_min(0)
        at = turned + ((torch.rand(n, 2, device=device) * 2 - 1) * free)[:, None, None]
        rgb = sample(rgb, at, 'bicubic').clamp(0, 1)
        inside = (at[..., 0].abs() < width / 2) & (at[..., 1].abs() < height / 2)
        labels = torch.where(inside, sample(labels[:, None].float(), at, 'nearest')[:, 0].round().long(), VOID)
        each = (-1, 1, 1, 1)
        grey = rgb.mean(1, keepdim=True)
        rgb = grey + (rgb - grey) * uniform(n, .5, 1.5, device).view(each)
        mean = rgb.mean((1, 2, 3), keepdim=True)
        rgb = mean + (rgb - mean) * uniform(n, .7, 1.4, device).view(each)
        rgb = rgb * uniform((n, 3, 1, 1), .9, 1.1, device) * torch.exp(uniform(n, -.4, .35, device)).view(each)
        rgb = rgb.clamp(0, 1) ** torch.exp(uniform(n, -.3, .3, device)).view(each)
        noise = torch.where(chance(n, .2, device), uniform(n, 0, .04, device), 0.).view(each)
        return {'image': (rgb + noise * torch.randn_like(rgb)).clamp(0, 1)}, {'labels': labels}

    def loss(self, outputs, inputs, target, step):
        labels = target['labels']
        logits = F.interpolate(outputs['labels'].float(), labels.shape[-2:], mode='bilinear', align_corners=False)
        entropy = F.cross_entropy(logits, labels, self.weights, ignore_index=VOID, label_smoothing=.05)
        probabilities = logits.softmax(1).permute(0, 2, 3, 1)[:, ::2, ::2].reshape(-1, CLASSES)
        thinned = labels[:, ::2, ::2].reshape(-1)
        known = thinned != VOID
        return entropy + lovasz(probabilities[known], thinned[known])

    @torch.no_grad()
    def validate(self, models):
        counts = torch.zeros(CLASSES, CLASSES, device=self.device)
        rgb, labels = self.held
        for i in range(0, len(rgb), 4):
            x = F.interpolate(rgb[i:i + 4].float() / 255, size=(396, 528), mode='bicubic', align_corners=False).clamp(0, 1)
            said = models['network'](image=x)['labels'].float() + models['network'](image=x.flip(3))['labels'].float().flip(3)
            said = F.interpolate(said, labels.shape[-2:], mode='bilinear', align_corners=False).argmax(1)
            known = labels[i:i + 4] != VOID
            counts += torch.bincount(labels[i:i + 4][known].long() * CLASSES + said[known], minlength=CLASSES ** 2).view(CLASSES, CLASSES)
        both = counts.diag()
        return {'pixels': (both.sum() / counts.sum()).item(), 'jaccard': (both / (counts.sum(0) + counts.sum(1) - both)).mean().item()}
