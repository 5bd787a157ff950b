const SIGNATURE = '8BIM';
const IPTC = 0x0404;
/** Of version 4, and of 5 and later. */
const THUMBNAILS = [0x0409, 0x040c];

interface Resource {
  id: number;
  /** Where it begins, and the one behind it. */
  at: number;
  end: number;
  data: Buffer;
}

/** The IPTC-IIM record inside Photoshop's image resources (JPEG's APP13, TIFF's tag 34377). */
export function iptcOf(resources: Buffer): Buffer | undefined {
  return resourcesIn(resources).find(({ id }) => id === IPTC)?.data;
}

/** Image resources that hold an IPTC-IIM record and nothing else. */
export function photoshopOf(iptc: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.write(SIGNATURE, 'latin1');
  head.writeUInt16BE(IPTC, 4);
  head.writeUInt32BE(iptc.length, 8);
  return Buffer.concat([head, iptc, Buffer.alloc(even(iptc.length) - iptc.length)]);
}

/** The resources without Photoshop's thumbnails, which show the picture as it was before. */
export function withoutThumbnails(resources: Buffer): Buffer {
  const thumbnails = resourcesIn(resources).filter(({ id }) => THUMBNAILS.includes(id));
  if (thumbnails.length === 0) return resources;
  const parts: Buffer[] = [];
  let end = 0;
  for (const { at, end: after } of thumbnails) {
    parts.push(resources.subarray(end, at));
    end = after;
  }
  return Buffer.concat([...parts, resources.subarray(end)]);
}

/** The resources that are whole, from the first on. */
function resourcesIn(resources: Buffer): Resource[] {
  const found: Resource[] = [];
  let at = 0;
  while (at + 12 <= resources.length && resources.toString('latin1', at, at + 4) === SIGNATURE) {
    const id = resources.readUInt16BE(at + 4);
    const sizeAt = at + 6 + even(1 + resources[at + 6]);
    if (sizeAt + 4 > resources.length) break;
    const size = resources.readUInt32BE(sizeAt);
    const data = resources.subarray(sizeAt + 4, sizeAt + 4 + size);
    if (data.length < size) break;
    const end = sizeAt + 4 + even(size);
    found.push({ id, at, end, data });
    at = end;
  }
  return found;
}

function even(length: number): number {
  return length + (length % 2);
}
