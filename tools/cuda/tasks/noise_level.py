"""How strong noise is, alone: `network` (image -> noise). What it learns from is that of tasks/denoise.py, without the network that cleans."""

from torch.nn import functional as F

from tasks import denoise


class Task(denoise.Task):
    def forward(self, models, inputs):
        return {'noise': models['network'](image=inputs['image'])['noise'].float()}

    def loss(self, outputs, inputs, target, step):
        return denoise.level_loss(outputs['noise'], target['noise'])

    def validate(self, models):
        scores = {}
        for name, image, clean, level in self.repeatably(self.cases()):
            for grey in ('', ' grey'):
                if grey:
                    image, clean = denoise.to_ycc(image)[:, :1].expand_as(image), denoise.to_ycc(clean)[:, :1].expand_as(clean)
                said = models['network'](image=image)['noise'][:, 0].square().mean((1, 2)).sqrt() * 255
                # Of a clean photo the file itself is the truth; the level of white noise is the same in both.
                truth = denoise.true_map(image, clean)[:, 0].square().mean((1, 2)).sqrt() * 255
                scores[f'{name}{grey}'], scores[f'{name}{grey} true'] = said.mean(), truth.mean()
                scores[f'{name}{grey} least'], scores[f'{name}{grey} most'] = said.min(), said.max()
        return scores
