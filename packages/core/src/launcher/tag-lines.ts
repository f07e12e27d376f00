// Puts a tag before each line of a process's output, so that lines of several processes can be told apart.

import { Transform, type TransformCallback } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** A line longer than this is passed on in pieces. */
const LONGEST = 1 << 20;

/**
 * Passes on whole lines only, each with the tag in front; the last one gets its missing newline.
 *
 * Of a line that was drawn over with carriage returns, such as a progress bar's, the last state is kept. @internal
 */
export class TagLines extends Transform {
  readonly #tag: string;
  readonly #decoder = new StringDecoder("utf8");
  #partial = "";

  constructor(tag: string) {
    super({ decodeStrings: true });
    this.#tag = tag;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const lines = (this.#partial + this.#decoder.write(chunk)).split("\n");
    this.#partial = redrawn(lines.pop() ?? "");
    if (this.#partial.length > LONGEST) {
      lines.push(this.#partial);
      this.#partial = "";
    }
    if (lines.length > 0) this.push(lines.map((line) => this.#tagged(line)).join(""));
    done();
  }

  override _flush(done: TransformCallback): void {
    const rest = this.#partial + this.#decoder.end();
    if (rest !== "") this.push(this.#tagged(rest));
    done();
  }

  #tagged(line: string): string {
    return `${this.#tag}${redrawn(line).replace(/\r$/, "")}\n`;
  }
}

/** What a terminal shows of a line: the text after the last carriage return that something follows. */
function redrawn(line: string): string {
  return line.slice(line.lastIndexOf("\r", line.length - 2) + 1);
}
