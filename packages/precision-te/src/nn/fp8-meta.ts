// What this package keeps about a module: scales, and codes of weights.
import type { Device } from "@fabric/torch";
import type { DelayedScaling } from "../recipes/index.js";
import { DelayedState } from "../state/index.js";
import { WeightCache } from "./weight-cache.js";

/** Where a module has it: under a symbol and not enumerable, so that neither walks nor printing see it. */
const META: unique symbol = Symbol("fabric.te.meta");
/** What `nn.copyModule` calls of what a field holds. */
const COPY: unique symbol = Symbol.for("@fabric/nn.copy");

/** Scales and kept codes of one module. */
export class Fp8Meta {
  /** Products that the module computes. */
  readonly gemms: number;
  /** Codes of each product's weight. */
  readonly caches: readonly WeightCache[];
  /** Scales and amaxes; null until delayed scaling was used. */
  state: DelayedState | null = null;
  /** Recipe of the last use, recorded with the state. */
  recipe: DelayedScaling | null = null;

  constructor(gemms: number) {
    this.gemms = gemms;
    this.caches = Array.from({ length: gemms }, () => new WeightCache());
    Object.defineProperty(this, COPY, { value: () => this.clone() });
  }

  /** For a copy of the module: the same scales and histories, and no codes. */
  clone(): Fp8Meta {
    const copy = new Fp8Meta(this.gemms);
    copy.state = this.state?.clone() ?? null;
    copy.recipe = this.recipe;
    return copy;
  }

  /** The state for a recipe, made, moved or resized as needed; on meta, where there are no numbers, one that is forgotten. */
  stateFor(recipe: DelayedScaling, device: Device): DelayedState {
    if (device === "meta") return new DelayedState(this.gemms, recipe.amaxHistoryLen, device);
    this.recipe = recipe;
    this.state ??= new DelayedState(this.gemms, recipe.amaxHistoryLen, device);
    this.state.settle();
    this.state.to(device);
    this.state.resize(recipe.amaxHistoryLen);
    return this.state;
  }
}

/** What is kept about a module with so many products. */
export function metaOf(module: object, gemms: number): Fp8Meta {
  const holder = module as { [META]?: Fp8Meta };
  const known = holder[META];
  if (known !== undefined) return known;
  const meta = new Fp8Meta(gemms);
  Object.defineProperty(holder, META, { value: meta });
  return meta;
}
