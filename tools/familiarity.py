"""Teaches a model of scenes how like a photo is to those that it learnt from: adds the output `familiarity` to its file, 0..1.

    python3 tools/familiarity.py weights/scene.onnx --like nyu-v2/train/rgb --unlike camvid/train/rgb bsds500/train lsp/train/rgb
    python3 tools/familiarity.py weights/labels-street.onnx --like camvid/train/rgb --unlike nyu-v2/train/rgb bsds500/train lsp/train/rgb
        --pixels 209088

The mean over the picture of the features in the middle of the trunk (112 maps at 1/16) is weighed by a logistic regression: a 1x1
convolution, a mean and a sigmoid. Each photo counts as it is, and once with other light, colours, sharpness, noise and shape: what is told
apart shall be what is seen, and not by which camera. The limit, 0.5, is where one in a hundred photos of the known kind is missed, each
judged by weights that were fitted without the eighth of the folder, in its order, that it stands in: without its scene; or at even odds,
where fewer are missed there. Of the kinds that
are unlike, it prints how many are told by weights that never saw that kind.

Needs numpy, scipy, Pillow, onnx and onnxruntime. The model file is replaced; its SHA-256, which it prints, belongs into weights/index.json.
"""
import argparse, hashlib, io, math, random
from pathlib import Path
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from scipy.optimize import minimize

NAME = 'familiarity'
PARTS = 8
MISSED = 0.01
WEIGHT_DECAY = 10


def working_size(height, width, stride, pixels):
    """As src/tasks/scene/workingSize.ts."""
    aspect = width / height
    steep = max(aspect, 1 / aspect)
    longest = min(math.sqrt(max(pixels, 224 ** 2 * steep) * steep), 2048)
    ideal = (longest / aspect, longest) if aspect > 1 else (longest, longest * aspect)
    sides = [{max(1, round_(side / stride)) * stride for round_ in (math.floor, math.ceil)} for side in ideal]
    cost = lambda size: 4 * abs(math.log(size[1] / size[0] / aspect)) + abs(math.log(size[0] * size[1] / (ideal[0] * ideal[1])))
    return min(((rows, columns) for rows in sides[0] for columns in sides[1]), key=cost)


def seen(image, pixels):
    """A photo as the network sees it, [1, 3, rows, columns]."""
    rows, columns = working_size(image.height, image.width, 32, pixels)
    soft = image.resize((round(columns / 1.1), round(rows / 1.1)), Image.BOX if image.width > columns else Image.BILINEAR)
    return np.asarray(soft.resize((columns, rows), Image.BILINEAR), np.float32).transpose(2, 0, 1)[None] / 255


def varied(image, draw):
    """Of another shape, light, colour, sharpness and quality, and no larger than 640x480."""
    aspect, zoom = draw.choice([4 / 3, 4 / 3, 3 / 2, 16 / 9, 1, 3 / 4, 2 / 3]), draw.uniform(1, 1.5)
    width = min(image.width, image.height * aspect) / zoom
    height = width / aspect
    x, y = draw.uniform(0, image.width - width), draw.uniform(0, image.height - height)
    image = image.crop((int(x), int(y), int(x + width), int(y + height)))
    scale = math.sqrt(draw.choice([320 * 240, 640 * 480]) / (image.width * image.height))
    if scale < 1:
        image = image.resize([max(32, round(side * scale)) for side in image.size], Image.BOX)
    if draw.random() < 0.5:
        image = ImageOps.mirror(image)
    image = ImageEnhance.Color(image).enhance(0 if draw.random() < 0.25 else draw.uniform(0.5, 1.5))
    x = (np.asarray(image, np.float32) / 255) ** math.exp(draw.uniform(-0.5, 0.5))
    x = x * np.float32([math.exp(draw.uniform(-0.12, 0.12)) for _ in range(3)])
    x = (x - 0.5) * draw.uniform(0.75, 1.25) + 0.5 + draw.uniform(-0.06, 0.06)
    x = x + np.random.RandomState(draw.randrange(1 << 30)).randn(*x.shape) * max(0, draw.uniform(-0.03, 0.03))
    image = Image.fromarray((np.clip(x, 0, 1) * 255).astype(np.uint8))
    sharpness = draw.random()
    if sharpness < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(draw.uniform(0.3, 1.2)))
    elif sharpness < 0.5:
        image = image.filter(ImageFilter.UnsharpMask(1, draw.randrange(30, 120), 0))
    jpeg = io.BytesIO()
    image.save(jpeg, 'JPEG', quality=draw.randrange(55, 96))
    return Image.open(jpeg).convert('RGB')


def features(session, folder, pixels, most):
    """The means over the maps, [photos, 2, maps]: of each photo as it is, and varied."""
    files = sorted(file for file in Path(folder).iterdir() if file.suffix in ('.jpg', '.png'))
    files = files[:: max(1, len(files) // most)]
    beside = [(x.name, x.shape[1]) for x in session.get_inputs() if x.name != 'image']

    def means(photo):
        image = seen(photo, pixels)
        # The trunk sees the picture alone.
        known = {name: np.zeros((1, channels, *image.shape[2:]), np.float32) for name, channels in beside}
        return session.run(None, {'image': image, **known})[0].mean((0, 2, 3))

    rows = []
    for file in files:
        photo = ImageOps.exif_transpose(Image.open(file)).convert('RGB')
        rows.append([means(photo), means(varied(photo, random.Random(file.stem)))])
    print(f'{folder}: {len(files)} photos', flush=True)
    return np.array(rows)


def fitted(like, unlike):
    """Weights and bias of the logistic regression; both sides count the same, and so do the kinds of the unlike."""
    sets = [like, *unlike]
    x = np.concatenate([each.reshape(-1, each.shape[-1]) for each in sets])
    count = lambda each: each.shape[0] * each.shape[1]
    sign = np.concatenate([np.full(count(each), 1 if i == 0 else -1) for i, each in enumerate(sets)])
    share = np.concatenate([np.full(count(each), 1000 / count(each) / (1 if i == 0 else len(unlike))) for i, each in enumerate(sets)])
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    z = (x - mean) / deviation

    def loss(p):
        margin = sign * (z @ p[:-1] + p[-1])
        slope = -share * sign / (1 + np.exp(np.minimum(margin, 500)))
        return (share * np.logaddexp(0, -margin)).sum() + WEIGHT_DECAY * (p[:-1] ** 2).sum() / 2, np.append(z.T @ slope + WEIGHT_DECAY * p[:-1], slope.sum())

    p = minimize(loss, np.zeros(z.shape[1] + 1), jac=True, method='L-BFGS-B', options={'maxiter': 500}).x
    return p[:-1] / deviation, p[-1] - mean @ (p[:-1] / deviation)


def scores(x, model):
    return x @ model[0] + model[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('model')
    parser.add_argument('--like', required=True)
    parser.add_argument('--unlike', nargs='+', required=True)
    parser.add_argument('--pixels', type=int, default=352 * 256, help='that the network is given of a photo')
    parser.add_argument('--most', type=int, default=400, help='photos of a folder of the unlike that are looked at')
    options = parser.parse_args()

    model = onnx.load(options.model)
    graph = model.graph
    # Taken away where it is there from before.
    for nodes in (graph.node, graph.output, graph.initializer):
        for each in [x for x in nodes if x.name.split('/')[0] == NAME]:
            nodes.remove(each)
    middle = next(node.input[0] for node in graph.node if node.name == 'level4_lateral/Conv')
    trunk = onnx.ModelProto.FromString(model.SerializeToString())
    del trunk.graph.output[:]
    trunk.graph.output.append(helper.make_tensor_value_info(middle, onnx.TensorProto.FLOAT, None))
    how = onnxruntime.SessionOptions()
    how.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(trunk.SerializeToString(), how)

    like = features(session, options.like, options.pixels, 1 << 30)
    unlike = [features(session, folder, options.pixels, options.most) for folder in options.unlike]
    part = np.arange(len(like)) * PARTS // len(like)
    held = np.empty(like.shape[:2])
    for each in range(PARTS):
        held[part == each] = scores(like[part == each], fitted(like[part != each], unlike))
    # Where the two are far apart the even odds are in between.
    limit = min(np.quantile(held[:, 0], MISSED), 0)
    print(f'held out: limit {limit:.2f}; varied, {(held[:, 1] < limit).mean():.3f} below it')
    for i, (folder, each) in enumerate(zip(options.unlike, unlike)):
        others = fitted(like, unlike[:i] + unlike[i + 1:]) if len(unlike) > 1 else None
        told = f'; by weights that never saw them {(scores(each[:, 0], others) < limit).mean():.3f}' if others else ''
        print(f'{folder}: {(scores(each[:, 0], fitted(like, unlike)) < limit).mean():.3f} below it{told}')

    weights, bias = fitted(like, unlike)
    weights = weights.reshape(1, -1, 1, 1)
    graph.initializer.append(numpy_helper.from_array(weights.astype(np.float32), f'{NAME}/kernel'))
    graph.initializer.append(numpy_helper.from_array(np.float32([bias - limit]), f'{NAME}/bias'))
    graph.node.extend([
        helper.make_node('Conv', [middle, f'{NAME}/kernel', f'{NAME}/bias'], [f'{NAME}/Conv'], f'{NAME}/Conv'),
        helper.make_node('GlobalAveragePool', [f'{NAME}/Conv'], [f'{NAME}/GlobalAveragePool'], f'{NAME}/GlobalAveragePool'),
        helper.make_node('Sigmoid', [f'{NAME}/GlobalAveragePool'], [NAME], f'{NAME}/Sigmoid'),
    ])
    graph.output.append(helper.make_tensor_value_info(NAME, onnx.TensorProto.FLOAT, ['batch', 1, 1, 1]))
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    Path(options.model).write_bytes(data)
    print(f'{options.model}: {hashlib.sha256(data).hexdigest()}')


if __name__ == '__main__':
    main()
