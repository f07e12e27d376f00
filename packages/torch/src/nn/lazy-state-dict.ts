// A state dict whose tensors are made one by one, when they are asked for.

import { FabricError, show } from "../errors.js";
import { isTensor, type Tensor } from "../tensor.js";

/**
 * A state dict that need not be in memory: what `safetensors.openSharded` and `safetensors.open` return is one. `loadStateDict` asks for the
 * tensors of one module, copies them, and frees them before it asks for the next module's.
 */
export interface LazyStateDict {
  /** All names. */
  keys(): Iterable<string>;
  /** Whether there is such a name. */
  has(key: string): boolean;
  /** The tensor of a name that is there. It is asked for twice, once to check that it fits, and may be a view of a file. */
  get(key: string): Tensor;
}

/** Whether a state dict makes its tensors when asked; a Map holds them. @internal */
export function isLazyStateDict(source: object): source is LazyStateDict {
  if (source instanceof Map) return false;
  const { keys, has, get } = source as Partial<Record<keyof LazyStateDict, unknown>>;
  return typeof keys === "function" && typeof has === "function" && typeof get === "function";
}

/** The Map that modules match against; nothing that it gave out is kept. @internal */
export class LazyEntries implements ReadonlyMap<string, Tensor> {
  readonly #source: LazyStateDict;
  readonly #names: ReadonlySet<string>;

  constructor(source: LazyStateDict) {
    this.#source = source;
    this.#names = new Set(source.keys());
  }

  get size(): number {
    return this.#names.size;
  }

  has(key: string): boolean {
    return this.#names.has(key);
  }

  get(key: string): Tensor | undefined {
    if (!this.#names.has(key)) return undefined;
    const value: unknown = this.#source.get(key);
    if (isTensor(value)) return value;
    throw new FabricError(
      "FABRIC_CHECKPOINT_STATE_DICT",
      `Expected a Tensor for \`${key}\` in the state dict but its \`get\` returned ${show(value)}. Return a tensor, or leave the name out of \`keys\`.`,
    );
  }

  keys(): MapIterator<string> {
    return this.#names.keys() as MapIterator<string>;
  }

  *values(): MapIterator<Tensor> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): MapIterator<[string, Tensor]> {
    for (const name of this.#names) yield [name, this.get(name) as Tensor];
  }

  [Symbol.iterator](): MapIterator<[string, Tensor]> {
    return this.entries();
  }

  forEach(
    fn: (value: Tensor, key: string, map: ReadonlyMap<string, Tensor>) => void,
    thisArg?: unknown,
  ): void {
    for (const [key, value] of this.entries()) fn.call(thisArg, value, key, this);
  }
}
