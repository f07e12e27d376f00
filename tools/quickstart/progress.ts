// A bar that redraws itself on a terminal, and nothing elsewhere.

const WIDTH = 26;
/** Milliseconds between redraws. */
const INTERVAL_MS = 80;

/** Progress of one precision. */
export interface Progress {
  /** Draws the bar, at most every 80 ms. */
  update(done: number, loss: number): void;
  /** Takes the bar away. */
  end(): void;
}

/** A bar for `total` steps of `batchSize` samples, on standard error if that is a terminal. */
export function startProgress(label: string, total: number, batchSize: number): Progress {
  const out = process.stderr;
  if (!out.isTTY) return { update: () => {}, end: () => {} };
  const start = performance.now();
  let drawn = 0;
  return {
    update: (done, loss) => {
      const now = performance.now();
      if (now - drawn < INTERVAL_MS && done < total) return;
      drawn = now;
      const seconds = (now - start) / 1000;
      const filled = Math.round((WIDTH * done) / total);
      const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
      const rate = Math.round((done * batchSize) / seconds).toLocaleString("en");
      const left = Math.ceil((seconds / done) * (total - done));
      const line = `${label.padEnd(11)} ${bar} ${done}/${total}  loss ${loss.toFixed(3)}  ${rate} samples/s  ${left} s left`;
      out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 120) - 1)}`);
    },
    end: () => out.write("\r\x1b[2K"),
  };
}
