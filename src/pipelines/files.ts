import type { Observable } from 'rxjs';
import type { FileResult, PictureFile } from './items.js';
import { pull } from './pull.js';
import { type WalkOptions, walkFiles } from './walkFiles.js';

/**
 * The pictures that the inputs name, as a stream that reads folders no faster than the chain can follow; see walkFiles.
 *
 * @example
 * files('photos/**').pipe(decode(), predict(denoise, { sigma: 25 }, { open }), encode('clean/')).subscribe(report);
 */
export function files(inputs: string | readonly string[], options?: WalkOptions): Observable<PictureFile | FileResult> {
  const walk = () => walkFiles(typeof inputs === 'string' ? [inputs] : inputs, options);
  return pull({ [Symbol.asyncIterator]: walk });
}
