// Sums written out, such as "37+805=842": text whose answers can be learned, and whose questions cannot be guessed.
import { type Tensor, torch } from "@fabric/core";

/** The characters, whose places are the tokens. */
export const ALPHABET = "\n+=0123456789";
/** Questions have numbers below this. */
const LARGEST = 100;

/** Draws whole numbers below `n`, the same for the same seed on every machine (Marsaglia's xorshift). */
function randomBelow(seed: number): (n: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** An endless text of sums, by seed. */
export class Corpus {
  readonly #next: (n: number) => number;

  constructor(seed: number) {
    this.#next = randomBelow(seed);
  }

  /** Tokens `[batch, time]` and those that come next, int64. Each row starts at a question. */
  batch(batch: number, time: number): { tokens: Tensor; next: Tensor } {
    const rows: number[] = [];
    for (let row = 0; row < batch; row++) {
      let text = "";
      while (text.length <= time) {
        const [a, b] = [this.#next(LARGEST), this.#next(LARGEST)];
        text += `${a}+${b}=${a + b}\n`;
      }
      for (const character of text.slice(0, time + 1)) rows.push(ALPHABET.indexOf(character));
    }
    const all = torch.tensor(rows, { dtype: "int64" }).reshape([batch, time + 1]);
    return {
      tokens: all.narrow(1, 0, time).contiguous(),
      next: all.narrow(1, 1, time).contiguous(),
    };
  }
}
