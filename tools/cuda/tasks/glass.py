"""Drops and dirt on the glass before the lens, and the network that takes them away.

Drops after src/degradations/drops.ts, but of more kinds: round, long and running, thin films that only soften, sharp and soft
outlines. Dirt is that of src/degradations/dirt.ts.
"""

import math

import torch
import torch.nn.functional as F

from fresh import draw
from photos import split
from tasks.deblur import affine, chance, jpeg, photo_stack, positions, sample, scenery, squared, uniform

DROPS = 40


def blurred(x, sigma):
    """Gaussian filter [n, c, h, w] with a deviation each."""
    radius = max(int(3 * float(sigma.max())), 1)
    at = torch.arange(-radius, radius + 1, device=x.device, dtype=torch.float32)
    kernel = torch.exp(-.5 * (at / sigma[:, None]) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(x.shape[1], 0)
    flat = x.reshape(1, -1, *x.shape[2:])
    for shape, pad in (((-1, 1, 2 * radius + 1, 1), (0, 0, radius, radius)), ((-1, 1, 1, 2 * radius + 1), (radius, radius, 0, 0))):
        flat = F.conv2d(F.pad(flat, pad, mode='reflect'), kernel.view(shape), groups=kernel.shape[0])
    return flat.view(x.shape)


def drops(clean, device):
    """The scenes [n, 3, s, s] through drops, and the share of drop in each pixel [n, 1, s, s]."""
    n, size, each = len(clean), clean.shape[-1], (-1, 1, 1)
    at = positions(size, size, device)[None, ..., :2]
    typical = torch.exp(uniform(n, math.log(3), math.log(40), device))
    # As many as cover the share of the picture that is asked for, about.
    wanted = uniform(n, .02, .3, device) * size * size / (math.pi * typical ** 2 * 1.6)
    film = chance(n, .25, device)
    mask = torch.zeros(n, size, size, device=device)
    source = at.expand(n, size, size, 2).clone()
    gain, lift = torch.ones(n, size, size, device=device), torch.zeros(n, size, size, device=device)
    for k in range(DROPS):
        here = wanted > k
        if not bool(here.any()):
            break
        radius = (typical * torch.exp(.5 * torch.randn(n, device=device))).clamp(1.5, size / 3)
        middle = (torch.rand(n, 2, device=device) - .5) * size * 1.05
        local = at - middle[:, None, None]
        # Long ones run down.
        stretch = torch.where(chance(n, .25, device), uniform(n, 1.2, 4, device), uniform(n, .8, 1.25, device))
        y, x = local[..., 1] / stretch.view(each), local[..., 0]
        angle = torch.atan2(y, x)
        outline = 1 + sum(uniform(n, 0, .35 / w, device).view(each) * torch.cos(w * angle + uniform(n, 0, 2 * math.pi, device).view(each)) for w in (2, 3, 4, 5))
        soft = uniform(n, .12, .8, device).view(each)
        t = ((outline - torch.hypot(x, y) / radius.view(each)) / soft).clamp(0, 1)
        share = t * t * (3 - 2 * t) * uniform(n, .75, 1, device).view(each) * here.view(each)
        smaller = torch.where(film, uniform(n, -1.3, -.7, device), torch.exp(uniform(n, math.log(1.5), math.log(14), device)))[:, None, None, None]
        seen = middle[:, None, None] - smaller * local
        # Its rim is dark, or light where it gathers the sky.
        rim = (1 - t) * uniform(n, -.25, .2, device).view(each)
        over = share > mask
        source = torch.where(over[..., None], seen, source)
        gain = torch.where(over, uniform(n, .65, 1.3, device).view(each), gain)
        lift = torch.where(over, uniform(n, -.06, .12, device).view(each) + rim, lift)
        mask = torch.maximum(mask, share)
    defocused = blurred(clean, uniform(n, 1, 5, device))
    refracted = sample(defocused, source) * gain[:, None] + lift[:, None]
    mask = blurred(mask[:, None], uniform(n, .3, 2.5, device))
    return torch.lerp(clean, refracted.clamp(0, 1), mask), mask


def dirt(clean, device):
    n, size, each = len(clean), clean.shape[-1], (-1, 1, 1, 1)
    opacity = torch.zeros(n, 1, size, size, device=device)
    for sigma, area in ((1.2, 110), (3., 1200)):
        specks = torch.where(torch.rand(n, 1, size, size, device=device) < 1 / area, uniform((n, 1, size, size), .3, 1, device), 0.)
        opacity = torch.maximum(opacity, (5 * sigma * sigma * blurred(specks, torch.full((n,), sigma, device=device))).clamp(0, 1))
    dull = clean.new_tensor([.42, .4, .36])[:, None, None] * uniform(n, .6, 1.3, device).view(each)
    blotches = blurred(.2 * torch.randn(n, 3, size, size, device=device), torch.full((n,), 4., device=device))
    return opacity * (dull + blotches) + (1 - opacity) * clean, opacity


@torch.no_grad()
def through_glass(photos, n, size, device, kinds=(.55, .35)):
    """Pictures through glass, and what is behind it [n, 3, size, size]."""
    clean = scenery(photos, n, size, torch.exp(uniform(n, math.log(.8), math.log(1.6), device)), device)
    light = torch.where(chance(n, .3, device), uniform(n, .5, 1.1, device), 1.).view(-1, 1, 1, 1)
    clean = (clean * light).clamp(0, 1)
    kind = torch.rand(n, 1, 1, 1, device=device)
    wet, dirty = drops(clean, device)[0], dirt(clean, device)[0]
    given = torch.where(kind < kinds[0], wet, torch.where(kind < kinds[0] + kinds[1], dirty, clean)).clamp(0, 1)
    noise = torch.where(chance(n, .4, device), uniform(n, 0, 3 / 255, device), 0.).view(-1, 1, 1, 1)
    given = (given + noise * torch.randn_like(given)).clamp(0, 1)
    packed = chance(n, .4, device).view(-1, 1, 1, 1) & (kind < kinds[0])
    given = torch.where(packed, jpeg(given, uniform(n, 75, 98, device)), given)
    return torch.where(kind >= sum(kinds), clean, (given * 255).round() / 255), clean


class Task:
    def __init__(self, data, options, device):
        self.size, self.device = options['crop'], device
        train, held = split(data / 'photos', 24)
        self.train, self.held = photo_stack(train, device), photo_stack(held, device)

    def bind(self, models):
        if all(not weight.any() for weight in models['network'].parameters()):
            draw(models['network'])

    def batch(self, n, step):
        given, clean = through_glass(self.train, n, self.size, self.device)
        return {'image': given}, {'clean': clean}

    def loss(self, outputs, inputs, target, step):
        said, clean = outputs['clean'].float(), target['clean']
        # Both: what is measured, and what makes a drop go rather than fade.
        return (squared(said, clean).mean((1, 2, 3)) + 3e-5).log().mean() + 8 * (said - clean).abs().mean()

    @torch.no_grad()
    def validate(self, models):
        with torch.random.fork_rng(devices=[self.device] if self.device.type == 'cuda' else []):
            torch.manual_seed(1)
            psnr = lambda a, b: -10 * (squared(a, b).mean((1, 2, 3)) + 1e-6).log10()
            scores = {}
            for name, kinds in (('drops', (1, 0)), ('dirt', (0, 1)), ('clean', (0, 0))):
                given, clean = through_glass(self.held, 24, self.size, self.device, kinds)
                said = models['network'](image=given)['clean'].float().clamp(0, 1)
                scores[f'{name} given'], scores[name] = psnr(given, clean).mean().item(), psnr(said, clean).mean().item()
            return scores
