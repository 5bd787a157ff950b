import type { Intrinsics } from '../../geometry/planeNormals.js';
import type { ExampleFiles } from '../datasets/exampleFiles.js';
import type { ExampleOptions, TaskName } from './exampleOptions.js';

/** What the maker of a task's batches is told; plain data, since it goes to another thread. */
export interface DrawOptions<Name extends TaskName> {
  files: readonly ExampleFiles[];
  /** Channels of the picture: 1 for grey, 3 for colour. */
  channels: 1 | 3;
  /** Size of an example in pixels. */
  height: number;
  width: number;
  /** Examples a batch. */
  batch: number;
  seed: number;
  examples: ExampleOptions<Name>;
  /** What the network takes and answers. */
  inputNames: readonly string[];
  outputNames: readonly string[];
  /** Scenes as they are, not augmented: to score on. @default false */
  still?: boolean;
  /** The camera of scenes, where it is known. */
  camera?: Intrinsics;
}
