// Remembers the end of a process's error output, for the message that names it.

/** Characters that are kept: an error with its stack. */
const KEPT = 8_192;
const LINES = 12;

/** The last lines of a stream. @internal */
export class LastLines {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  /** Takes the next piece. */
  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (
      let first = this.#chunks[0];
      first !== undefined && this.#size - first.length >= KEPT;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      this.#size -= first.length;
    }
  }

  /** At most twelve lines, without empty ones. */
  get lines(): string[] {
    const text = Buffer.concat(this.#chunks).toString("utf8").slice(-KEPT);
    return text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "")
      .slice(-LINES);
  }
}
