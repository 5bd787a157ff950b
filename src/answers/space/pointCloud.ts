import type { ViewPoints } from './viewPoints.js';

/** Three floats and three bytes. */
const POINT = 15;

/** Points with colours as a binary PLY, as 3D programs read it: x, y, z in metres, red, green, blue as bytes; those that are somewhere. */
export function pointCloud({ positions, colours }: ViewPoints): Uint8Array {
  const isSomewhere = (i: number) => positions[i + 2] !== 0;
  let count = 0;
  for (let i = 0; i < positions.length; i += 3) if (isSomewhere(i)) count++;
  const header = Buffer.from(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment metres; x right, y up, z to the viewer',
      `element vertex ${count}`,
      ...['x', 'y', 'z'].map((name) => `property float ${name}`),
      ...['red', 'green', 'blue'].map((name) => `property uchar ${name}`),
      'end_header\n',
    ].join('\n'),
  );
  const file = Buffer.alloc(header.length + count * POINT);
  header.copy(file);
  for (let i = 0, at = header.length; i < positions.length; i += 3) {
    if (!isSomewhere(i)) continue;
    for (let c = 0; c < 3; c++) {
      file.writeFloatLE(positions[i + c], at + 4 * c);
      file[at + 12 + c] = Math.min(1, Math.max(0, colours[i + c])) * 255 + 0.5;
    }
    at += POINT;
  }
  return file;
}
