// How far a long command is, on standard error.

import { byteText, plainText } from "./plain-text.js";

/** Options of {@link Progress}. */
export interface ProgressOptions {
  /** Bytes to do. */
  total: number;
  /** Bytes that were done before, by an earlier run; they do not count for the speed. Default 0. */
  done?: number;
  /** Where it is drawn; default standard error. */
  stream?: NodeJS.WriteStream;
}

const REDRAW_MS = 100;
const BAR = 24;
/** Lines without a terminal. */
const LINES = 10;

/**
 * A bar that redraws itself where a person watches; elsewhere, as in a log, a line for every tenth. It writes to standard error, so that
 * standard output holds results only.
 */
export class Progress implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  readonly #before: number;
  readonly #start = performance.now();
  #done: number;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #lines: number;
  #hasBar = false;

  constructor({ total, done = 0, stream = process.stderr }: ProgressOptions) {
    this.#stream = stream;
    this.#total = total;
    this.#before = done;
    this.#done = done;
    this.#lines = Math.floor(this.#fraction() * LINES);
  }

  /** Adds `bytes` to what is done; `label` says at what it works. */
  add(bytes: number, label: string): void {
    this.#done += bytes;
    if (this.#stream.isTTY === true) this.#draw(label);
    else if (Math.floor(this.#fraction() * LINES) > this.#lines) {
      this.#lines = Math.floor(this.#fraction() * LINES);
      this.#stream.write(`${this.#numbers()}  ${plainText(label)}\n`);
    }
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#hasBar) this.#stream.write("\r\u001b[K");
    this.#hasBar = false;
  }
  /** `using progress = new Progress(...)` */
  [Symbol.dispose](): void {
    this.end();
  }

  #draw(label: string): void {
    const now = performance.now();
    if (now - this.#drawnMs < REDRAW_MS && this.#done < this.#total) return;
    this.#drawnMs = now;
    const full = Math.round(this.#fraction() * BAR);
    const line = `${"█".repeat(full)}${"░".repeat(BAR - full)}  ${this.#numbers()}  ${plainText(label)}`;
    this.#stream.write(`\r${line.slice(0, (this.#stream.columns || 80) - 1)}\u001b[K`);
    this.#hasBar = true;
  }

  #fraction(): number {
    return this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
  }

  #numbers(): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const speed = (this.#done - this.#before) / Math.max(seconds, 1e-3);
    const percent = `${Math.floor(this.#fraction() * 100)}%`.padStart(4);
    const left = speed > 0 ? (this.#total - this.#done) / speed : 0;
    return `${percent}  ${byteText(this.#done)} of ${byteText(this.#total)}  ${byteText(speed)}/s  ${clock(left)} left`;
  }
}

/** `1:02:03`, `2:03` or `0:03`. */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
