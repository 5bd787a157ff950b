"""Pictures of moving scenes by a moving camera, and the network that sharpens them directly.

Each picture is the mean of sub-frames: a photo in the back and up to two things before it, each on a smooth path of its own (shift, turn,
zoom, keystone). The truth is the scene at the middle of the exposure. Some pictures stand still, so that the network learns to leave them alone.
"""
import functools
import math

import numpy as np
import torch
import torch.nn.functional as F

from fresh import draw
from photos import read, split

MARGIN = 48  # pixels of scene around the picture that may move into it


def exact(f):
    """Products in full float32: the trainer allows TF32, which would place pixels a tenth of a pixel off."""

    @functools.wraps(f)
    def wrapped(*arguments):
        allowed, torch.backends.cuda.matmul.allow_tf32 = torch.backends.cuda.matmul.allow_tf32, False
        try:
            return f(*arguments)
        finally:
            torch.backends.cuda.matmul.allow_tf32 = allowed

    return wrapped


def photo_stack(paths, device, height=321, width=481):
    """Photos as one array [n, 3, height, width] of bytes: cut into pieces where they are larger, and once more whole at half of the size."""
    pieces = []
    for path in paths:
        image = torch.from_numpy(read(path).copy()).permute(2, 0, 1)
        image = image.transpose(1, 2) if image.shape[1] > image.shape[2] else image
        scales = [image]
        if min(image.shape[1] / height, image.shape[2] / width) >= 1.9:
            half = F.interpolate(image[None].float(), scale_factor=.5, mode='area')[0]
            scales.append(half.round().byte())
        for picture in scales:
            h, w = picture.shape[1:]
            if h < height or w < width:
                fill = max(height / h, width / w)
                picture = F.interpolate(picture[None].float(), size=(max(height, round(h * fill)), max(width, round(w * fill))), mode='bicubic', antialias=True)[0]
                picture = picture.clamp(0, 255).round().byte()
                h, w = picture.shape[1:]
            for top in np.linspace(0, h - height, -(-(h - 60) // height)).astype(int):
                for left in np.linspace(0, w - width, -(-(w - 60) // width)).astype(int):
                    pieces.append(picture[:, top:top + height, left:left + width])
    return torch.stack(pieces).to(device)


def uniform(n, low, high, device):
    return torch.rand(n, device=device) * (high - low) + low


def chance(n, p, device):
    return torch.rand(n, device=device) < p


def positions(height, width, device):
    """Pixel coordinates [height, width, 3] about the middle, homogeneous."""
    y = torch.arange(height, device=device, dtype=torch.float32) - (height - 1) / 2
    x = torch.arange(width, device=device, dtype=torch.float32) - (width - 1) / 2
    return torch.stack([x.expand(height, width), y[:, None].expand(height, width), torch.ones(height, width, device=device)], -1)


def sample(pictures, at, mode='bilinear'):
    """Values at positions [n, h, w, 2] in pixels about the middle of each picture."""
    height, width = pictures.shape[-2:]
    scale = at.new_tensor([2 / (width - 1), 2 / (height - 1)])
    return F.grid_sample(pictures, at * scale, mode=mode, padding_mode='reflection', align_corners=True)


def affine(n, zoom, turn, device):
    """[n, 2, 2]: turned by any quarter and a little, mirrored or not, enlarged by `zoom`."""
    angle = uniform(n, -turn, turn, device) + math.pi / 2 * torch.randint(0, 4, (n,), device=device) * chance(n, .2, device)
    c, s = torch.cos(angle) / zoom, torch.sin(angle) / zoom
    mirror = torch.where(chance(n, .5, device), -1., 1.)
    return torch.stack([torch.stack([c * mirror, -s], -1), torch.stack([s * mirror, c], -1)], -2)


def scenery(photos, n, size, zoom, device):
    """[n, 3, size, size]: cuts of photos, turned and enlarged."""
    which = torch.randint(0, len(photos), (n,), device=device)
    chosen = photos[which].float() / 255
    height, width = chosen.shape[-2:]
    turned = positions(size, size, device)[None, ..., :2] @ affine(n, zoom, .2, device)[:, None].mT
    reach = turned.abs().amax((1, 2))
    free = (torch.tensor([width / 2, height / 2], device=device) - reach).clamp_min(0) * .98
    middle = (torch.rand(n, 2, device=device) * 2 - 1) * free
    # Cubic, or all that is enlarged would be soft.
    return sample(chosen, turned + middle[:, None, None], 'bicubic').clamp(0, 1)


def paths(n, times, length, wobble, device):
    """Where things are at each time: shift in pixels, turn, zoom and keystone, [n, times, 6], all 0 at time 0."""
    t = times[None, :, None]
    direction = uniform(n, 0, 2 * math.pi, device)
    # People and cameras move sideways more often than up and down.
    direction = torch.where(chance(n, .4, device), torch.round(direction / math.pi) * math.pi + uniform(n, -.3, .3, device), direction)
    speed = torch.zeros(n, 6, device=device)
    speed[:, 0], speed[:, 1] = length * torch.cos(direction), length * torch.sin(direction)
    scale = torch.tensor([1, 1, .02, .02, 6e-5, 6e-5], device=device)
    speed[:, 2:] += torch.randn(n, 4, device=device) * scale[2:] * wobble[:, None]
    size = speed.abs() + .15 * length[:, None] * scale / 2
    bend = torch.randn(n, 1, 6, device=device) * size[:, None] * .7 * wobble[:, None, None]
    # A hand that shakes: some of the speed comes and goes.
    phase, pace = torch.rand(n, 1, 6, device=device) * 2 * math.pi, uniform((n, 1, 6), 3, 12, device)
    shake = torch.randn(n, 1, 6, device=device) * size[:, None] * .25 * wobble[:, None, None] * chance(n, .5, device)[:, None, None]
    return speed[:, None] * t + bend * t * t + shake * (torch.sin(pace * t + phase) - torch.sin(phase))


def homographies(path):
    """[..., 3, 3] of paths [..., 6]."""
    x, y, turn, zoom, px, py = path.unbind(-1)
    c, s, one, zero = torch.cos(turn) * torch.exp(zoom), torch.sin(turn) * torch.exp(zoom), torch.ones_like(x), torch.zeros_like(x)
    return torch.stack([torch.stack([c, -s, x], -1), torch.stack([s, c, y], -1), torch.stack([px, py, one], -1)], -2)


def shapes(n, size, device):
    """[n, 1, size, size]: soft masks of blobs, boxes, limbs and cords."""
    at = positions(size, size, device)[None, ..., :2]
    middle = (torch.rand(n, 1, 1, 2, device=device) - .5) * size * .7
    angle = uniform(n, 0, math.pi, device)
    turn = torch.stack([torch.stack([torch.cos(angle), -torch.sin(angle)], -1), torch.stack([torch.sin(angle), torch.cos(angle)], -1)], -2)
    local = ((at - middle) @ turn[:, None].mT).abs()
    long = torch.exp(uniform(n, math.log(12), math.log(130), device))
    wide = torch.maximum(long * torch.exp(-uniform(n, 0, 3.2, device)), torch.tensor(1.2, device=device))
    power = torch.tensor([1.5, 2., 2., 4., 8.], device=device)[torch.randint(0, 5, (n,), device=device)][:, None, None]
    radii = torch.stack([long, wide], -1)[:, None, None]
    distance = ((local / radii).clamp_min(1e-4) ** power[..., None]).sum(-1) ** (1 / power)
    rough = sum(F.interpolate(torch.randn(n, 1, k, k, device=device), (size, size), mode='bicubic', align_corners=False) / (1 + i) for i, k in enumerate((6, 14)))
    inside = (1 - distance[:, None] + rough * uniform((n, 1, 1, 1), 0, .25, device)) * wide[:, None, None, None]
    return torch.sigmoid(inside * uniform((n, 1, 1, 1), 1.5, 5, device))


def jpeg(x, quality):
    """x [n, 3, h, w] in 0..1 through baseline JPEG with 4:2:0 at a quality each; sides are multiples of 16."""
    n, device = len(x), x.device
    luma = torch.tensor([[16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
                         [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101],
                         [72, 92, 95, 98, 112, 100, 103, 99]], device=device, dtype=torch.float32)
    chroma = torch.full((8, 8), 99., device=device)
    chroma[:4, :4] = torch.tensor([[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]], device=device, dtype=torch.float32)
    k = torch.arange(8, device=device, dtype=torch.float32)
    basis = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * .5
    basis[0] /= math.sqrt(2)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)[:, None, None]

    def through(plane, table):
        h, w = plane.shape[-2:]
        steps = (table * factor).round().clamp(1, 255)[:, None, None]
        blocks = plane.reshape(n, h // 8, 8, w // 8, 8).transpose(2, 3) * 255 - 128
        kept = ((basis @ blocks @ basis.T) / steps).round() * steps
        return ((basis.T @ kept @ basis + 128) / 255).transpose(2, 3).reshape(n, h, w).clamp(0, 1)

    toY = torch.tensor([[.299, .587, .114], [-.168736, -.331264, .5], [.5, -.418688, -.081312]], device=device)
    y, cb, cr = torch.einsum('oc,nchw->onhw', toY, x)
    small = F.avg_pool2d(torch.stack([cb, cr], 1) + .5, 2)
    small = torch.stack([through(small[:, 0], chroma), through(small[:, 1], chroma)], 1)
    cb, cr = (F.interpolate(small, scale_factor=2, mode='bilinear', align_corners=False) - .5).unbind(1)
    y = through(y, luma)
    return torch.stack([y + 1.402 * cr, y - .344136 * cb - .714136 * cr, y + 1.772 * cb], 1).clamp(0, 1)


@torch.no_grad()
@exact
def moving_scenes(photos, n, size, device):
    """Blurred and sharp [n, 3, size, size], and which stand still."""
    canvas = size + 2 * MARGIN
    frames = int(torch.randint(0, 3, ()).item()) * 4 + 8
    times = (torch.arange(frames, device=device) + .5) / frames - .5

    zoom = torch.exp(uniform(3 * n, math.log(.8), math.log(2.), device))
    layers = list(scenery(photos, 3 * n, canvas, zoom, device).split(n))
    # Some things, and some walls and floors, are nearly plain.
    for i, layer in enumerate(layers):
        mean = layer.mean((2, 3), keepdim=True)
        contrast = torch.where(chance(n, .15, device), uniform(n, .1, .7, device), 1.)[:, None, None, None]
        light = torch.where(chance(n, .3, device), uniform(n, .4, 1.2, device), 1.)[:, None, None, None]
        layers[i] = (((layer - mean) * contrast + mean) * light).clamp(0, 1)
    kind = torch.rand(n, device=device)
    still, tripod = kind < .08, (kind >= .08) & (kind < .3)
    # How much of each layer covers those before it.
    covers = [torch.ones(n, 1, canvas, canvas, device=device)]
    for few in (torch.where(tripod, .9, .65), torch.where(tripod, .5, .3)):
        covers.append(shapes(n, canvas, device) * (torch.rand(n, device=device) < few)[:, None, None, None])
    layers = torch.cat([torch.cat(layers), torch.cat(covers)], 1)

    camera = torch.where(tripod, uniform(n, 0, 1, device) * chance(n, .5, device), torch.randn(n, device=device).abs() * 11).clamp_max(44)
    wobble = torch.where(tripod, .1, uniform(n, .2, 1.5, device))
    shared = paths(n, times, camera * ~still, wobble * ~still, device)
    own = []
    for _ in (0, 1):
        length = (torch.randn(n, device=device).abs() * 13 * chance(n, .85, device)).clamp_max(44)
        follows = torch.where(chance(n, .6, device), 1., uniform(n, 0, 1.4, device))[:, None, None]
        own.append(shared * follows + paths(n, times, length * ~still, uniform(n, 0, 1.5, device) * ~still, device))
    moves = [shared, *own]
    # A lens out of focus: each sub-frame from another point of its pupil.
    radius = torch.where(chance(n, .06, device), uniform(n, .5, 2.5, device), 0.) * ~still
    order = torch.randperm(frames, device=device)
    ring, golden = torch.sqrt((order + .5) / frames), order * 2.39996
    pupil = torch.stack([ring * torch.cos(golden), ring * torch.sin(golden)], -1)

    in_light = chance(n, .35, device)[:, None, None, None]
    bright = torch.where(chance(n, .12, device), uniform(n, 1, 1.7, device), 1.)[:, None, None, None]

    def compose(parts):
        x, *before = parts.split(n)
        x = x[:, :3]
        for part in before:
            x = torch.lerp(x, part[:, :3], part[:, 3:])
        return (x * bright).clamp(0, 1.5)

    sharp = compose(layers[..., MARGIN:-MARGIN, MARGIN:-MARGIN])
    moves = torch.cat(moves)
    moves[..., :2] += pupil * radius.repeat(3)[:, None, None]
    moves = homographies(moves).mT
    at = positions(size, size, device).reshape(1, -1, 3)
    total = torch.zeros_like(sharp)
    for i in range(frames):
        to = at @ moves[:, i]
        frame = compose(sample(layers, (to[..., :2] / to[..., 2:]).reshape(3 * n, size, size, 2)))
        total += torch.where(in_light, frame.clamp_min(1e-4) ** 2.2, frame.clamp_max(1))
    mean = total / frames
    blurred = torch.where(in_light, mean ** (1 / 2.2), mean).clamp(0, 1)
    sharp = sharp.clamp(0, 1)
    # One that stands still is as it is, to the last digit.
    blurred = torch.where(still[:, None, None, None], sharp, blurred)

    noise = torch.where(chance(n, .5, device), uniform(n, 0, 3 / 255, device), 0.)[:, None, None, None]
    blurred = (blurred + noise * torch.randn_like(blurred)).clamp(0, 1)
    packed = chance(n, .35, device)[:, None, None, None]
    blurred = torch.where(packed, jpeg(blurred, uniform(n, 70, 98, device)), blurred)
    return (blurred * 255).round() / 255, sharp, still


def squared(a, b):
    return (a.float() - b).square().mean(1, keepdim=True)


def gain_map(given, clean, sharp):
    """Tens of dB that `clean` is nearer to `sharp` than `given`, over 15 x 15 pixels."""
    errors = [F.avg_pool2d(squared(x, sharp), 15, 1, 7, count_include_pad=False) + 1e-5 for x in (given, clean)]
    return (errors[0] / errors[1]).log10().clamp(-1, 2)


class Task:
    def __init__(self, data, options, device):
        self.size, self.device = options['crop'], device
        train, held = split(data / 'photos', 24)
        self.train, self.held = photo_stack(train, device), photo_stack(held, device)

    def bind(self, models):
        draw(models['network'])

    def batch(self, n, step):
        blurred, sharp, _ = moving_scenes(self.train, n, self.size, self.device)
        return {'image': blurred}, {'clean': sharp}

    def loss(self, outputs, inputs, target, step):
        sharp = target['clean']
        # The mean of dB is what is measured; below 45 dB there is nothing left to learn.
        decibel = (squared(outputs['clean'], sharp).mean((1, 2, 3)) + 3e-5).log().mean()
        told = gain_map(inputs['image'], outputs['clean'].detach(), sharp)
        return decibel + .2 * (outputs['gain'].float() - told).square().mean()

    @torch.no_grad()
    def validate(self, models):
        with torch.random.fork_rng(devices=[self.device] if self.device.type == 'cuda' else []):
            torch.manual_seed(1)
            psnr = lambda a, b: -10 * (squared(a, b).mean((1, 2, 3)) + 1e-6).log10()
            gains, moved, expected, real = [], [], [], []
            for _ in range(4):
                blurred, sharp, still = moving_scenes(self.held, 16 if self.size > 128 else 4, self.size, self.device)
                outputs = models['network'](image=blurred)
                clean = outputs['clean'].float().clamp(0, 1)
                gains.append(psnr(clean, sharp) - psnr(blurred, sharp)), moved.append(~still)
                expected.append(outputs['gain'].float().mean((1, 2, 3))), real.append(gain_map(blurred, clean, sharp).mean((1, 2, 3)))
            gains, moved, expected, real = map(torch.cat, (gains, moved, expected, real))
            told = torch.corrcoef(torch.stack([expected, real]))[0, 1]
            return dict(gain=gains[moved].mean().item(), still=gains[~moved].mean().nan_to_num().item(), harmed=(gains < -.05).float().mean().item(), worst=gains.min().item(),
                        told=told.item())
