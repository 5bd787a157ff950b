import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
// The number of this process, and whether another lives: no setting is read from it.
import { kill, pid } from 'node:process';

/** Who holds something: enough to tell whether that process lives, by whoever shares its kernel and its process numbers. */
export interface Owner {
  /** Of this holding alone. */
  token: string;
  pid: number;
  host: string;
  /** When the process began, in the kernel's ticks: a number that was given again has another. */
  started?: string;
  /** The kernel's run and the namespace of process numbers: containers of one host name have numbers of their own. */
  space?: string;
}

/** This process, with a token of its own at each call. */
export function thisOwner(): Owner {
  return { token: randomUUID(), pid, host: hostname(), started: startOf(pid), space: spaceOfNumbers() };
}

/** Whether it lives; undefined where that cannot be known from here: another computer, another container, no Linux. */
export function isAlive(owner: Owner): boolean | undefined {
  const space = spaceOfNumbers();
  if (owner.started === undefined || space === undefined || owner.space !== space) return undefined;
  const started = startOf(owner.pid);
  if (started !== undefined) return started === owner.started;
  return isSomebody(owner.pid) ? undefined : false; // Its times may be hidden from other users.
}

function spaceOfNumbers(): string | undefined {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const space = textOf(() => readlinkSync('/proc/self/ns/pid'));
  return boot && space && `${boot} ${space}`;
}

/** Field 22 of proc_pid_stat(5). The name of the program, in parentheses, may hold anything. */
function startOf(process: number): string | undefined {
  const stat = textOf(() => readFileSync(`/proc/${process}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function isSomebody(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // It lives, and is somebody else's.
  }
}

function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
