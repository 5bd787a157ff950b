import type { Ratio } from './videoFormat.js';

/** What FFmpeg says of one frame that it hands out. */
export interface LoggedFrame {
  /** Undefined where the file has no time for it. */
  pts?: number;
  /** What it complained of since the frame before. */
  damage?: string;
}

/** What its pictures are. */
export interface LoggedSize {
  width: number;
  height: number;
  /** Undefined where the file does not say. */
  pixelAspect?: Ratio;
}

const FRAME = /\[Parsed_showinfo\S* @ \w+\] \[info\] n: *\d+ pts: *(-?\d+|NOPTS)/;
const SIZE = /sar:(\d+)\/(\d+) s:(\d+)x(\d+)/;
/** No fault of the video's: what FFmpeg reads after it, it takes for the end. */
const FAILURE = /Input\/output error|Cannot allocate memory/;
const DAMAGE = /\[(?:error|fatal|panic)\] (.*)|\[warning\] (.*corrupt.*)/;

/**
 * Reads what FFmpeg writes to standard error with `-loglevel level+info` and the filter `showinfo`, in the order of the frames: what raw
 * frames on a pipe do not say, which is their size, the time of each, and what was wrong with it.
 */
export class DecoderLog {
  readonly #frames: LoggedFrame[] = [];
  #size: LoggedSize | undefined;
  #damage: string | undefined;
  #failure: string | undefined;
  #ended = false;
  #wake = () => {};

  line(text: string): void {
    const [, pts] = FRAME.exec(text) ?? [];
    if (pts !== undefined) {
      this.#size ??= sizeIn(text);
      this.#frames.push({ pts: pts === 'NOPTS' ? undefined : Number(pts), damage: this.#damage });
      this.#damage = undefined;
      this.#wake();
      return;
    }
    const [, error, warning] = DAMAGE.exec(text) ?? [];
    this.#damage ??= error ?? warning;
    if (error && FAILURE.test(error)) this.#failure ??= error;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What the first frame is; undefined where the log ends before one. */
  async size(): Promise<LoggedSize | undefined> {
    await this.#until(() => this.#size !== undefined);
    return this.#size;
  }

  /** The next frame that is told of; undefined where the log ends first. */
  async next(): Promise<LoggedFrame | undefined> {
    await this.#until(() => this.#frames.length > 0);
    return this.#frames.shift();
  }

  /** What was complained of after the last frame. */
  get rest(): string | undefined {
    return this.#damage;
  }

  /** What was complained of that is no damage of the video: the system's disk or memory. */
  get failure(): string | undefined {
    return this.#failure;
  }

  async #until(isTold: () => boolean): Promise<void> {
    while (!isTold() && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

function sizeIn(line: string): LoggedSize | undefined {
  const [num, den, width, height] = (SIZE.exec(line) ?? []).slice(1).map(Number);
  if (width === undefined) return undefined;
  return { width, height, pixelAspect: num > 0 && den > 0 ? { num, den } : undefined };
}
