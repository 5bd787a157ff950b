import { stat } from 'node:fs/promises';
import path from 'node:path';
import { endings } from '../images/formats/lookup.js';
import { optionError } from './optionError.js';

/** Kinds of files that a name may ask for and that are not written here. */
const OTHER_KINDS =
  /^(gif|hei[cf]|bmp|dib|jxl|jp2|j2k|exr|hdr|p[bgpn]m|psd|pdf|svg|ico|tga|dng|cr[23w]|nef|arw|raw|mp4|mov|mkv|avi|webm|txt|json|html?|zip|tar|csv|onnx)$/;

/**
 * Makes sure that the results' folder is meant to be one: `-o x.gif` asks for a file that is not written here, and would
 * become a folder of that name.
 *
 * @param isSingle one photo is named, whose result may be a file: its name is looked at more closely
 * @throws PerpixelError E_OPTION
 */
export async function requireFolderName(output: string, isSingle: boolean): Promise<void> {
  if (/[/\\]$/.test(output) || (await isFolder(output))) return;
  const extension = path.extname(output).slice(1).toLowerCase();
  const looksLikeFile = OTHER_KINDS.test(extension) || (isSingle && /^[a-z]{2,}\d?$/.test(extension));
  if (!looksLikeFile) return;
  const expected = `a folder, or for one photo a file: ${endings}`;
  throw optionError(
    'output',
    output,
    expected,
    `A folder of that name is asked for with a slash behind it: ${output}/.`,
  );
}

/** Whether there is a folder of that name. */
export async function isFolder(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Whether there is a file of that name. */
export async function isFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ?? false;
}
