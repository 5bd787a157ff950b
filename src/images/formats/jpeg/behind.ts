import { APPENDED, isPadding } from '../appended.js';

const VIDEO = /^.{4}ftyp/s;
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
/** Of Multi-Picture Format's index: what kind of picture each is. */
const MP_ENTRY = 0xb002;

/**
 * What stands behind the picture in a file, in words; nothing where that is padding.
 *
 * @param primary the metadata in front, as text: it tells what the pictures behind are for
 * @param mpf body of the index of Multi-Picture Format, behind its name
 */
export function noticesOfBehind(
  behind: Buffer,
  primary: { xmp?: Buffer; gainMap?: 'kept' | 'claimed'; mpf?: Buffer },
): string[] {
  if (isPadding(behind)) return [];
  const notices: string[] = [];
  const claims = primary.xmp?.toString('latin1') ?? '';
  const next = behind.indexOf(JPEG);
  const head = next < 0 ? '' : behind.toString('latin1', next, next + 65_536);
  const isClaimed = primary.gainMap === 'claimed' || /hdr-gain-map|HDRGainMap|21496/.test(claims + head);
  if (isClaimed && primary.gainMap !== 'kept') {
    notices.push('the gain map (HDR) is not kept');
  } else if (next >= 0) {
    const kinds = primary.mpf ? kindsOf(primary.mpf) : [];
    const isPreview = kinds.length > 0 && kinds.every((kind) => kind >> 16 === 1);
    notices.push(
      isPreview
        ? 'the preview (a smaller picture in the file) is not kept'
        : 'the second picture in the file (MPO) is not kept',
    );
  }
  const isMotion = /(?:MicroVideo|MotionPhoto)\w*\s*(?:=\s*["']|>)\s*1/.test(claims);
  if (isMotion || VIDEO.test(behind.toString('latin1', 0, 16)) || behind.includes('MotionPhoto_Data')) {
    notices.push('the video of the motion photo is not kept');
  }
  return notices.length > 0 ? notices : [APPENDED];
}

/** The kinds of all pictures but the first. */
function kindsOf(mpf: Buffer): number[] {
  const le = mpf[0] === 0x49;
  const u16 = (at: number) => (at + 2 > mpf.length ? 0 : le ? mpf.readUInt16LE(at) : mpf.readUInt16BE(at));
  const u32 = (at: number) => (at + 4 > mpf.length ? 0 : le ? mpf.readUInt32LE(at) : mpf.readUInt32BE(at));
  const directory = u32(4);
  const kinds: number[] = [];
  for (let i = 0; i < Math.min(u16(directory), 100); i++) {
    const entry = directory + 2 + i * 12;
    if (u16(entry) !== MP_ENTRY) continue;
    const [length, at] = [u32(entry + 4), u32(entry + 8)];
    for (let one = 16; one + 16 <= Math.min(length, 16_000); one += 16) kinds.push(u32(at + one) & 0xffffff);
  }
  return kinds;
}
