import { brotliDecompressSync } from 'node:zlib';
import { withoutExifPrefix } from '../../metadata/exif.js';
import type { FileMetadata } from '../format.js';
import { type Box, box, boxesIn, numbers } from '../heif/isoBoxes.js';
import { type CodestreamHeader, codestreamHeader } from './codestreamHeader.js';

/** The first box of a file that has boxes. */
const SIGNATURE = Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1');
/** Enough of a codestream for its header. */
const HEAD = 4096;
/** No metadata is larger once it is unpacked. */
const MOST_METADATA = 64 * 2 ** 20;

/** What stands in a JPEG XL file. */
export interface JxlFile {
  metadata: FileMetadata;
  /** Undefined where it is damaged; the decoder has the last word. */
  header: CodestreamHeader | undefined;
  /** The file without EXIF and XMP: their readers in the decoder take seconds for nonsense. */
  bare: Buffer;
}

/** Reads what stands beside the pixels: boxes around a codestream, or a bare codestream, which has nothing. */
export function readJxlFile(bytes: Buffer): JxlFile {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) {
    return { metadata: {}, header: codestreamHeader(bytes), bare: bytes };
  }
  const boxes = boxesIn(bytes);
  const metadata: FileMetadata = {};
  const notices = new Set<string>();
  const bare: Buffer[] = [];
  for (const [i, each] of boxes.entries()) {
    const content = contentOf(each);
    if (content === undefined) notices.add('metadata is damaged and not kept');
    const { type = each.type, body } = content ?? {};
    if (type === 'Exif' && body && body.length > 4) {
      // How many bytes stand before its TIFF header.
      metadata.exif ??= withoutExifPrefix(body.subarray(4 + Math.min(body.readUInt32BE(0), body.length - 4)));
    } else if (type === 'xml ' && body) metadata.xmp ??= body;
    else if (type === 'jumb') notices.add('JUMBF (signatures, 360° and the like) is not kept');
    else if (content?.type === each.type) bare.push(bytes.subarray(each.at, boxes[i + 1]?.at ?? bytes.length));
  }
  if (notices.size > 0) metadata.notices = [...notices];
  return { metadata, header: codestreamHeader(codestreamIn(boxes)), bare: Buffer.concat(bare) };
}

/** A box as it is, or unpacked. Undefined where it cannot be. */
function contentOf({ type, body }: Box): { type: string; body: Buffer } | undefined {
  if (type !== 'brob') return { type, body };
  try {
    const own = body.toString('latin1', 0, 4);
    return { type: own, body: brotliDecompressSync(body.subarray(4), { maxOutputLength: MOST_METADATA }) };
  } catch {
    return undefined;
  }
}

/** The beginning of the codestream, which may stand in several boxes. */
function codestreamIn(boxes: readonly Box[]): Buffer {
  const parts = boxes
    .filter(({ type }) => type === 'jxlc' || type === 'jxlp')
    .map(({ type, body }) => body.subarray(type === 'jxlp' ? 4 : 0).subarray(0, HEAD));
  return Buffer.concat(parts);
}

/** A file with this metadata beside what the encoder wrote, which has none. */
export function writeJxlFile(encoded: Buffer, { exif, xmp }: FileMetadata): Buffer[] {
  const added = [...(exif ? [box('Exif', numbers(4, 0), exif)] : []), ...(xmp ? [box('xml ', xmp)] : [])];
  if (added.length === 0) return [encoded];
  const isBare = !encoded.subarray(0, SIGNATURE.length).equals(SIGNATURE);
  if (!isBare) return [encoded, ...added];
  const kind = box('ftyp', Buffer.from('jxl \0\0\0\0jxl ', 'latin1'));
  return [SIGNATURE, kind, ...added, box('jxlc', encoded)];
}
