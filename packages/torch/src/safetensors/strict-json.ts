// JSON as a file's header may have it: duplicate keys are errors, objects are Maps (so that no key is special), nesting is bounded.

/** A JSON value; objects are Maps. @internal */
export type StrictJson = null | boolean | number | string | StrictJson[] | Map<string, StrictJson>;

/** What is wrong with a JSON text, and where. @internal */
export class JsonProblem extends Error {}

/** A header is an object of objects of arrays; what is deeper than this was not written by a safetensors library. */
const MAX_DEPTH = 16;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Longer than any number that a double or a file offset needs. */
const MAX_NUMBER_LENGTH = 64;
const NUMBER_CHARACTERS = "+-.0123456789eE";
const WORDS = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

// Scans by hand: regular expressions with repetition overflow V8's stack on texts of many megabytes.
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): StrictJson {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#problem("text after the end of the value");
    return value;
  }

  #problem(what: string): JsonProblem {
    return new JsonProblem(`${what} at character ${this.#at}`);
  }

  #skipSpace(): void {
    let at = this.#at;
    for (let c = this.#text[at]; c === " " || c === "\n" || c === "\t" || c === "\r"; ) {
      c = this.#text[++at];
    }
    this.#at = at;
  }

  /** Skips space and takes `token` if it comes next. */
  #take(token: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #value(depth: number): StrictJson {
    if (depth > MAX_DEPTH) throw this.#problem(`more than ${MAX_DEPTH} levels of nesting`);
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#array(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#number();
  }

  #number(): number {
    let end = this.#at;
    const last = Math.min(this.#text.length, end + MAX_NUMBER_LENGTH);
    while (end < last && NUMBER_CHARACTERS.includes(this.#text[end] as string)) end += 1;
    const literal = this.#text.slice(this.#at, end);
    if (!NUMBER.test(literal)) throw this.#problem("expected a JSON value");
    this.#at = end;
    return Number(literal);
  }

  #string(): string {
    if (this.#text[this.#at] !== '"') throw this.#problem("expected a string");
    let end = this.#at + 1;
    for (; ; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === QUOTE) break;
      // NaN past the end fails this comparison too
      if (!(code >= FIRST_PRINTABLE)) throw this.#problem("a string that does not end");
      if (code === BACKSLASH) end += 1;
    }
    const literal = this.#text.slice(this.#at, end + 1);
    try {
      const text = JSON.parse(literal) as string;
      this.#at = end + 1;
      return text;
    } catch {
      throw this.#problem("a string with a bad escape");
    }
  }

  #array(depth: number): StrictJson[] {
    const items: StrictJson[] = [];
    if (this.#take("]")) return items;
    do items.push(this.#value(depth + 1));
    while (this.#take(","));
    if (!this.#take("]")) throw this.#problem("expected `,` or `]`");
    return items;
  }

  #object(depth: number): Map<string, StrictJson> {
    const entries = new Map<string, StrictJson>();
    if (this.#take("}")) return entries;
    do {
      this.#skipSpace();
      const key = this.#string();
      if (entries.has(key))
        throw this.#problem(`the key ${JSON.stringify(key.slice(0, 100))} comes twice`);
      if (!this.#take(":")) throw this.#problem("expected `:`");
      entries.set(key, this.#value(depth + 1));
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#problem("expected `,` or `}`");
    return entries;
  }
}

/** Parses JSON. @throws JsonProblem for what is not JSON, for a key that comes twice and for nesting too deep. @internal */
export function parseStrictJson(text: string): StrictJson {
  return new Reader(text).document();
}
