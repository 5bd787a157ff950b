"""Weights drawn afresh, so that an .onnx of zeros, which packs into nothing, can travel as a definition."""

import torch


@torch.no_grad()
def draw(network):
    """The initialisation of src/models/restorationUnet.ts, by the names of its layers; the outputs begin near nothing."""
    for name, weight in network.named_weights().items():
        layer = name.split('/')[0]
        if weight.ndim < 4:
            weight.zero_()
        elif layer.startswith('up') and layer != 'up0':
            weight.normal_(std=(.5 / (weight.shape[0] * weight[0, 0].numel())) ** .5)
        elif layer.startswith(('down', 'encode', 'decode')):
            scale = .02 if layer.endswith('b') else 2
            weight.normal_(std=(scale / weight[0].numel()) ** .5)
        else:
            weight.normal_(std=.1 * (.5 / (weight.shape[0] * weight[0, 0].numel())) ** .5)
