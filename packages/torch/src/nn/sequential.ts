// Sequential: layers applied one after another.

import { FabricError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { argumentError } from "./arguments.js";
import { Module } from "./module.js";
import { isModule } from "./module-state.js";

/**
 * Feeds its input through the given modules in order, each receiving what the one before returned.
 *
 * Layers are named `0`, `1`, ... and readable as `model[0]`; given as one plain object or Map, they carry its names.
 *
 * @example
 * ```ts
 * const mlp = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
 * const named = new nn.Sequential({ fc: new nn.Linear(4, 4), act: new nn.GELU() });
 * ```
 */
export class Sequential extends Module {
  /** The layers by position; under names of one's own they are fields of those names instead. */
  [index: number]: Module;

  /** How many layers there are. */
  length = 0;

  /** Names in order, or null while they are simply the positions. */
  private names: string[] | null = null;

  constructor(
    ...layers: Module[] | [layers: Readonly<Record<string, Module>> | ReadonlyMap<string, Module>]
  ) {
    super();
    const first = layers[0];
    if (layers.length === 1 && first !== undefined && !isModule(first) && isNamed(first)) {
      this.names = [];
      for (const [name, layer] of first instanceof Map ? first : Object.entries(first))
        this.add(name, layer);
      return;
    }
    for (const layer of layers) this.append(layer as Module);
  }

  override forward(input: Tensor): Tensor {
    let value: unknown = input;
    const names = this.names;
    if (names === null) {
      for (let i = 0; i < this.length; i++) value = (this[i] as Module).forward(value);
    } else {
      const fields = this as unknown as Record<string, Module>;
      for (let i = 0; i < names.length; i++)
        value = (fields[names[i] as string] as Module).forward(value);
    }
    return value as Tensor;
  }

  /** Adds a layer at the end, named by its position. */
  append(layer: Module): this {
    return this.add(String(this.length), layer);
  }

  /** The layer at a position; negative counts from the end. */
  at(index: number): Module | undefined {
    return [...this][index < 0 ? index + this.length : index];
  }

  /** The layers in order. */
  *[Symbol.iterator](): IterableIterator<Module> {
    const fields = this as unknown as Record<string, Module>;
    for (let i = 0; i < this.length; i++) yield fields[this.names?.[i] ?? i] as Module;
  }

  private add(name: string, layer: Module): this {
    if (!isModule(layer)) throw argumentError("Sequential", name, "a Module", layer);
    if (name === "" || name.includes(".") || name in this) {
      throw new FabricError(
        "FABRIC_CONFIG_NAME",
        `Sequential: expected a layer name that is new, not empty, without a dot and no method of Module, but received "${name}".`,
      );
    }
    (this as unknown as Record<string, Module>)[name] = layer;
    this.names?.push(name);
    this.length++;
    return this;
  }
}

function isNamed(
  value: object,
): value is Readonly<Record<string, Module>> | ReadonlyMap<string, Module> {
  return value instanceof Map || Object.getPrototypeOf(value) === Object.prototype;
}
