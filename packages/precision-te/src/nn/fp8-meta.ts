// What this package keeps about a module: scales and codes of weights. Apart from the module, so that copies start afresh.
import type { Device } from "@fabric/torch";
import type { DelayedScaling } from "../recipes/index.js";
import { DelayedState } from "../state/index.js";
import { WeightCache } from "./weight-cache.js";

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
  }

  /** The state for a recipe, made, moved or resized as needed. */
  stateFor(recipe: DelayedScaling, device: Device): DelayedState {
    this.recipe = recipe;
    this.state ??= new DelayedState(this.gemms, recipe.amaxHistoryLen, device);
    this.state.settle();
    this.state.to(device);
    this.state.resize(recipe.amaxHistoryLen);
    return this.state;
  }
}

const metas = new WeakMap<object, Fp8Meta>();

/** What is kept about a module with so many products. */
export function metaOf(module: object, gemms: number): Fp8Meta {
  let meta = metas.get(module);
  if (meta === undefined) {
    meta = new Fp8Meta(gemms);
    metas.set(module, meta);
  }
  return meta;
}
