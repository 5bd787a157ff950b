#!/usr/bin/env python3
"""Trains networks that Perpixel exported, on one CUDA device (or, to try it, on the processor).

    train.py JOB... --data DATA --out OUT [--minutes-scale 1]

A job is a folder with job.json and the .onnx files that it names:

    {"task": "denoise",                       a module of tasks/
     "network": "network.onnx",               or "networks": {"network": "network.onnx", "estimator": "estimator.onnx"}
     "minutes": 4, "batch": 64, "crop": 128,  minutes by the clock; or "steps"
     "lr": 1e-3, "warmup": 200, "clip": 1, "decay": 0, "ema": 0.999,
     "ahead": 1,                              steps whose examples are drawn at once
     "frozen": ["trunk_stem"],                weights whose names begin so stay as they are
     "tune": true,                            convolutions are timed first: slow to start where there are many kinds
     "validate_every": 60, "options": {}}     seconds; options of the task, to which batch and crop are added

The rate rises over the warm-up and falls as half a cosine to nothing at the end of the time. Jobs run beside each other, a process
each. What is left in OUT: for each job JOB.safetensors, the averaged weights by the names of the initialisers and of the type that
the .onnx stores (of several networks, JOB.KEY.safetensors), written at each validation and at the end; and log.jsonl, a line each time.
`back.py` puts weights back into .onnx files.

A task is a class `Task` in tasks/NAME.py:

    Task(data, options, device)               data: the folder DATA
    batch(n, step) -> inputs, target          dicts of tensors, NCHW, on the device
    loss(outputs, inputs, target, step)       a scalar; outputs: dict by the names of the network's outputs
    validate(models) -> dict of numbers       models: dict by name of the networks, with averaged weights, in eval mode
    forward(models, inputs) -> outputs        only where there is more than `network(**inputs)` to do
    bind(models)                              optional; told of the networks in training
    progress                                  set by the trainer before each batch: 0 at the start, 1 at the end
"""

import argparse
import copy
import importlib
import json
import math
import multiprocessing
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

import torch
from safetensors.torch import save_file

from network import OnnxNetwork


def train(job_folder, data, out, scale, device):
    job_folder = Path(job_folder)
    job = json.loads((job_folder / 'job.json').read_text())
    name = job_folder.name
    torch.manual_seed(job.get('seed', 1))
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = job.get('tune', True)
    networks = job.get('networks') or {'network': job.get('network', 'network.onnx')}
    models = {key: OnnxNetwork(job_folder / file).to(device).to(memory_format=torch.channels_last) for key, file in networks.items()}
    average = {key: copy.deepcopy(model).eval().requires_grad_(False) for key, model in models.items()}
    task = importlib.import_module(f'tasks.{job["task"]}').Task(data, {**job.get('options', {}), 'batch': job['batch'], 'crop': job['crop']}, device)
    if hasattr(task, 'bind'):
        task.bind(models)
    forward = getattr(task, 'forward', lambda models, inputs: models['network'](**inputs))

    frozen = tuple(job.get('frozen', []))
    for model in models.values():
        for key, weight in model.named_weights().items():
            weight.requires_grad_(not key.startswith(frozen))
    weights, averaged = [], []
    for key, model in models.items():
        for weight, mean in zip(model.parameters(), average[key].parameters()):
            if weight.requires_grad:
                weights.append(weight)
                averaged.append(mean)
    optimiser = torch.optim.AdamW(weights, lr=job['lr'], betas=(0.9, job.get('beta2', 0.99)), weight_decay=job.get('decay', 0), fused=device.type == 'cuda')
    limit = job['minutes'] * 60 * scale if 'minutes' in job else math.inf
    steps = job.get('steps', math.inf)
    warmup, decay, ahead = job.get('warmup', 200), job.get('ema', 0.999), job.get('ahead', 1)
    log = (out / 'log.jsonl').open('a')

    def write(scores, step):
        for key, model in average.items():
            tensors = {n: w.detach().to(model.stored_type[n]).cpu().contiguous() for n, w in model.named_weights().items()}
            # First in another folder: a run that is stopped here leaves the last whole file.
            part = Path(tempfile.gettempdir()) / (f'{name}.{key}.safetensors' if len(average) > 1 else f'{name}.safetensors')
            save_file(tensors, part)
            shutil.move(part, out / part.name)
        line = {'job': name, 'step': step, 'seconds': round(time.monotonic() - start, 1), **scores}
        log.write(json.dumps(line) + '\n')
        log.flush()
        print(json.dumps(line), flush=True)

    start = validated = time.monotonic()
    step, summed, counted, spoilt = 0, torch.zeros((), device=device), 0, 0
    while True:
        elapsed = time.monotonic() - start
        task.progress = min(max(elapsed / limit, step / steps), 1)
        if task.progress >= 1:
            break
        rate = min(1, (step + 1) / warmup) * (0.5 + 0.5 * math.cos(math.pi * task.progress))
        for group in optimiser.param_groups:
            group['lr'] = job['lr'] * rate
        # Examples of several steps are drawn at once: small kernels take as long to start as large ones.
        if step % ahead == 0:
            drawn = task.batch(job['batch'] * ahead, step)
        inputs, target = ({k: v[step % ahead :: ahead] for k, v in part.items()} for part in drawn)
        inputs = {k: v.contiguous(memory_format=torch.channels_last) if v.ndim == 4 else v for k, v in inputs.items()}
        with torch.autocast(device.type, torch.bfloat16, enabled=job.get('autocast', True)):
            outputs = forward(models, inputs)
        loss = task.loss(outputs, inputs, target, step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights, job.get('clip', 1.0))
        # A step that is not finite is left out, without waiting for the device to say so.
        optimiser.found_inf = (~torch.isfinite(norm)).float() if device.type == 'cuda' else None
        if device.type == 'cuda':
            optimiser.grad_scale = None
            spoilt = spoilt + optimiser.found_inf
            optimiser.step()
        elif torch.isfinite(norm):
            optimiser.step()
        step += 1
        # Young averages forget faster, so that the random start is soon out of them.
        torch._foreach_lerp_(averaged, weights, 1 - min(decay, (1 + step) / (10 + step)))
        summed += loss.detach().nan_to_num()
        counted += 1
        if time.monotonic() - validated > job.get('validate_every', 60) * scale:
            seen = (summed / counted).item()
            write({'loss': round(seen, 5), 'spoilt': float(spoilt), **validation(task, average)}, step)
            summed.zero_()
            counted, validated = 0, time.monotonic()
    write({'loss': round((summed / max(counted, 1)).item(), 5), 'spoilt': float(spoilt), 'done': True, **validation(task, average)}, step)


@torch.no_grad()
def validation(task, models):
    return {k: round(float(v), 4) for k, v in task.validate(models).items()}


def run(*arguments):
    try:
        train(*arguments)
    except Exception:
        traceback.print_exc()
        sys.exit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('jobs', nargs='+')
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes-scale', type=float, default=1, help='All times by the clock are multiplied by it, to try a plan')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    o = parser.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(o.device)
    if len(o.jobs) == 1:
        return train(o.jobs[0], o.data, o.out, o.minutes_scale, device)
    spawn = multiprocessing.get_context('spawn')
    processes = [spawn.Process(target=run, args=(job, o.data, o.out, o.minutes_scale, device)) for job in o.jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    sys.exit(any(process.exitcode for process in processes))


if __name__ == '__main__':
    main()
