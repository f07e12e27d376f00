// The regions that FP8 is on in, innermost last, and what the modules inside collect.
import type { Tensor } from "@fabric/torch";
import type { EngineOptions } from "../engine/index.js";
import type { DelayedScaling, Recipe } from "../recipes/index.js";
import { type AmaxReduction, type DelayedState, type Use, updateStates } from "../state/index.js";

/** What modules find out about where they run. */
export interface Region {
  /** Whether products are computed in FP8. */
  readonly enabled: boolean;
  /** Whether also in layers in evaluation mode. */
  readonly evalFp8: boolean;
  /** Operations below which a layer does not use FP8. */
  readonly minFlops: number;
  /** Whether amaxes are collected though FP8 is off. */
  readonly calibrating: boolean;
  /** How scales are found. */
  readonly recipe: Recipe;
  /** Who multiplies. */
  readonly engine: EngineOptions;
  /** The step that it belongs to. */
  readonly pass: Pass;
}

/** From entering the outermost region that is on to the end of its backward. */
export class Pass {
  /** Reduces amaxes over processes; null for one. */
  readonly reduction: AmaxReduction | null;
  readonly #forward = new Map<DelayedState, Use>();
  readonly #backward = new Map<DelayedState, Use>();
  #isClaimed = false;

  constructor(reduction: AmaxReduction | null) {
    this.reduction = reduction;
  }

  /** Notes a state whose forward scales are to be updated. */
  useForward(state: DelayedState, recipe: DelayedScaling): void {
    this.#forward.set(state, { state, recipe });
  }

  /** Notes a state whose backward scales are to be updated. */
  useBackward(state: DelayedState, recipe: DelayedScaling): void {
    this.#backward.set(state, { state, recipe });
  }

  /** True once: for the first module that will run backward, which does so last. */
  claimFirst(): boolean {
    if (this.#isClaimed) return false;
    this.#isClaimed = true;
    return true;
  }

  /** Finds the scales of inputs and weights anew. */
  updateForward(): void {
    updateStates(this.#forward.values(), "forward", this.reduction);
    this.#forward.clear();
  }

  /** Finds the scales of gradients anew. */
  updateBackward(): void {
    updateStates(this.#backward.values(), "backward", this.reduction);
  }
}

const regions: Region[] = [];

/** The innermost region; null outside of any. */
export function currentRegion(): Region | null {
  return regions.at(-1) ?? null;
}

/** The innermost region if `module`, whose products take so many operations, computes in FP8 there, else null. */
export function fp8RegionOf(module: { readonly training: boolean }, flops: number): Region | null {
  const region = currentRegion();
  if (region?.enabled !== true || flops < region.minFlops) return null;
  return module.training || region.evalFp8 ? region : null;
}

/** Operations of the products of `input` with weights `[out, in]`, two for each number of the weights and row of the input. */
export function flopsOf(input: Tensor, weights: readonly Tensor[]): number {
  const rows = input.numel() / Math.max(1, input.shape.at(-1) ?? 1);
  return 2 * rows * weights.reduce((sum, weight) => sum + weight.numel(), 0);
}

/** Whether any region is on. */
export function isAnyEnabled(): boolean {
  return regions.some(({ enabled }) => enabled);
}

/** The pass of the outermost region that is on. */
export function currentPass(): Pass | null {
  return regions.find(({ enabled }) => enabled)?.pass ?? null;
}

/** Enters a region. */
export function pushRegion(region: Region): void {
  regions.push(region);
}

/** All regions that are open, outermost first; a copy. */
export function openRegions(): readonly Region[] {
  return [...regions];
}

/** Runs `fn` as if just these regions were open. */
export function withRegions<T>(open: readonly Region[], fn: () => T): T {
  const outer = regions.splice(0, regions.length, ...open);
  try {
    return fn();
  } finally {
    regions.splice(0, regions.length, ...outer);
  }
}

/** Leaves it. */
export function removeRegion(region: Region): void {
  const at = regions.lastIndexOf(region);
  if (at >= 0) regions.splice(at, 1);
}
