"""Noise of every kind that photos come with, and how strong it is: `network` (image, noise -> clean) and `estimator` (image -> noise).

The map `noise` has two channels: the deviation of luma and of chroma around each pixel. Half of the time the network is told the truth or
near it, else what the estimator says, as it will be.
"""

import random

import torch
from torch.nn import functional as F

from degradations import (
    WHITE, camera, constant, flat_tables, grain, jpeg_tables, log_uniform, through_jpeg, to_ycc, uniform, white,
)  # fmt: skip
from photos import Photos, read, split

# Shares of a batch of 64 (the option `kinds` has others), and how often the network is told what the estimator says.
KINDS = {'plain': 4, 'camera': 10, 'smaller': 8, 'white': 12, 'jpeg': 6, 'noisy jpeg': 8, 'grain': 6, 'faint': 4, 'clean': 6}
BLIND = {'plain': 0.6, 'camera': 0.6, 'smaller': 0.6, 'white': 0.3, 'jpeg': 0.7, 'noisy jpeg': 0.6, 'grain': 0.6, 'faint': 0.7, 'clean': 0.7}
GREY = 0.15


class Task:
    progress = 0

    def __init__(self, data, options, device):
        self.device, self.crop = device, options['crop']
        self.canvas = self.crop + 16
        self.kinds = options.get('kinds', KINDS)
        # Pictures that go the same way through a camera or a file together, at most: few, where batches are small.
        self.group = options.get('group', 30)
        # Where the estimator is to stay as it is.
        self.learns_levels = options.get('levels', True)
        train, held = split(data / 'photos')
        self.photos = Photos(train, device)
        crops = []
        for path in held:
            pixels = torch.from_numpy(read(path).copy()).permute(2, 0, 1)
            if pixels.shape[1] > pixels.shape[2]:
                pixels = pixels.transpose(1, 2)
            top, left = (pixels.shape[1] - 256) // 2, (pixels.shape[2] - 320) // 2
            crops.append(pixels[:, top : top + 256, left : left + 320])
        self.held = torch.stack(crops[: options.get('held', 20)]).to(device).float() / 255

    # One function for each kind: (degraded, target, level): level [n, 1, 1, 1] where the noise is white, else None.

    def draw_camera(self, n, clean=None, shrunk=None, iso=None):
        if clean is None:
            clean = self.photos.crops(n, self.canvas if shrunk is None else round(self.canvas / shrunk / 2) * 2)
        noisy, clean = camera(clean, shrunk, iso)
        if noisy.shape[2] > self.canvas and shrunk is not None:
            noisy, clean = noisy[..., : self.canvas, : self.canvas], clean[..., : self.canvas, : self.canvas]
        if random.random() < 0.9:
            noisy = self.compressed(noisy, 70, 100)
        return noisy, clean, None

    def draw_plain(self, n):
        # A camera that only demosaics and sharpens, in good light: what is to be mended is mostly colour at half size.
        noisy, clean = camera(self.photos.crops(n, self.canvas), None, 800 * 2 ** random.uniform(-1, 1.5))
        tables = jpeg_tables(uniform(n, 82, 98, self.device))
        return through_jpeg(noisy, tables, random.random() < 0.85), clean, None

    def draw_smaller(self, n):
        return self.draw_camera(n, None, random.choice([0.5, 0.5, 0.6, 0.75, 0.9]))

    def draw_white(self, n):
        clean = self.photos.crops(n, self.canvas)
        d = self.device
        named = constant('named', [15, 25, 50], d)[torch.randint(3, (n, 1, 1, 1), device=d)]
        level = torch.where(torch.rand(n, 1, 1, 1, device=d) < 0.4, named, uniform(n, 0, 62, d)) / 255
        level = torch.where(torch.rand(n, 1, 1, 1, device=d) < 0.15, uniform(n, 0, 75 / 255, d), level)
        return white(clean, level), clean, level

    def draw_jpeg(self, n):
        clean = self.photos.crops(n, self.canvas)
        return self.compressed(clean, *random.choice([(5, 30), (8, 50), (30, 90)])), clean, None

    def draw_noisy_jpeg(self, n):
        clean = self.photos.crops(n, self.canvas)
        noisy = white(clean, log_uniform(n, 2.5, 45, self.device) / 255)
        if random.random() < 0.2:
            return through_jpeg(noisy, flat_tables(n, self.device), True), clean, None
        return self.compressed(noisy, 60, 98), clean, None

    def draw_grain(self, n):
        clean = self.photos.crops(n, self.canvas)
        noisy = grain(clean, log_uniform(n, 1.5, 15, self.device) / 255)
        return self.compressed(noisy, 80, 100) if random.random() < 0.7 else noisy.clamp(0, 1), clean, None

    def draw_faint(self, n):
        # What hardly shows: else the estimator takes everything weak for the same middling level.
        clean = self.photos.crops(n, self.canvas)
        level = log_uniform(n, 0.4, 5, self.device) / 255
        noisy = white(clean, level) if random.random() < 0.5 else grain(clean, level)
        return self.compressed(noisy, 85, 100) if random.random() < 0.5 else noisy.clamp(0, 1), clean, None

    def draw_clean(self, n):
        clean = self.photos.crops(n, self.canvas)
        shrunk = F.interpolate(self.photos.crops(n, 2 * self.canvas), scale_factor=0.5, mode='bicubic', antialias=True).clamp(0, 1)
        clean = torch.where(torch.rand(n, 1, 1, 1, device=self.device) < 0.4, shrunk, clean)
        # A light JPEG counts as clean, too: nobody wants it touched.
        clean = torch.where(torch.rand(n, 1, 1, 1, device=self.device) < 0.5, self.compressed(clean, 92, 100), clean)
        return clean, clean, torch.zeros(n, 1, 1, 1, device=self.device)

    def compressed(self, x, low, high):
        tables = jpeg_tables(uniform(x.shape[0], low, high, self.device))
        return through_jpeg(x, tables, random.random() < 0.65)

    def batch(self, n, step):
        degraded, target, maps, blind = [], [], [], []
        counts = {kind: max(round(share * n / 64), 1) for kind, share in self.kinds.items()}
        counts['camera'] += n - sum(counts.values())
        groups = [(kind, count // parts + (i < count % parts)) for kind, count in counts.items() for parts in [-(-count // self.group)] for i in range(parts)]
        for kind, count in groups:
            noisy, clean, level = getattr(self, f'draw_{kind.replace(" ", "_")}')(count)
            degraded.append(noisy), target.append(clean)
            maps.append(true_map(noisy, clean) if level is None else constant_map(level, noisy))
            blind.append(torch.rand(count, 1, 1, 1, device=self.device) < BLIND[kind])
        image, clean, noise, blind = torch.cat(degraded), torch.cat(target), torch.cat(maps), torch.cat(blind)
        grey = torch.rand(n, 1, 1, 1, device=self.device) < GREY
        image, clean = torch.where(grey, to_ycc(image)[:, :1], image), torch.where(grey, to_ycc(clean)[:, :1], clean)
        noise = torch.where(grey, torch.cat([noise[:, :1], torch.zeros_like(noise[:, 1:])], 1), noise)

        # On the grid of the JPEG mostly, as whole files are.
        corner = [random.choice([0, 8, 16]) for _ in range(2)] if random.random() < 0.7 else [random.randrange(17) for _ in range(2)]
        part = (slice(None), slice(None), slice(corner[0], corner[0] + self.crop), slice(corner[1], corner[1] + self.crop))
        image, clean, truth = image[part], clean[part], noise[part]
        told = truth
        # A number given for a photo is one number.
        alone = torch.rand(n, 1, 1, 1, device=self.device) < 0.15
        told = torch.where(alone, told.square().mean((2, 3), keepdim=True).sqrt(), told)
        off = torch.rand(n, 1, 1, 1, device=self.device) < 0.3
        told = torch.where(off, told * torch.exp(uniform(n, -0.25, 0.25, self.device)), told)
        if self.learns_levels and self.progress < 0.06:
            blind = torch.zeros_like(blind)
        return {'image': image, 'noise': told, 'blind': blind.float()}, {'clean': clean, 'noise': truth}

    def forward(self, models, inputs):
        with torch.set_grad_enabled(self.learns_levels and torch.is_grad_enabled()):
            estimate = models['estimator'](image=inputs['image'])['noise'].float()
        told = torch.where(inputs['blind'] > 0, estimate.detach(), inputs['noise'])
        told = told.contiguous(memory_format=torch.channels_last)
        return {'clean': models['network'](image=inputs['image'], noise=told)['clean'], 'noise': estimate}

    def loss(self, outputs, inputs, target, step):
        error = (outputs['clean'].float() - target['clean']).square().mean((1, 2, 3))
        clean = (error + (0.5 / 255) ** 2).log().mean()
        return clean + level_loss(outputs['noise'], target['noise']) if self.learns_levels else clean

    def cases(self):
        """(name, degraded, target, level or None) over the photos that are held out; the same each time."""
        x, d = self.held, self.device
        n = x.shape[0]
        quality = lambda q: jpeg_tables(torch.full((n, 1, 1, 1), float(q), device=d))
        yield 'clean', x, x, None
        yield 'clean95', *[through_jpeg(x, quality(95), True)] * 2, None
        for sigma in (15, 25, 50):
            yield f'white{sigma}', white(x, sigma / 255), x, torch.full((n, 1, 1, 1), sigma / 255, device=d)
        for q in (10, 40):
            yield f'jpeg{q}', through_jpeg(x, quality(q), True), x, None
        for sigma, q, halved in ((8, 90, True), (25, 75, False), (25, 90, True)):
            yield f'jpeg{q}+{sigma}', through_jpeg(white(x, sigma / 255), quality(q), halved), x, None
        random.seed(3)
        for iso in (800, 3200, 12800):
            noisy, clean = camera(x, None, iso)
            yield f'camera{iso}', through_jpeg(noisy, quality(90), True), clean, None

    def repeatably(self, cases):
        """The same cases each time, whatever was drawn before; what is drawn after is not changed."""
        state = random.getstate()
        with torch.random.fork_rng(devices=[self.device] if self.device.type == 'cuda' else []):
            torch.manual_seed(7)
            yield from cases
        random.setstate(state)

    def validate(self, models):
        scores = {}
        for name, image, clean, level in self.repeatably(self.cases()):
            estimate = models['estimator'](image=image)['noise']
            if level is not None:
                scores[f'{name} told'] = gain(models['network'](image=image, noise=constant_map(level, image))['clean'], clean, image)
            scores[name] = gain(models['network'](image=image, noise=estimate)['clean'], clean, image)
            truth = constant_map(level, image) if level is not None else true_map(image, clean)
            luma = estimate[:, 0].square().mean((1, 2)).sqrt() * 255
            actual = truth[:, 0].square().mean((1, 2)).sqrt() * 255
            scores[f'{name} luma'], scores[f'{name} luma off'] = luma.mean(), (luma - actual).abs().mean()
            if name.startswith('clean'):
                scores[f'{name} luma most'] = luma.max()
        return scores


def level_loss(said, true):
    """Levels as ratios, down to half a step of 8 bits."""
    said, true = F.avg_pool2d(said, 8), F.avg_pool2d(true, 8)
    return F.smooth_l1_loss((said * 255 + 0.5).log(), (true * 255 + 0.5).log(), beta=0.2)


def gain(answer, clean, given):
    """Mean gain of PSNR over what was given; where that is the truth itself, the PSNR to it."""
    psnr = lambda a: -10 * ((a.clamp(0, 1) - clean).square().mean((1, 2, 3)) + 1e-8).log10()
    return psnr(answer).mean() if given is clean else (psnr(answer) - psnr(given)).mean()


def constant_map(level, x):
    levels = torch.cat([level * WHITE[0], level * WHITE[1]], 1)
    return levels.expand(-1, 2, *x.shape[2:])


def true_map(noisy, clean):
    """The deviation of what was really done, around each pixel: luma and chroma."""
    error = to_ycc(noisy - clean).square()
    power = F.avg_pool2d(torch.cat([error[:, :1], error[:, 1:].mean(1, keepdim=True)], 1), 8)
    for _ in range(2):
        power = F.avg_pool2d(F.pad(power, (2, 2, 2, 2), mode='replicate'), 5, 1)
    return F.interpolate(power.clamp(min=0).sqrt(), size=noisy.shape[2:], mode='bilinear', align_corners=False)
