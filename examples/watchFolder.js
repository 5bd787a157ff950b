/**
 * Cleans every photo that is put into a folder, until Ctrl-C. Each change goes through the whole folder again, which costs
 * nothing: `unfinished` lets only those through whose result is missing. A file that was still being copied fails, and is
 * done with the change that ends its copying.
 *
 *     node examples/watchFolder.js inbox clean
 */
import { watch } from 'node:fs';
import { decode, denoise, encode, files, predict, unfinished } from 'perpixel';
import { concatMap, debounceTime, filter, fromEvent, merge, startWith, takeUntil } from 'rxjs';

const [inbox, clean] = process.argv.slice(2);

const watcher = watch(inbox, { recursive: true });
const stopped = merge(fromEvent(process, 'SIGINT'), fromEvent(process, 'SIGTERM'));

fromEvent(watcher, 'change')
  .pipe(
    startWith(undefined),
    debounceTime(300),
    concatMap(() => files(inbox, { output: clean }).pipe(unfinished(clean), decode(), predict(denoise), encode(clean))),
    filter(({ status }) => status !== 'skipped'),
    takeUntil(stopped),
  )
  .subscribe({
    next: ({ input, output, error }) => console.log(output ?? `${input}: ${error?.message}`),
    complete: () => watcher.close(),
  });
