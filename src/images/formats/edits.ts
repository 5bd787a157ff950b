import { open } from 'node:fs/promises';
import { writeAt } from '../../core/files/writeAt.js';

const CHUNK = 1 << 20;

/** Replaces `remove` bytes at `at` by `insert`. */
export interface Edit {
  at: number;
  remove: number;
  insert: Buffer;
}

/** The bytes with all edits done. Edits do not overlap; positions are those before any edit. */
export function editBuffer(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let end = 0;
  for (const { at, remove, insert } of inOrder(edits)) {
    parts.push(bytes.subarray(end, at), insert);
    end = at + remove;
  }
  return Buffer.concat([...parts, bytes.subarray(end)]);
}

/**
 * The same in a file, in place: what stands between the edits is moved, a megabyte at a time, so that an encoded photo
 * of any size needs neither memory nor a second file.
 */
export async function editFile(path: string, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const moves: { from: number; to: number; length: number }[] = [];
    const inserts: { to: number; bytes: Buffer }[] = [];
    let from = 0;
    let to = 0;
    for (const { at, remove, insert } of inOrder(edits)) {
      moves.push({ from, to, length: at - from });
      inserts.push({ to: to + at - from, bytes: insert });
      to += at - from + insert.length;
      from = at + remove;
    }
    moves.push({ from, to, length: size - from });

    const chunk = Buffer.allocUnsafe(CHUNK);
    const copy = async (source: number, target: number, length: number) => {
      await file.read(chunk, 0, length, source);
      await writeAt(file, chunk.subarray(0, length), target);
    };
    // What moves up goes last part first, what moves down first part first: nothing is written over before it is read.
    for (const move of moves.filter((m) => m.to > m.from).reverse()) {
      for (let end = move.length; end > 0; end -= CHUNK) {
        const start = Math.max(0, end - CHUNK);
        await copy(move.from + start, move.to + start, end - start);
      }
    }
    for (const move of moves.filter((m) => m.to < m.from)) {
      for (let start = 0; start < move.length; start += CHUNK) {
        await copy(move.from + start, move.to + start, Math.min(CHUNK, move.length - start));
      }
    }
    for (const { to: position, bytes } of inserts) await writeAt(file, bytes, position);
    await file.truncate(to + size - from);
  } finally {
    await file.close();
  }
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return [...edits].sort((a, b) => a.at - b.at);
}
