const ORIENTATION = 0x0112;

/**
 * The orientation 1..8 that an EXIF blob states (1 where it states none or nonsense), and the blob with 1 in its place:
 * two bytes differ, or none.
 */
export function takeOrientation(exif: Buffer): { orientation: number; exif: Buffer } {
  const at = orientationAt(exif);
  if (at === undefined) return { orientation: 1, exif };
  const le = exif[0] === 0x49;
  const orientation = le ? exif.readUInt16LE(at) : exif.readUInt16BE(at);
  if (orientation === 1) return { orientation, exif };
  const upright = Buffer.from(exif);
  if (le) upright.writeUInt16LE(1, at);
  else upright.writeUInt16BE(1, at);
  return { orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, exif: upright };
}

/** XMP can repeat the orientation, as Adobe's programs do; a second reader would turn the picture again. */
export function uprightXmp(xmp: Buffer): Buffer {
  const text = xmp.toString('latin1');
  const upright = text.replace(/(tiff:Orientation\s*(?:=\s*["']|>)\s*)[2-8]/, '$11');
  return upright === text ? xmp : Buffer.from(upright, 'latin1');
}

/** Where the two bytes of the orientation stand, in the first directory. */
function orientationAt(exif: Buffer): number | undefined {
  if (exif.length < 14) return undefined;
  const le = exif[0] === 0x49;
  const u16 = (at: number) => (le ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  const directory = le ? exif.readUInt32LE(4) : exif.readUInt32BE(4);
  if (directory + 2 > exif.length) return undefined;
  const count = u16(directory);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > exif.length) return undefined;
    const isShort = u16(entry + 2) === 3;
    if (u16(entry) === ORIENTATION && isShort) return entry + 8;
  }
  return undefined;
}
