// JSON as a file's header may have it: duplicate keys are errors, objects are Maps (so that no key is special), nesting is bounded.

/** A JSON value; objects are Maps. @internal */
export type StrictJson = null | boolean | number | string | StrictJson[] | Map<string, StrictJson>;

/** What is wrong with a JSON text, and where. @internal */
export class JsonProblem extends Error {}

/** A header is an object of objects of arrays; what is deeper than this was not written by a safetensors library. */
const MAX_DEPTH = 16;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A string literal; what its escapes mean is left to JSON.parse.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): StrictJson {
    const value = this.#value(0);
    this.#match(SPACE);
    if (this.#at < this.#text.length) throw this.#problem("text after the end of the value");
    return value;
  }

  #problem(what: string): JsonProblem {
    return new JsonProblem(`${what} at character ${this.#at}`);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Skips space and takes `token` if it comes next. */
  #take(token: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #value(depth: number): StrictJson {
    if (depth > MAX_DEPTH) throw this.#problem(`more than ${MAX_DEPTH} levels of nesting`);
    if (this.#take("{")) return this.#object(depth);
    if (this.#take("[")) return this.#array(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    const number = this.#match(NUMBER);
    if (number !== undefined) return Number(number);
    const word = this.#match(WORD);
    if (word !== undefined) return word === "null" ? null : word === "true";
    throw this.#problem("expected a JSON value");
  }

  #string(): string {
    const literal = this.#match(STRING);
    if (literal === undefined) throw this.#problem("expected a string");
    return JSON.parse(literal) as string;
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
      this.#match(SPACE);
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
