/**
 * `npx tsx bench/sameOutputs.ts CHECKOUT FOLDER`: runs some fifty things with the command and the library of a checkout that is built, and
 * writes the SHA-256 of what they made to FOLDER/outputs.json; the results themselves stay in FOLDER/results, to be looked at.
 *
 * `npx tsx bench/sameOutputs.ts --compare BEFORE AFTER`: tells how two such lists differ, and fails where they do. Names lists, or folders.
 *
 * For a change that must change no result: list the commit before it and the one after it, on one machine. Processors round
 * differently, so lists of two machines cannot be compared. Of a video the decoded frames are hashed; of what is printed, all but
 * times. Needs FFmpeg.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ffmpeg } from '../test/helpers/ffmpegFixtures.js';

interface Case {
  /** Arguments of the command, which runs in the folder of the inputs; OUT is the case's own folder of results. */
  args?: readonly string[];
  /** In place of `args`: the body of a module in which `perpixel` is the library and OUT as above. */
  program?: string;
  /** The input that comes on standard input. */
  stdin?: string;
  /** @default 0 */
  code?: number;
}

const command = (line: string, rest: Omit<Case, 'args' | 'program'> = {}): Case => ({ args: line.split(' '), ...rest });
const program = (body: string): Case => ({ program: body });

const cases: Record<string, Case> = {
  help: command('--help'),

  'denoise 8 bits': command('denoise photo.png -o OUT'),
  'denoise JPEG, known sigma': command('denoise photo.jpg -o OUT --sigma 20 --quality fast'),
  'denoise 16 bits': command('denoise deep.png -o OUT --quality fast'),
  'denoise a TIFF of 16 bits': command('denoise deep.tif -o OUT --quality fast --strength 0.8'),
  'denoise floats': command('denoise float.npy float.pfm -o OUT --sigma 15 --quality fast'),
  'denoise grey': command('denoise grey.png -o OUT --quality fast'),
  'denoise transparency': command('denoise alpha.png -o OUT --quality fast'),
  'denoise in tiles': command('denoise photo.png -o OUT --sigma 25 --quality fast --tile 112'),
  'denoise, averaged': command('denoise tiny.png -o OUT --quality best'),
  'denoise to WebP': command('denoise photo.png -o OUT --format webp --quality fast'),
  'denoise a folder': command('denoise tree -o OUT --quality fast --json'),
  'denoise a folder with a broken file': command('denoise broken -o OUT --quality fast --quiet', { code: 1 }),
  'denoise a pipe': command('denoise - -o - --quality fast', { stdin: 'photo.png' }),
  'denoise, with a page': command('denoise tree -o OUT --quality fast --report OUT/page.html --truth truth'),

  'deblur, known kernel': command('deblur blurred.png -o OUT --kernel kernel.npy --sigma 2.5'),
  'deblur, estimated': command('deblur tiny.png -o OUT --kernel-size 9 --save-kernel OUT/kernel.npy'),
  'deblur 16 bits': command('deblur deep.png -o OUT --kernel kernel.npy --quality fast'),

  'inpaint, mask': command('inpaint photo.png -o OUT --mask mask.png'),
  'inpaint, folder of masks': command('inpaint tree -o OUT --mask masks --grow 1'),
  'inpaint, colour': command('inpaint marked.png -o OUT --hole-colour #ff00ff'),
  'inpaint, transparency, 16 bits': command('inpaint erased.png -o OUT'),

  'derain streaks': command('derain photo.png -o OUT'),
  'derain drops': command('derain deep.png -o OUT --kind drops'),
  'derain floats': command('derain float.npy -o OUT --kind dirt'),

  'depth to PNG': command('depth room.jpg -o OUT --pictures'),
  'depth to NPY': command('depth deep.png -o OUT --format npy --focal 35mm'),
  'depth to PFM': command('depth float.npy -o OUT --format pfm'),
  'normals to PNG': command('normals room.jpg -o OUT --pictures'),
  'normals to PNG, 16 bits': command('normals room.jpg -o OUT --bit-depth 16 --quality best'),
  'normals to NPY': command('normals float.npy -o OUT --format npy'),
  labels: command('labels room.jpg -o OUT --pictures'),
  'labels, 13 classes': command('labels room.jpg -o OUT --classes 13 --format npy'),
  'labels of a street': command('labels photo.jpg -o OUT --scene street'),
  'labels with measured depth': command('labels room.jpg -o OUT --depth depth.png'),
  'labels with predicted depth': command('labels room.jpg -o OUT --depth predicted'),
  'several maps at once': command('depth,normals,labels tree -o OUT --json'),

  'depth into space': command('depth room.jpg -o OUT --format ply'),
  'a region': command('denoise photo.png -o OUT --quality fast --region 40,30,64,48'),
  membranes: command('membranes grey.png -o OUT --cells --pictures'),
  pose: command('pose room.jpg -o OUT --pictures'),

  'video denoise': command('video denoise walk.mkv -o OUT/x.mkv --sigma 10 --quality fast --codec ffv1 --segment 3'),
  'video depth': command('video depth walk.mkv -o OUT/x.mp4'),
  'video labels': command('video labels walk.mkv -o OUT/x.y4m'),
  'video on pipes': command('video denoise - -o - --sigma 10 --quality fast', { stdin: 'walk.y4m' }),

  'eval denoise': command('eval denoise truth --sigma 25 --quality fast --json'),
  'eval deblur': command('eval deblur truth --kernel kernel.npy --sigma 2.55 --json --quality fast'),
  'eval inpaint': command('eval inpaint truth --json'),
  'eval derain': command('eval derain truth --json'),
  'eval depth': command('eval depth rooms --truth depths --json'),
  'eval normals': command('eval normals rooms --truth depths --json'),
  'models, as JSON': command('models --json'),

  'a call': program(`
    await writeFile(OUT + '/x.tif', await perpixel.denoise('deep.tif', { sigma: 20, quality: 'fast' }));`),
  'a call in a worker': program(`
    const result = await perpixel.denoise(await readFile('photo.png'), { worker: true, quality: 'fast' });
    await writeFile(OUT + '/x.png', result);`),
  'a map in a worker': program(`
    const result = await perpixel.depth(await readFile('room.jpg'), { worker: true });
    await writeFile(OUT + '/x.bin', Buffer.from(result.data.buffer, result.data.byteOffset, result.data.byteLength));`),
  'several maps in a call': program(`
    const { depth, labels } = await perpixel.maps('room.jpg', { depth: {}, labels: { classes: 13 } });
    for (const [name, { data }] of Object.entries({ depth, labels }))
      await writeFile(OUT + '/' + name + '.bin', Buffer.from(data.buffer, data.byteOffset, data.byteLength));`),
  'a pipeline': program(`
    const denoise = await perpixel.pipeline('denoise', { quality: 'fast' });
    for (const name of ['photo.png', 'grey.png']) await writeFile(OUT + '/' + name, await denoise(await readFile(name)));
    await denoise.dispose();`),
  'a stream': program(`
    const denoise = await perpixel.pipeline('denoise', { quality: 'fast' });
    const { createReadStream, createWriteStream } = await import('node:fs');
    const { pipeline } = await import('node:stream/promises');
    await pipeline(createReadStream('photo.jpg'), denoise.stream(), createWriteStream(OUT + '/x.jpg'));
    await denoise.dispose();`),
};

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const { positionals, values } = parseArgs({ allowPositionals: true, options: { compare: { type: 'boolean' } } });
const [first, second] = positionals;
if (positionals.length !== 2) throw new Error('Name a checkout and a folder, or --compare and two lists.');
if (values.compare) process.exitCode = compare(await listingAt(first), await listingAt(second));
else await list(path.resolve(first), path.resolve(second));

/** Runs all cases and writes their list. */
async function list(checkout: string, folder: string): Promise<void> {
  const [inputs, results] = ['inputs', 'results'].map((name) => path.join(folder, name));
  for (const each of [inputs, results]) {
    await rm(each, { recursive: true, force: true });
    await mkdir(each, { recursive: true });
  }
  await makeInputs(inputs);
  const listing: Record<string, string> = {};
  for (const [name, each] of Object.entries(cases)) {
    const out = path.join(results, name.replaceAll(/\W+/g, '-'));
    await mkdir(out);
    const failure = await run(each, { checkout, inputs, out });
    if (failure) {
      console.error(`${name}: ${failure}`);
      listing[name] = failure;
    }
    for (const file of await filesBelow(out)) {
      const relative = path.relative(out, file).replaceAll(path.sep, '/');
      listing[`${name}: ${relative}`] = createHash('sha256')
        .update(await contentOf(file))
        .digest('hex');
    }
  }
  await writeFile(path.join(folder, 'outputs.json'), `${JSON.stringify(listing, null, 2)}\n`);
  console.log(`${Object.keys(cases).length} cases, ${Object.keys(listing).length} files: ${folder}/outputs.json`);
}

/** Runs a case; gives what went wrong where it does not end as it should. */
async function run(
  { args = [], program: body, stdin, code = 0 }: Case,
  { checkout, inputs, out }: Record<'checkout' | 'inputs' | 'out', string>,
): Promise<string | undefined> {
  const relative = path.relative(inputs, out);
  const library = pathToFileURL(path.join(checkout, 'dist/index.js')).href;
  const lines = [
    `import * as perpixel from ${JSON.stringify(library)};`,
    "import { readFile, writeFile } from 'node:fs/promises';",
    `const OUT = ${JSON.stringify(relative)};`,
    body,
  ];
  const node = body
    ? ['--input-type=module', '--eval', lines.join('\n')]
    : [path.join(checkout, 'bin/perpixel.js'), ...args.map((arg) => arg.replace('OUT', relative))];
  const child = spawn(process.execPath, node, { cwd: inputs });
  child.stdin.end(stdin && (await readFile(path.join(inputs, stdin))));
  const [stdout, stderr, status] = await Promise.all([
    bytesOf(child.stdout),
    bytesOf(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  if (stdout.length > 0) await writeFile(path.join(out, 'stdout'), stdout);
  return status === code ? undefined : `ended with ${status}, not ${code}: ${stderr.toString().trim()}`;
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What is hashed of a result: its bytes, without what differs from run to run. */
async function contentOf(file: string): Promise<string | Buffer> {
  if (/\.(mkv|mp4|y4m)$/.test(file)) {
    const frames = ffmpeg('-i', file, '-map', '0', '-f', 'framemd5', '-').toString();
    return frames.replaceAll(/^#.*\n/gm, '');
  }
  const bytes = await readFile(file);
  if (file.endsWith('.html')) return withoutTimes(bytes.toString());
  return file.endsWith('stdout') && !bytes.includes(0) ? withoutTimes(bytes.toString()) : bytes;
}

function withoutTimes(text: string): string {
  return text
    .replaceAll(/^\{"event":"progress".*\n/gm, '')
    .replaceAll(/"(seconds|secondsLeft|rate)":[\d.e-]+/g, '"$1":0')
    .replaceAll(/<dt>seconds<\/dt><dd>[^<]*/g, '')
    .replaceAll(/megapixels in [^,]* of work/g, '');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Small pictures of every kind, from the fixtures. */
async function makeInputs(folder: string): Promise<void> {
  const at = (name: string) => path.join(folder, name);
  const cut = (file: string, width: number, height: number) =>
    sharp(path.join(fixtures, file)).extract({ left: 60, top: 80, width, height }).keepMetadata();
  await cut('noisy/dogs.png', 160, 120).png().toFile(at('photo.png'));
  await cut('noisy/dogs.png', 64, 48).png().toFile(at('tiny.png'));
  await cut('noisy/dandelion.jpg', 160, 120).jpeg({ quality: 92 }).toFile(at('photo.jpg'));
  await cut('noisy/stream.tif', 120, 96).toColourspace('rgb16').png().toFile(at('deep.png'));
  await cut('noisy/stream.tif', 120, 96).toColourspace('rgb16').tiff({ compression: 'lzw' }).toFile(at('deep.tif'));
  await cut('noisy/dogs.png', 120, 96).greyscale().png().toFile(at('grey.png'));
  await cut('photos/dogs.jpg', 120, 96).blur(1.2).png().toFile(at('blurred.png'));
  await sharp(path.join(fixtures, 'scenes/room.jpg')).resize(170, 256).keepMetadata().toFile(at('room.jpg'));

  const holes = Buffer.from(
    '<svg width="160" height="120"><path d="M20 30h90v4h-90zM70 60l40 40 4-2-40-40z" fill="#f0f"/></svg>',
  );
  const [photo, ink] = [await sharp(at('photo.png')).toBuffer(), await sharp(holes).png().toBuffer()];
  await sharp(photo)
    .composite([{ input: ink }])
    .png()
    .toFile(at('marked.png'));
  await sharp(ink).flatten({ background: '#000' }).greyscale().threshold(1).png().toFile(at('mask.png'));
  const erased = sharp(photo).composite([{ input: ink, blend: 'dest-out' }]);
  await sharp(await erased.png().toBuffer())
    .toColourspace('rgb16')
    .png()
    .toFile(at('erased.png'));
  await sharp(photo).ensureAlpha(0.5).png().toFile(at('alpha.png'));

  const { data, info } = await cut('noisy/stream.tif', 96, 80)
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const floats = Float32Array.from(samples, (value) => value / 60000);
  await writeFile(at('float.npy'), npy(floats, [info.height, info.width, 3]));
  const rows = Array.from({ length: info.height }, (_, y) =>
    floats.subarray(3 * info.width * y).slice(0, 3 * info.width),
  );
  const body = Buffer.concat(rows.reverse().map((row) => Buffer.from(row.buffer)));
  await writeFile(at('float.pfm'), Buffer.concat([Buffer.from(`PF\n${info.width} ${info.height}\n-1\n`), body]));
  const kernel = Float32Array.from([0.05, 0.1, 0.05, 0.1, 0.4, 0.1, 0.05, 0.1, 0.05]);
  await writeFile(at('kernel.npy'), npy(kernel, [3, 3]));

  // A room whose floor recedes: 1.5 to 4 metres.
  const depth = Uint16Array.from({ length: 170 * 256 }, (_, i) => 4000 - 9 * Math.floor(i / 170));
  await sharp(depth, { raw: { width: 170, height: 256, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(at('depth.png'));

  for (const each of ['tree/below', 'truth/below', 'masks/below', 'broken', 'rooms', 'depths'])
    await mkdir(at(each), { recursive: true });
  await cp(at('photo.png'), at('tree/a.png'));
  await cp(at('photo.jpg'), at('tree/below/b.jpg'));
  await cut('photos/dogs.jpg', 160, 120).png().toFile(at('truth/a.png'));
  await cut('photos/dandelion.jpg', 160, 120).png().toFile(at('truth/below/b.jpg'));
  for (const each of ['a', 'below/b']) await cp(at('mask.png'), at(`masks/${each}.png`));
  await cp(at('tiny.png'), at('broken/good.png'));
  await writeFile(at('broken/bad.png'), (await readFile(at('photo.png'))).subarray(0, 2000));
  await cp(at('room.jpg'), at('rooms/room.jpg'));
  await cp(at('depth.png'), at('depths/room.png'));

  const test = ['-f', 'lavfi', '-i', 'testsrc2=size=96x64:rate=25', '-f', 'lavfi', '-i', 'sine', '-t', '0.4'];
  ffmpeg(...test, '-pix_fmt', 'yuv420p', '-c:v', 'ffv1', '-c:a', 'aac', at('walk.mkv'));
  ffmpeg('-i', at('walk.mkv'), '-an', at('walk.y4m'));
}

function npy(data: Float32Array, shape: readonly number[]): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(padded),
    Buffer.from(data.buffer),
  ]);
}

async function listingAt(name: string): Promise<Record<string, string>> {
  const file = (await stat(name)).isDirectory() ? path.join(name, 'outputs.json') : name;
  return JSON.parse(await readFile(file, 'utf8'));
}

/** @returns 0 where both are the same */
function compare(before: Record<string, string>, after: Record<string, string>): number {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((name) => before[name] !== after[name]);
  const how = (name: string) => (after[name] ? (before[name] ? 'differs' : 'is new') : 'is missing');
  for (const name of differing) console.log(`${name} ${how(name)}`);
  console.log(`${names.length - differing.length} of ${names.length} are the same`);
  return differing.length === 0 ? 0 : 1;
}
