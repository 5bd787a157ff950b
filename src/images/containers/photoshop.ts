const SIGNATURE = '8BIM';
const IPTC_RESOURCE = 0x0404;

/** The IPTC-IIM record inside Photoshop's image resources (JPEG's APP13, TIFF's tag 34377). */
export function iptcOf(resources: Buffer): Buffer | undefined {
  let offset = 0;
  while (offset + 12 <= resources.length && resources.toString('latin1', offset, offset + 4) === SIGNATURE) {
    const id = resources.readUInt16BE(offset + 4);
    const nameLength = even(1 + resources[offset + 6]);
    const sizeAt = offset + 6 + nameLength;
    if (sizeAt + 4 > resources.length) return undefined;
    const size = resources.readUInt32BE(sizeAt);
    if (id === IPTC_RESOURCE) return resources.subarray(sizeAt + 4, sizeAt + 4 + size);
    offset = sizeAt + 4 + even(size);
  }
  return undefined;
}

/** Image resources that hold an IPTC-IIM record and nothing else. */
export function photoshopOf(iptc: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write(SIGNATURE, 'latin1');
  head.writeUInt16BE(IPTC_RESOURCE, 4);
  head.writeUInt32BE(iptc.length, 8);
  return Buffer.concat([head, iptc, Buffer.alloc(even(iptc.length) - iptc.length)]);
}

function even(length: number): number {
  return length + (length % 2);
}
