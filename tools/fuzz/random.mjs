// A small seeded generator, so that a call can be made again from its seed and number alone.

/** Random choices from one 32-bit state (mulberry32). */
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in [0, count). */
  below(count) {
    return Math.floor(this.next() * count);
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(values) {
    return values[this.below(values.length)];
  }

  /** `make(i)` for a random length in [0, most]. */
  list(most, make) {
    return Array.from({ length: this.below(most + 1) }, (_, i) => make(i));
  }
}

/** The generator of one call: neighbouring numbers give unrelated streams. */
export function randomFor(seed, call) {
  return new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(call + 1, 0xc2b2ae35));
}
