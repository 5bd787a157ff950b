/** What FFmpeg says of one frame that it hands out. */
export interface LoggedFrame {
  /** Undefined where the file has no time for it. */
  pts?: number;
  /** What it complained of since the frame before. */
  damage?: string;
}

const FRAME = /\[Parsed_showinfo\S* @ \w+\] \[info\] n: *\d+ pts: *(-?\d+|NOPTS)/;
const DAMAGE = /\[(?:error|fatal|panic)\] (.*)|\[warning\] (.*corrupt.*)/;

/**
 * Reads what FFmpeg writes to standard error with `-loglevel level+info` and the filter `showinfo`: the time of each frame, which
 * raw frames on a pipe have not, and what was wrong with it, in the order of the frames.
 */
export class DecoderLog {
  readonly #frames: LoggedFrame[] = [];
  #damage: string | undefined;
  #ended = false;
  #wake = () => {};

  line(text: string): void {
    const [, pts] = FRAME.exec(text) ?? [];
    if (pts !== undefined) {
      this.#frames.push({ pts: pts === 'NOPTS' ? undefined : Number(pts), damage: this.#damage });
      this.#damage = undefined;
      this.#wake();
      return;
    }
    const [, error, warning] = DAMAGE.exec(text) ?? [];
    this.#damage ??= error ?? warning;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The next frame that is told of; undefined where the log ends first. */
  async next(): Promise<LoggedFrame | undefined> {
    while (this.#frames.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#frames.shift();
  }

  /** What was complained of after the last frame. */
  get rest(): string | undefined {
    return this.#damage;
  }
}
