import sharp from 'sharp';

/**
 * Elements of SVG on white, in pixels from the upper left corner.
 *
 * @returns red, green and blue, 8 bits, row by row
 */
export async function drawSvg(elements: string, height: number, width: number): Promise<Uint8Array> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${elements}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: 'white' }).toColourspace('srgb').raw().toBuffer();
}
