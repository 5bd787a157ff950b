"""What cameras, JPEG and sensors do to photos, for a batch at a time on the device. Pictures are float32 [n, 3, height, width], 0..1 sRGB.

Facts: Brooks et al., Unprocessing Images for Learned Raw Denoising (CVPR 2019); Guo et al., CBDNet (CVPR 2019); Malvar, He, Cutler,
High-Quality Linear Interpolation for Demosaicing (ICASSP 2004); the JPEG standard's tables as libjpeg scales them.
"""

import math
import random

import torch
from torch.nn import functional as F

# Rows: Y, Cb, Cr of JPEG, without the offset of 128.
YCC = [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]
# Deviation of luma and of chroma (root mean square of Cb and Cr) for white noise of deviation 1 in R, G and B.
WHITE = (0.6683, 0.6402)

LUMA_TABLE = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]  # fmt: skip
CHROMA_TABLE = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
]  # fmt: skip

_kept = {}


def constant(key, values, device):
    """A tensor that is made once for each device."""
    if (key, device) not in _kept:
        _kept[key, device] = torch.tensor(values, dtype=torch.float32).to(device)
    return _kept[key, device]


def uniform(n, low, high, device):
    """[n, 1, 1, 1]"""
    return low + (high - low) * torch.rand(n, 1, 1, 1, device=device)


def log_uniform(n, low, high, device):
    return torch.exp(uniform(n, math.log(low), math.log(high), device))


def mixed(x, matrix):
    """Colours times a matrix, [3, 3] or one for each picture [n, 3, 3]."""
    return torch.einsum('ij,njhw->nihw' if matrix.ndim == 2 else 'nij,njhw->nihw', matrix, x)


def to_ycc(x):
    return mixed(x, constant('ycc', YCC, x.device))


def from_ycc(x):
    return mixed(x, constant('rgb', torch.linalg.inv(torch.tensor(YCC, dtype=torch.float64)).tolist(), x.device))


def blurred(x, sigma, radius):
    """Gaussian blur, cut off at `radius`; `sigma` is one number, or one for each picture [n, 1, 1, 1]."""
    n, c = x.shape[:2]
    if not torch.is_tensor(sigma):
        sigma = torch.full((n, 1, 1, 1), float(sigma), device=x.device)
    at = torch.arange(-radius, radius + 1, device=x.device, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (at / sigma.reshape(n, 1).clamp(min=0.05)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(c, 0)
    y = F.pad(x, (radius,) * 4, mode='reflect').reshape(1, n * c, x.shape[2] + 2 * radius, x.shape[3] + 2 * radius)
    y = F.conv2d(y, kernel[:, None, :, None], groups=n * c)
    return F.conv2d(y, kernel[:, None, None, :], groups=n * c).reshape(x.shape)


def rounded(x):
    """As 8-bit pixels have it."""
    return (x.clamp(0, 1) * 255).round() / 255


def dct_matrix(device):
    rows = [[math.sqrt((1 if k == 0 else 2) / 8) * math.cos(math.pi * (2 * i + 1) * k / 16) for i in range(8)] for k in range(8)]
    return constant('dct', rows, device)


def quantised(plane, table):
    """Planes [n, c, h, w] around 0 (128 is 0) through the quantised cosine transform; `table` [n, c, 8, 8]."""
    d = dct_matrix(plane.device)
    n, c, h, w = plane.shape
    blocks = plane.reshape(n, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
    step = table[:, :, None, None]
    coefficients = torch.round((d @ blocks @ d.t()) / step) * step
    return (d.t() @ coefficients @ d).permute(0, 1, 2, 4, 3, 5).reshape(n, c, h, w)


def jpeg_tables(quality):
    """[n, 3, 8, 8] for qualities [n, 1, 1, 1], as libjpeg makes them."""
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    base = constant('tables', [LUMA_TABLE, CHROMA_TABLE, CHROMA_TABLE], quality.device).reshape(1, 3, 8, 8)
    return torch.floor((base * scale + 50) / 100).clamp(1, 255)


def flat_tables(n, device):
    """Steps as video codecs have them: alike at all frequencies, a little wider at high ones."""
    at = torch.arange(8, device=device, dtype=torch.float32)
    slope = uniform(n, 0, 0.15, device)
    step = log_uniform(n, 2, 20, device) * (1 + slope * (at[:, None] + at[None, :]))
    return step.expand(n, 3, 8, 8)


def through_jpeg(x, tables, halved):
    """What a JPEG file with these tables gives back; `halved`: 4:2:0. Sides are multiples of 16."""
    ycc = (to_ycc(rounded(x)) * 255).round()
    luma = quantised(ycc[:, :1] - 128, tables[:, :1]) + 128
    chroma = ycc[:, 1:]
    if halved:
        chroma = F.avg_pool2d(chroma, 2).round()
    chroma = quantised(chroma, tables[:, 1:]).round().clamp(-128, 127)
    if halved:
        chroma = F.interpolate(chroma, scale_factor=2, mode='bilinear', align_corners=False)
    return rounded(from_ycc(torch.cat([luma.round().clamp(0, 255), chroma], 1)) / 255)


def white(x, level):
    return x + torch.randn_like(x) * level


def grain(x, level):
    """Noise of several sizes, apart for luma and chroma, that depends on brightness: what is left of a sensor's noise after a camera's own smoothing."""
    n, _, h, w = x.shape
    d = x.device

    def sized(c, finest, coarsest):
        fine = torch.randn(n, c, h, w, device=d)
        parts = [0.4 * fine, unit(blurred(fine.flip(2), uniform(n, 0.6, 1.5, d), 4)), unit(blurred(torch.randn(n, c, h, w, device=d), log_uniform(n, finest, coarsest, d), 8))]
        shares = torch.rand(3, n, 1, 1, 1, device=d) ** 2
        return unit(sum(share * part for share, part in zip(shares, parts)))

    luma, chroma = sized(1, 0.8, 3), sized(2, 0.8, 4)
    ycc = torch.cat([luma, chroma * uniform(n, 0, 1.4, d)], 1)
    slope = uniform(n, -0.8, 1, d)
    bright = x.mean(1, keepdim=True)
    return x + from_ycc(ycc) * level * torch.sqrt((1 + slope * (2 * bright - 1)).clamp(min=0.1))


def unit(x):
    return x / x.std((1, 2, 3), keepdim=True).clamp(min=1e-6)


# sRGB and the tone curves of cameras.


def to_light(x):
    return torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055).clamp(min=0) ** 2.4)


def from_light(x):
    return torch.where(x <= 0.0031308, 12.92 * x, 1.055 * x.clamp(min=1e-8) ** (1 / 2.4) - 0.055)


CAMERA_OF_XYZ = [
    [[1.0234, -0.2969, -0.2266], [-0.5625, 1.6328, -0.0469], [-0.0703, 0.2188, 0.6406]],
    [[0.4913, -0.0541, -0.0202], [-0.6130, 1.3513, 0.2906], [-0.1564, 0.2151, 0.7183]],
    [[0.8380, -0.2630, -0.0639], [-0.2887, 1.0725, 0.2496], [-0.0627, 0.1427, 0.5438]],
    [[0.6596, -0.2079, -0.0562], [-0.4782, 1.3016, 0.1933], [-0.0970, 0.1581, 0.5181]],
]
XYZ_OF_RGB = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]


def camera_matrices(n, device):
    """[n, 3, 3]: sRGB's primaries in the sensor's own colours, rows that sum to 1, so that grey stays grey."""
    weights = torch.rand(n, 4, 1, 1, device=device) ** 2 + 1e-3
    cameras = constant('cameras', CAMERA_OF_XYZ, device)
    matrix = (weights * cameras).sum(1) / weights.sum(1) @ constant('xyz', XYZ_OF_RGB, device)
    return matrix / matrix.sum(2, keepdim=True)


def mosaic_masks(h, w, phase, device):
    """[1, 3, h, w]: where the mosaic R G / G B, moved by `phase`, sees each colour."""
    y = (torch.arange(h, device=device) + phase[0]) % 2
    x = (torch.arange(w, device=device) + phase[1]) % 2
    red = ((y == 0)[:, None] & (x == 0)[None]).float()
    blue = ((y == 1)[:, None] & (x == 1)[None]).float()
    return torch.stack([red, 1 - red - blue, blue])[None]


def filtered(x, key, kernel):
    """One small filter for every plane, borders mirrored."""
    k = constant(key, kernel, x.device)
    r = k.shape[0] // 2
    y = F.pad(x, (r,) * 4, mode='reflect')
    return F.conv2d(y, k[None, None].expand(x.shape[1], 1, *k.shape), groups=x.shape[1])


TENT = [[0.25, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 0.25]]
CROSS = [[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]]
LAPLACE = [[0, 0, -1, 0, 0], [0, 0, 0, 0, 0], [-1, 0, 4, 0, -1], [0, 0, 0, 0, 0], [0, 0, -1, 0, 0]]
ACROSS = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [-0.25, 0.5, 0.5, 0.5, -0.25], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
DOWN = [list(row) for row in zip(*ACROSS)]


def interpolated(samples, masks):
    return filtered(samples, 'tent', TENT) / filtered(masks, 'tent', TENT)


def demosaiced(mosaic, masks, way):
    """Mosaic [n, 1, h, w] -> [n, 3, h, w]. Ways: bilinear; linear with the gradient of what was measured there (Malvar's idea); by edges (Hamilton and Adams)."""
    samples = mosaic * masks
    if way == 'bilinear':
        return interpolated(samples, masks)
    green_there = masks[:, 1:2]
    if way == 'malvar':
        green = filtered(mosaic, 'cross', CROSS) + filtered(mosaic, 'laplace', LAPLACE) / 8
    else:
        reach = F.pad(mosaic, (2,) * 4, mode='reflect')
        centre = reach[..., 2:-2, 2:-2]
        flat = (reach[..., 2:-2, 1:-3] - reach[..., 2:-2, 3:-1]).abs() + (2 * centre - reach[..., 2:-2, :-4] - reach[..., 2:-2, 4:]).abs()
        steep = (reach[..., 1:-3, 2:-2] - reach[..., 3:-1, 2:-2]).abs() + (2 * centre - reach[..., :-4, 2:-2] - reach[..., 4:, 2:-2]).abs()
        across, down = filtered(mosaic, 'across', ACROSS), filtered(mosaic, 'down', DOWN)
        share = steep / (flat + steep + 1e-4)
        share = ((share - 0.5) * 4 + 0.5).clamp(0, 1)
        green = share * across + (1 - share) * down
    green = torch.where(green_there > 0, mosaic, green)
    difference = interpolated((mosaic - green) * masks, masks)
    return torch.cat([green + difference[:, :1], green, green + difference[:, 2:]], 1)


def median3(x):
    n, c, h, w = x.shape
    return F.unfold(F.pad(x, (1,) * 4, mode='reflect').reshape(n * c, 1, h + 2, w + 2), 3).median(1).values.reshape(n, c, h, w)


def bilateral(x, guide, reach, step):
    """Weighted by how alike the guide [n, 1, h, w] is, over 5x5 pixels `step` apart; `reach` [n, 1, 1, 1] in units of the guide."""
    r = 2 * step
    h, w = x.shape[2:]
    padded, guided = F.pad(x, (r,) * 4, mode='reflect'), F.pad(guide, (r,) * 4, mode='reflect')
    total, weight = torch.zeros_like(x), torch.zeros_like(guide)
    for dy in (0, 1, 2, 3, 4):
        for dx in (0, 1, 2, 3, 4):
            there = (slice(None), slice(None), slice(dy * step, dy * step + h), slice(dx * step, dx * step + w))
            likeness = torch.exp(-0.5 * ((guided[there] - guide) / reach) ** 2 - ((dy - 2) ** 2 + (dx - 2) ** 2) / 6)
            total, weight = total + likeness * padded[there], weight + likeness
    return total / weight


def camera(x, shrunk=None, iso=None):
    """(noisy, clean) as a camera gives a scene, before its JPEG: [n, 3, h, w] both; `shrunk`: how much smaller than `x` they are, .5 to 1.

    `clean` went the same way without noise. `iso`: a full well of about 6000 photons is ISO 800, a quarter of it ISO 3200; drawn where None.
    """
    n, d = x.shape[0], x.device
    # A camera that only demosaics and sharpens, or one that does all it can.
    plain = iso is not None or random.random() < 0.55
    curved = not plain and random.random() < 0.5
    gamma = not plain and random.random() < 0.3
    light = x
    if curved:
        # A smooth S and its inverse.
        light = 0.5 - torch.sin(torch.asin((1 - 2 * x).clamp(-1, 1)) / 3)
        light = x + 0.6 * (light - x)
    light = light.clamp(min=0) ** 2.2 if gamma else to_light(light)
    matrix = None if plain else camera_matrices(n, d)
    if matrix is not None:
        light = mixed(light, matrix).clamp(0, 1)
    gains = torch.cat([uniform(n, 1.4, 2.4, d), torch.ones(n, 1, 1, 1, device=d), uniform(n, 1.2, 2.1, d)], 1)
    light = light / gains * (1 if plain else uniform(n, 0.5, 1, d))
    exposed = light

    full = 6000 * 800 / iso * torch.ones(n, 1, 1, 1, device=d) if iso else log_uniform(n, 250, 12000, d)
    read = 0.0015 * (6000 / full) ** 0.69 * log_uniform(n, 0.5, 2, d)
    if plain:
        read = 0.0015 * (6000 / full) ** 0.69

    def sensed(picture):
        # Gauss for Poisson, with its skew to the right in the shadows.
        z = torch.randn_like(picture)
        mean = picture.clamp(min=0) * full
        counts = mean + mean.sqrt() * z + (z * z - 1) / 6
        return counts / full + torch.randn_like(picture) * read

    way = 'bilinear' if iso else random.choice(['bilinear', 'bilinear', 'bilinear', 'malvar', 'edges'])
    h, w = x.shape[2:]
    if shrunk is not None and shrunk <= 0.5 and random.random() < 0.6:
        # A picture made much smaller: each of its pixels has seen each colour.
        mosaic = F.avg_pool2d(exposed, 2)
        half = constant('half', [1, 2, 1], d).reshape(1, 3, 1, 1)
        both = torch.cat([sensed_mean(mosaic, full * half, read / half.sqrt()), mosaic])
        shrunk = None
    else:
        masks = mosaic_masks(h, w, (random.randrange(2), random.randrange(2)), d)
        scene = (exposed * masks).sum(1, keepdim=True)
        both = torch.cat([demosaiced(sensed(scene), masks, way), demosaiced(scene, masks, way)])

    two = lambda t: torch.cat([t, t])
    both = both * two(gains)
    if matrix is not None:
        both = mixed(both, torch.linalg.inv_ex(two(matrix)).inverse)
    both = both.clamp(0, 1)
    both = both.clamp(min=1e-6) ** (1 / 2.2) if gamma else from_light(both)
    if curved:
        both = both + 0.6 * (3 * both**2 - 2 * both**3 - both)

    if not plain:
        ycc = to_ycc(both)
        luma, chroma = ycc[:, :1], ycc[:, 1:]
        smoothing = random.random()
        if smoothing < 0.55:
            luma = blurred(luma, two(uniform(n, 0.5, 1.8, d)), 5)
        elif smoothing < 0.8:
            reach = two(log_uniform(n, 0.01, 0.1, d))
            luma = bilateral(luma, blurred(luma, two(uniform(n, 0.3, 0.8, d)), 2), reach, random.choice([1, 1, 2]))
            share = two(uniform(n, 0.5, 1, d))
            luma = share * luma + (1 - share) * ycc[:, :1]
        elif smoothing < 0.9:
            luma = median3(luma)
        colours = random.random()
        if colours < 0.5:
            chroma = blurred(chroma, two(log_uniform(n, 0.5, 3, d)), 8)
        elif colours < 0.7:
            chroma = bilateral(chroma, luma, two(log_uniform(n, 0.03, 0.2, d)), random.choice([1, 2]))
        elif colours < 0.8:
            chroma = median3(chroma)
        both = from_ycc(torch.cat([luma, chroma], 1))
    if iso or random.random() < (0.75 if plain else 0.5):
        amount = two(uniform(n, 0.1, 0.9, d)) if iso is None else random.uniform(0.25, 0.5)
        width = 1 if iso else two(uniform(n, 0.6, 1.4 if plain else 2, d))
        both = both + amount * (both - blurred(both, width, 4))
    if shrunk is not None and shrunk < 1:
        size = [round(h * shrunk), round(w * shrunk)]
        both = F.interpolate(both, size=size, mode=random.choice(['bilinear', 'bicubic']), antialias=True, align_corners=False)
    return both.clamp(0, 1).chunk(2)


def sensed_mean(picture, full, read):
    """The mean of several photosites."""
    z = torch.randn_like(picture)
    mean = picture.clamp(min=0) * full
    return (mean + mean.sqrt() * z) / full + torch.randn_like(picture) * read
