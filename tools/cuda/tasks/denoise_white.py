"""White noise of a known level: the least that a task is."""

import torch

from photos import Photos, read, split


class Task:
    def __init__(self, data, options, device):
        self.device, self.crop = device, options['crop']
        self.grey = options.get('grey', False)
        train, held = split(data / 'photos')
        self.photos, self.held = Photos(train, device), [self.greyed(torch.from_numpy(read(p).copy()).to(device).permute(2, 0, 1)[None] / 255) for p in held]

    def greyed(self, x):
        return (x * x.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True) if self.grey else x

    def batch(self, n, step):
        clean = self.greyed(self.photos.crops(n, self.crop))
        level = torch.rand(n, 1, 1, 1, device=self.device) * 55
        # Half at the levels that are measured, or near.
        named = torch.tensor([15.0, 25.0, 50.0], device=self.device)[torch.randint(3, (n, 1, 1, 1), device=self.device)]
        level = torch.where(torch.rand_like(level) < 0.5, named, level) / 255
        noisy = clean + torch.randn_like(clean) * level
        return {'image': noisy, 'sigma': level.expand(-1, 1, *clean.shape[2:])}, {'clean': clean}

    def loss(self, outputs, inputs, target, step):
        """PSNR, turned round: the mean over the crops of the logarithm of the squared error."""
        error = (outputs['clean'].float() - target['clean']).square().mean((1, 2, 3))
        return (error + (0.5 / 255) ** 2).log().mean()

    def validate(self, models):
        scores = {}
        generator = torch.Generator(self.device).manual_seed(7)
        for level in (15, 25, 50):
            total = 0
            for clean in self.held:
                clean = clean[..., : clean.shape[2] // 16 * 16, : clean.shape[3] // 16 * 16]
                noisy = clean + torch.randn(clean.shape, generator=generator, device=self.device) * level / 255
                sigma = torch.full_like(clean[:, :1], level / 255)
                answer = models['network'](image=noisy, sigma=sigma)['clean'].clamp(0, 1)
                total += -10 * (answer - clean).square().mean().log10()
            scores[f'psnr{level}'] = total / len(self.held)
        return scores
