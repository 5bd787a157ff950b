import { writeFile } from 'node:fs/promises';
import { writeWhole } from '../../core/files/writeWhole.js';
import type { FileResult } from '../../pipelines/items.js';
import { batchEntry, type EntryOptions } from './batchEntry.js';
import { type BatchEntry, batchPage } from './batchPage.js';
import { PICTURED } from './resultViews.js';

/** Writes the page of a batch that is over, whole or not at all. @throws PerpixelError E_WRITE */
export async function writeBatchPage(
  file: string,
  title: string,
  results: readonly FileResult[],
  options: Omit<EntryOptions, 'pictured'>,
): Promise<void> {
  const entries: BatchEntry[] = [];
  let pictured = 0;
  for (const result of results) {
    const isShown = result.output !== undefined && pictured < PICTURED;
    if (isShown) pictured++;
    entries.push(await batchEntry(result, { ...options, pictured: isShown }));
  }
  await writeWhole(file, (temporary) => writeFile(temporary, batchPage(title, entries)), { replacesOwn: true });
}
