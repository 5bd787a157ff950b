import type { ByteSource } from '../byteSource.js';

/** Bytes behind a picture that are looked at. */
const LOOK = 65_536;

/** Whether bytes behind a picture are nothing: zeros, ones, or the ends of lines. */
export function isPadding(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0 && byte !== 0xff && byte !== 0x20 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return true;
}

/** What is told of a file that goes on behind its picture with something that nobody knows. */
export const APPENDED = 'what is appended behind the picture is not kept';

/** What is told of what follows a picture. @param at where it ends */
export async function noticesOfAppended(file: ByteSource, at: number): Promise<string[]> {
  return isPadding(await file.read(at, LOOK)) ? [] : [APPENDED];
}
