import { type FileHandle, open } from 'node:fs/promises';
import { type WriteOptions, writeWhole } from '../../core/files/writeWhole.js';
import { PageFile } from '../../images/formats/tiff/pageFile.js';
import { type Result, shown } from '../../tasks/result.js';
import type { AnyTask, StackText } from '../../tasks/task.js';

/** A file of a stack, to which the results of its slices are added one by one. */
export interface StackFile {
  /** @param slice from 1 */
  add(result: Result, slice: number): Promise<void>;
  /** What stands behind the last slice. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** A file of a stack that is to be written. */
export interface StackOutput {
  path: string;
  /** Of which of the tasks. */
  task: AnyTask;
  begin(temporary: string): Promise<StackFile>;
}

/** A TIFF with a page a slice. */
export const ofPages =
  (page: (result: Result) => Parameters<PageFile['add']>[0] | Promise<Parameters<PageFile['add']>[0]>) =>
  async (temporary: string): Promise<StackFile> => {
    const file = await PageFile.create(temporary);
    return { add: async (result) => file.add(await page(result)), end: async () => {}, close: () => file.close() };
  };

/** Slices in colours to look at. */
export const ofPictures = (pictured?: Readonly<Record<string, unknown>>) =>
  ofPages(async (result) => (await shown(result, pictured)).pixels);

/** A file of text. `writeFile` goes on where the file ends, and writes all of it or fails; `write` may write a part. */
export const ofText =
  ({ begin, slice, between, end }: StackText<unknown, unknown>) =>
  async (temporary: string): Promise<StackFile> => {
    const file: FileHandle = await open(temporary, 'w');
    await file.writeFile(begin);
    let isFirst = true;
    return {
      async add({ facts, value }, n) {
        const text = slice(facts, value, n);
        if (text === '') return;
        await file.writeFile(isFirst ? text : between + text);
        isFirst = false;
      },
      end: () => file.writeFile(end),
      close: () => file.close(),
    };
  };

/** Writes several files side by side, each of them whole or not at all: the first gets its name last. */
export async function writeTogether(
  outputs: readonly StackOutput[],
  write: (files: StackFile[]) => Promise<void>,
  options: WriteOptions,
): Promise<void> {
  const [output, ...others] = outputs;
  if (output === undefined) return write([]);
  await writeWhole(
    output.path,
    async (temporary) => {
      const file = await output.begin(temporary);
      try {
        await writeTogether(
          others,
          async (files) => {
            await write([file, ...files]);
            await file.end();
          },
          options,
        );
      } finally {
        await file.close();
      }
    },
    options,
  );
}
