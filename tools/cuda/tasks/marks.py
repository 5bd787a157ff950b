"""Scratches, text and dust on photos, and the network that finds them. DATA/marks are the sheets of mark_sheets.py."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from fresh import draw
from photos import Photos, split
from tasks.deblur import chance, jpeg, positions, sample, uniform

KINDS = ['scratches', 'text', 'dust']


def smooth_noise(n, channels, size, cells, device):
    return F.interpolate(torch.randn(n, channels, cells, cells, device=device), (size, size), mode='bilinear', align_corners=False)


def around(x):
    """Means over 9 x 9 pixels."""
    return F.avg_pool2d(F.avg_pool2d(x, (1, 9), 1, (0, 4)), (9, 1), 1, (4, 0))


def pick(n, device, *choices):
    """One of several tensors [n, ...] each, all as likely."""
    return torch.stack(choices)[torch.randint(0, len(choices), (n,), device=device), torch.arange(n, device=device)]


def old_look(x, device):
    """Some photos grey, sepia or faded, with grain."""
    n, each = len(x), (-1, 1, 1, 1)
    grey = (x * x.new_tensor([.299, .587, .114])[:, None, None]).sum(1, keepdim=True)
    tint = torch.stack([uniform(n, .95, 1.1, device), uniform(n, .85, 1, device), uniform(n, .6, .9, device)], 1)[..., None, None]
    toned = torch.where(chance(n, .5, device).view(each), grey * tint, grey.expand_as(x))
    x = torch.where(chance(n, .35, device).view(each), toned, x)
    low, high = uniform(n, 0, .25, device).view(each), uniform(n, .75, 1, device).view(each)
    x = torch.where(chance(n, .3, device).view(each), low + x * (high - low), x)
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), 3, 1)
    x = torch.where(chance(n, .2, device).view(each), soft, x)
    grain = torch.where(chance(n, .3, device), uniform(n, 0, .06, device), 0.).view(each)
    return (x + grain * smooth_noise(n, 1, x.shape[-1], x.shape[-1] * 2 // 3, device)).clamp(0, 1)


@torch.no_grad()
def marked(clean, sheets, device, ease=0):
    """The photos with marks [n, 3, h, w], and what each kind covers [n, 3, h, w], 0 or 1. `ease`, 0..1: more of them black, white and opaque."""
    n, size, each = len(clean), clean.shape[-1], (-1, 1, 1, 1)
    x = old_look(clean, device)
    covers = torch.zeros(n, len(KINDS), size, size, device=device)
    unmarked = chance(n, .08, device)
    at = positions(size, size, device)[None, ..., :2]
    for kind in torch.randperm(len(KINDS)).tolist():
        sheet = sheets[KINDS[kind]]
        here = chance(n, [.75, .45, .45][kind], device) & ~unmarked
        drawn = sheet[torch.randint(0, len(sheet), (n,), device=device)].float() / 255
        scale = torch.exp(uniform(n, -.35, .3, device)).view(-1, 1, 1, 1)
        place = at * scale
        if KINDS[kind] != 'text':
            place = torch.where(chance(n, .5, device).view(each), place.flip(-1), place)
            place = place * torch.where(chance((n, 1, 1, 2), .5, device), -1., 1.)
        free = (drawn.shape[-1] / 2 - size / 2 * scale).clamp_min(0)
        cover = sample(drawn, place + (torch.rand(n, 1, 1, 2, device=device) * 2 - 1) * free) * here.view(each)
        crisp = chance(n, .35, device).view(each)
        cover = torch.where(crisp, (cover > .5).float(), cover)
        # A border round letters, and round some scratches, belongs to them.
        wide = F.max_pool2d(cover, 3, 1, 1)
        border = chance(n, [.05, .35, 0][kind], device).view(each)
        whole = torch.where(border, wide, cover)
        uneven = (1 + smooth_noise(n, 1, size, 8, device) * .35 * chance(n, .4, device).view(each)).clamp(.35, 1)
        opacity = torch.where(chance(n, .5 + .5 * ease, device), 1., uniform(n, .35, 1, device)).view(each) * uneven
        black, white = torch.zeros(n, 3, 1, 1, device=device), torch.ones(n, 3, 1, 1, device=device)
        shade = torch.rand(n, 1, 1, 1, device=device).expand(n, 3, 1, 1)
        colour = pick(n, device, black, black, white, white, torch.rand(n, 3, 1, 1, device=device), shade)
        plain = chance(n, .7 * ease, device).view(each)
        colour = torch.where(plain, (colour > .5).float().amax(1, keepdim=True).expand_as(colour), colour)
        other = torch.where(colour.mean(1, keepdim=True) > .5, black, white)
        patchy = (colour + .06 * smooth_noise(n, 3, size, 12, device) * chance(n, .3, device).view(each)).clamp(0, 1)
        if kind == 2:
            # Dust differs from speck to speck: light ones and dark ones.
            specks = smooth_noise(n, 1, size, 16, device) > 0
            patchy = torch.where(specks & chance(n, .3, device).view(each), 1 - patchy, patchy)
        painted = torch.where(border, torch.lerp(other.expand_as(patchy), patchy, cover), patchy)
        before = x
        x = torch.lerp(x, painted, whole * opacity)
        # What nobody could see is not to be found.
        change = (x - before).abs().amax(1, keepdim=True)
        seen = (change > .03) | (whole > .9)
        faint = around(change) < .06 * around(whole).clamp_min(1e-3)
        covers[:, kind:kind + 1] = ((whole > .3) & seen & ~faint).float()
        others = [k for k in range(len(KINDS)) if k != kind]
        covers[:, others] *= (whole < .5).float()
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='reflect'), 3, 1)
    x = torch.lerp(x, soft, torch.where(chance(n, .2, device), uniform(n, 0, 1, device), 0.).view(each))
    noise = torch.where(chance(n, .3, device), uniform(n, 0, .03, device), 0.).view(each)
    x = (x + noise * torch.randn_like(x)).clamp(0, 1)
    x = torch.where(chance(n, .3, device).view(each), jpeg(x, uniform(n, 60, 97, device)), x)
    return (x * 255).round() / 255, covers


class Task:
    def __init__(self, data, options, device):
        self.size, self.device = options['crop'], device
        train, held = split(data / 'photos', 24)
        self.train, self.held = Photos(train, device), Photos(held, device)
        files = {kind: sorted((data / 'marks').glob(f'{kind}-*.png')) for kind in KINDS}
        stack = lambda paths: torch.from_numpy(np.stack([np.asarray(Image.open(p).convert('L')) for p in paths]))[:, None].to(device)
        self.sheets = {kind: stack(paths[12:]) for kind, paths in files.items()}
        self.held_sheets = {kind: stack(paths[:12]) for kind, paths in files.items()}

    def bind(self, models):
        # A job that goes on has weights.
        if not any(w.any() for w in models['network'].parameters()):
            draw(models['network'])

    def batch(self, n, step):
        if self.device.type == 'cpu' and step % 3 > 0:
            # Drawing takes a processor as long as learning, so each batch is used three times there: turned, and with other colours.
            self.last = image, covers = [torch.rot90(x, 1, (2, 3)) for x in self.last]
            return {'image': image[:, torch.randperm(3)]}, {'marks': covers}
        self.last = image, covers = marked(self.train.crops(n, self.size), self.sheets, self.device, max(0, 1 - 2 * self.progress))
        return {'image': image}, {'marks': covers}

    def loss(self, outputs, inputs, target, step):
        said, truth = outputs['marks'].float(), target['marks']
        entropy = F.binary_cross_entropy_with_logits(said, truth, pos_weight=truth.new_tensor([2., 1.5, 2.])[:, None, None])
        p = torch.sigmoid(said)
        both = (p * truth).sum((0, 2, 3))
        jaccard = (both + 1) / ((p + truth).sum((0, 2, 3)) - both + 1)
        return entropy + .3 * (1 - jaccard).mean()

    @torch.no_grad()
    def validate(self, models):
        with torch.random.fork_rng(devices=[self.device] if self.device.type == 'cuda' else []):
            torch.manual_seed(1)
            both, either = 0, 0
            for _ in range(4):
                image, covers = marked(self.held.crops(8, self.size), self.held_sheets, self.device)
                said, truth = models['network'](image=image)['marks'] > 0, covers > .5
                both, either = both + (said & truth).sum((0, 2, 3)), either + (said | truth).sum((0, 2, 3))
            return {f'iou_{kind}': b / max(e, 1) for kind, b, e in zip(KINDS, both.tolist(), either.tolist())}
