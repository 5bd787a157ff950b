import { tasks } from './library/shared.js';

/**
 * Takes noise out of photos; see docs/denoise.md for what it is good at.
 *
 * @example
 * import { denoise } from 'perpixel';
 * const clean = await denoise(await readFile('IMG_0042.jpg'), { sigma: 12 }); // a JPEG again, EXIF and profile kept
 * await denoise('IMG_0042.tif', { output: 'clean/IMG_0042.tif', signal, worker: true });
 */
export const denoise = tasks.denoise;

/**
 * Takes blur out of photos, the same all over the photo; see docs/deblur.md for what it is good at.
 *
 * @example
 * const sharp = await deblur('IMG_0042.jpg', { kernel: 'blur.png' });
 */
export const deblur = tasks.deblur;

/**
 * Fills holes: white in `mask`, of the colour `holeColour`, or what is transparent.
 *
 * @example
 * const whole = await inpaint('scan.png', { mask: 'scratches.png' });
 */
export const inpaint = tasks.inpaint;

/**
 * Takes rain, drops or dirt on the glass out of photos.
 *
 * @example
 * const dry = await derain(sharp('street.jpg').resize(1200), { kind: 'drops' });
 */
export const derain = tasks.derain;

/**
 * How far everything in a photo is away: float32 `[h, w, 1]`, metres along the optical axis.
 *
 * @example
 * const metres = await depth('room.jpg');
 * console.log(metres.get(240, 320, 0));
 * await depth('room.jpg', { output: 'room.depth.png', focal: '28mm' }); // 16 bits, millimetres
 */
export const depth = tasks.depth;

/**
 * Which way every surface in a photo faces: float32 `[h, w, 3]`, unit vectors, x right, y up, z to the viewer.
 *
 * @example
 * await normals('room.jpg', { output: 'room.normals.png', bitDepth: 16 }); // (n + 1) / 2
 */
export const normals = tasks.normals;

/**
 * What everything in a photo is: uint8 `[h, w, 1]`, class indices as `labelsLegend` names them; 0 is void.
 *
 * @example
 * await labels('room.jpg', { output: 'room.labels.png', classes: 13 });
 */
export const labels = tasks.labels;

/**
 * Membranes and cells in a slice of an electron microscope: the probability of cell, float32 `[h, w, 1]`, and with `cells` a number
 * a cell, uint32 `[h, w]`.
 *
 * @example
 * const { probability, cells } = await membranes('slice.tif', { cells: true, minSize: 100 });
 */
export const membranes = tasks.membranes;

/**
 * Where the joints of the person in a photo are: 14, in pixels of the photo, each with a score.
 *
 * @example
 * const { joints } = await pose('runner.jpg');
 * console.log(joints.find(({ name }) => name === 'left knee'));
 */
export const pose = tasks.pose;
