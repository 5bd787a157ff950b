import type { Argv } from 'yargs';
import type { Io } from './io.js';

/** What a command ends with: 0 all done, 1 some files failed, 2 the command was wrong, 130 stopped. */
export type ExitCode = 0 | 1 | 2 | 130;

/**
 * One command. `declare` runs for `--help` and must stay light; `run` imports what the work needs.
 */
export interface Command {
  readonly command: string;
  readonly describe: string;
  declare(parser: Argv): Argv;
  /** Its arguments name nothing that could be written over: tasks, which know such names, are not read for it. */
  readonly namesNoFiles?: true;
  run(args: Record<string, unknown>, io: Io): Promise<ExitCode>;
}

/** A command that is several: `perpixel eval TASK`. */
export interface CommandGroup {
  readonly command: string;
  readonly describe: string;
  readonly commands: readonly Command[];
  /** What is to be named. @default `a task` */
  readonly what?: string;
}
