"""Depth, normals and labels of rooms together: goes on with the network that Perpixel ships as `scene`.

Losses, weights and augmentation after src/tasks/scene/train.ts and src/training/augmentation; what is not theirs is said where it stands.
Data: rooms/{rgb/*.webp, depth/*.png (16 bit, mm, 0 unknown), labels/*.png (1..40, 0 void)} of the same stems, 320x240.
"""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from tasks.deblur import chance, positions, uniform
from tasks.streets import lovasz

CLASSES = 40
# The depth camera of NYU Depth v2, halved.
FX, FY, CX, CY = 259.43, 259.73, 162.79, 126.87
WINDOW = 15


@torch.no_grad()
def plane_normals(depth):
    """Normals [n, 3, h, w] of planes fitted to metres [n, h, w], and where there are any; after src/geometry/planeNormals.ts, without its bins."""
    n, h, w = depth.shape
    v, u = torch.meshgrid(torch.arange(h, device=depth.device), torch.arange(w, device=depth.device), indexing='ij')
    points = torch.stack([(u - CX) / FX * depth, (v - CY) / FY * depth, depth], 1)
    log = torch.where(depth > 0, depth.clamp_min(1e-3).log(), torch.inf)
    r = WINDOW // 2
    far = F.pad(log[:, None], (r, r, r, r), value=torch.inf)[:, 0]
    wide = F.pad(points, (r, r, r, r))
    total = depth.new_zeros(n, h, w)
    first, second = depth.new_zeros(n, 3, h, w), depth.new_zeros(n, 6, h, w)
    for dy in range(WINDOW):
        for dx in range(WINDOW):
            weight = (1 - (far[:, dy:dy + h, dx:dx + w] - log).abs() / .16).clamp_min(0).nan_to_num(0)
            # About the middle, or float32 would lose what is fitted.
            x, y, z = (wide[:, :, dy:dy + h, dx:dx + w] - points).unbind(1)
            total += weight
            first += weight[:, None] * torch.stack([x, y, z], 1)
            second += weight[:, None] * torch.stack([x * x, x * y, x * z, y * y, y * z, z * z], 1)
    count = total.clamp_min(1e-6)[:, None]
    mean = first / count
    x, y, z = mean.unbind(1)
    a, b, c, d, e, f = (second / count - torch.stack([x * x, x * y, x * z, y * y, y * z, z * z], 1)).unbind(1)
    # The adjugate has the same eigenvectors, the smallest first: its powers turn anything into it.
    adjugate = torch.stack([d * f - e * e, c * e - b * f, b * e - c * d, c * e - b * f, a * f - c * c, b * c - a * e, b * e - c * d, b * c - a * e, a * d - b * b], -1)
    adjugate = adjugate / adjugate.abs().amax(-1, keepdim=True).clamp_min(1e-30)
    m = adjugate.unflatten(-1, (3, 3))
    for _ in range(5):
        m = m @ m
        m = m / m.abs().amax((-1, -2), keepdim=True).clamp_min(1e-30)
    normal = m.sum(-1, keepdim=True) * 0 + m.gather(-1, m.square().sum(-2, keepdim=True).argmax(-1, keepdim=True).expand(*m.shape[:-1], 1))
    normal = F.normalize(normal[..., 0], dim=-1).movedim(-1, 1)
    normal = normal * -torch.sign((normal * points).sum(1, keepdim=True))
    inside = torch.zeros(h, w, dtype=torch.bool, device=depth.device)
    inside[r:h - r, r:w - r] = True
    valid = (depth > 0) & (total > .2 * WINDOW ** 2) & inside & normal.isfinite().all(1)
    return normal.nan_to_num(0) * normal.new_tensor([1, -1, -1])[:, None, None], valid


def gather(images, y, x):
    """Nearest values [n, c, h, w] at rows and columns [n, h, w]."""
    n, c, height, width = images.shape
    index = (y.round().long().clamp(0, height - 1) * width + x.round().long().clamp(0, width - 1)).flatten(1)
    return images.flatten(2).gather(2, index[:, None].expand(n, c, -1)).view(n, c, *y.shape[1:])


class Task:
    def __init__(self, data, options, device):
        self.device = device
        self.height, self.width = options.get('height', 256), options.get('width', 320)
        folder = data / 'rooms'
        paths = sorted((folder / 'rgb').iterdir())
        with ThreadPoolExecutor(16) as pool:
            stack = lambda f: np.stack(list(pool.map(f, paths)))
            rgb = stack(lambda p: np.asarray(Image.open(p).convert('RGB')))
            depth = stack(lambda p: np.asarray(Image.open(folder / 'depth' / f'{p.stem}.png')).astype(np.float32) / 1000)
            labels = stack(lambda p: np.asarray(Image.open(folder / 'labels' / f'{p.stem}.png')))
        self.rgb = torch.from_numpy(rgb).permute(0, 3, 1, 2).contiguous().to(device)
        self.depth = torch.from_numpy(depth).to(device)
        parts = [plane_normals(part) for part in self.depth.split(64)]
        # Normals, where they are known, metres and classes, 5 maps of a photo.
        self.truth = torch.cat([torch.cat([normals, valid[:, None].float()], 1).half() for normals, valid in parts])
        self.labels = torch.from_numpy(labels).to(device)
        # The last scenes are for looking at only.
        self.held = len(paths) - options.get('held', 40)

    def draw(self, which, scale, mirror, turn, place, size):
        """The scenes `which` about the principal point, and their truth at half of the size."""
        n, device = len(which), self.device
        h, w = size
        height, width = self.rgb.shape[-2:]
        centre = positions(h, w, device)[None, ..., :2]
        # In pixels of the scene, about its middle; the axis lies a little beside it, which a turn of five degrees does not show.
        c, s = torch.cos(turn) / scale, torch.sin(turn) / scale
        matrix = torch.stack([torch.stack([c * mirror, -s * mirror], -1), torch.stack([s, c], -1)], -2)
        turned = centre @ matrix[:, None].mT
        free = (torch.tensor([width / 2, height / 2], device=device) - torch.tensor([w / 2, h / 2], device=device) / scale[:, None]).clamp_min(0)
        at = turned + (place * free)[:, None, None]
        unit = at / at.new_tensor([(width - 1) / 2, (height - 1) / 2])
        image = F.grid_sample(self.rgb[which].float() / 255, unit, mode='bicubic', padding_mode='zeros', align_corners=True).clamp(0, 1)
        rough = at[:, ::2, ::2]
        x, y = rough[..., 0] + (width - 1) / 2, rough[..., 1] + (height - 1) / 2
        inside = (x > -.5) & (x < width - .5) & (y > -.5) & (y < height - .5)
        depth = gather(self.depth[which][:, None], y, x)[:, 0] / scale[:, None, None]
        labels = torch.where(inside, gather(self.labels[which][:, None].float(), y, x)[:, 0].long(), 0)
        normals = gather(self.truth[which].float(), y, x)
        nx, ny, nz, valid = normals.unbind(1)
        # y is up here and down in the picture.
        nx = nx * mirror[:, None, None]
        ct, st = torch.cos(turn)[:, None, None], torch.sin(turn)[:, None, None]
        nx, ny = ct * nx - st * ny, st * nx + ct * ny
        normals = F.normalize(torch.stack([nx, ny, nz * scale[:, None, None]], 1), dim=1)
        return image, {'depth': depth, 'depth known': (depth > 0) & inside, 'normals': normals, 'normals known': (valid > 0) & inside, 'labels': labels}

    @torch.no_grad()
    def batch(self, n, step):
        device, each = self.device, (-1, 1, 1, 1)
        which = torch.randint(0, self.held, (n,), device=device)
        scale = uniform(n, 1.07, 1.6, device)
        mirror = torch.where(chance(n, .5, device), -1., 1.)
        image, target = self.draw(which, scale, mirror, uniform(n, -.0873, .0873, device), torch.rand(n, 2, device=device) * 2 - 1, (self.height, self.width))
        grey = image.mean(1, keepdim=True)
        # Colours more than there: few photos, many steps.
        image = grey + (image - grey) * torch.where(chance(n, .1, device), 0., uniform(n, .6, 1.4, device)).view(each)
        # Stronger colours leave 0..1, and a negative number has no power.
        image = image.clamp(0, 1) ** torch.exp(uniform(n, -.45, .45, device)).view(each) * uniform((n, 3, 1, 1), .8, 1.2, device)
        y, x = torch.arange(self.height, device=device)[:, None], torch.arange(self.width, device=device)
        area, aspect = uniform(n, .02, .2, device) * self.height * self.width, torch.exp(uniform(n, math.log(.4), math.log(2.5), device))
        tall, wide = (area / aspect).sqrt(), (area * aspect).sqrt()
        top, left = torch.rand(n, device=device) * (self.height - tall), torch.rand(n, device=device) * (self.width - wide)
        within = lambda a, start, length: (a >= start.view(-1, 1, 1)) & (a < (start + length).view(-1, 1, 1))
        hidden = (within(y, top, tall) & within(x, left, wide) & chance(n, .5, device).view(-1, 1, 1))[:, None]
        return {'image': torch.where(hidden, image.mean((1, 2, 3), keepdim=True), image)}, target

    def loss(self, outputs, inputs, target, step):
        size = target['depth'].shape[-2:]
        up = lambda name: F.interpolate(outputs[name].float(), size, mode='bilinear', align_corners=True)
        known = target['depth known'].float()
        count = known.sum((1, 2)).clamp_min(1)
        d = (up('depth')[:, 0] - target['depth'].clamp_min(1e-3).log()) * known
        slopes = lambda a, b, m, k: ((a - b) * m * k).square().sum((1, 2))
        steep = slopes(d[:, 1:], d[:, :-1], known[:, 1:], known[:, :-1]) + slopes(d[:, :, 1:], d[:, :, :-1], known[:, :, 1:], known[:, :, :-1])
        depth = (d.square().sum((1, 2)) / count - .5 * (d.sum((1, 2)) / count).square() + steep / count).mean()
        normals = F.normalize(up('normals'), dim=1)
        distance = (2 - 2 * (normals * target['normals']).sum(1)).clamp_min(0).add(1e-3).sqrt()
        normals = (distance * target['normals known']).sum() / target['normals known'].sum().clamp_min(1)
        logits, labels = up('labels'), target['labels']
        entropy = F.cross_entropy(logits, labels - 1, ignore_index=-1, label_smoothing=.05)
        flat, known = labels.flatten(), (labels > 0).flatten()
        jaccard = lovasz(logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, CLASSES)[known], (flat - 1)[known])
        return 10 * depth + 6 * normals + entropy + .4 * jaccard

    @torch.no_grad()
    def validate(self, models):
        log, close, angle, right, counted, n = 0, 0, 0, 0, 0, 0
        for which in torch.arange(self.held, len(self.rgb), device=self.device).split(8):
            one = torch.ones(len(which), device=self.device)
            image, target = self.draw(which, one * 1.1, one, one * 0, torch.zeros(len(which), 2, device=self.device), (256, 352))
            outputs = models['network'](image=image)
            up = lambda name: F.interpolate(outputs[name].float(), target['depth'].shape[-2:], mode='bilinear', align_corners=True)
            known = target['depth known']
            d = (up('depth')[:, 0] - target['depth'].clamp_min(1e-3).log())[known].abs()
            close, n = close + (d < math.log(1.25)).sum(), n + known.sum()
            cos = (F.normalize(up('normals'), dim=1) * target['normals']).sum(1)[target['normals known']]
            angle, log = angle + cos.clamp(-1, 1).acos().rad2deg().sum(), log + len(cos)
            there = target['labels'] > 0
            right, counted = right + (up('labels').argmax(1) + 1 == target['labels'])[there].sum(), counted + there.sum()
        return {'within 1.25': close / n, 'angle': angle / log, 'labels': right / counted}
