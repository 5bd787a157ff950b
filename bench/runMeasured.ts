import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));
const SAMPLE_MS = 200;

export interface Measured {
  code: number | null;
  seconds: number;
  /** The most memory it ever had, as the kernel saw it (VmHWM), in MiB. */
  peakMiB: number;
  /** Memory (VmRSS) each 200 ms, in MiB. */
  samples: number[];
}

/** Runs the real command, as it was built, and watches its memory. Linux only. */
export async function runMeasured(args: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(process.execPath, [executable, ...args], { stdio: 'inherit' });
  const samples: number[] = [];
  let peakMiB = 0;
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const [now, most] = ['VmRSS', 'VmHWM'].map(
      (key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024,
    );
    if (now > 0) samples.push(now);
    if (most > peakMiB) peakMiB = most;
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(watch);
  return { code, seconds: (performance.now() - start) / 1000, peakMiB, samples };
}
