// The region inside which Transformer Engine's layers compute in FP8.
import { checkOptions, checkSwitch, optionError, withContext } from "@fabric/torch";
import { checkMinFlops } from "../arguments.js";
import { checkEngine, type EngineOptions } from "../engine/index.js";
import { type RecipeLike, toRecipe } from "../recipes/index.js";
import type { AmaxReduction } from "../state/index.js";
import { isTraining } from "./recompute.js";
import {
  currentPass,
  currentRegion,
  isAnyEnabled,
  Pass,
  pushRegion,
  type Region,
  removeRegion,
} from "./region.js";

/** Options of {@link fp8Autocast}. */
export interface Fp8AutocastOptions extends EngineOptions {
  /** How scales are found; default: delayed scaling. */
  recipe?: RecipeLike;
  /** Compute in FP8; default true. False switches an outer region off inside. */
  enabled?: boolean;
  /** Compute in FP8 in layers in evaluation mode too; default true. */
  evalFp8?: boolean;
  /**
   * Layers whose products take fewer operations (multiplications and additions, forward) do not use FP8, whose casts would cost more than they
   * save; default 0: all do.
   */
  minFlops?: number;
  /**
   * With `enabled: false`: compute without FP8, but collect the magnitudes that FP8 would need; scales are found when the region is left.
   * Default false.
   */
  calibrating?: boolean;
  /**
   * Takes the largest amaxes over all processes, in place: called once a step and direction, with one buffer for all layers. Default: no
   * reduction, as for one process.
   */
  amaxReduction?: AmaxReduction | null;
}

const OPTIONS = [
  "recipe",
  "enabled",
  "evalFp8",
  "minFlops",
  "calibrating",
  "amaxReduction",
  "engine",
  "emulateTransposes",
] as const;

/**
 * Layers of this package compute in FP8 inside. Regions nest; the innermost decides. On leaving the outermost one that is on, with gradients
 * enabled, delayed scaling finds the scales of inputs and weights anew; those of gradients follow at the end of backward. Without gradients
 * scales stay as they are.
 *
 * @returns what `fn` returns, or without `fn` a guard for `using`.
 * @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION` for wrong options, `FABRIC_USAGE_ASYNC_CONTEXT` if `fn` returns a promise.
 *
 * @example
 * ```ts
 * const y = fp8Autocast({ recipe: { amaxHistoryLen: 16 } }, () => model.forward(x));
 * y.sum().backward();
 * ```
 */
export function fp8Autocast<T>(options: Fp8AutocastOptions, fn: () => T): T;
export function fp8Autocast(options?: Fp8AutocastOptions): Disposable;
export function fp8Autocast<T>(options: Fp8AutocastOptions = {}, fn?: () => T): T | Disposable {
  const region = regionOf(options);
  return withContext("fp8Autocast", () => enter(region), fn);
}

/** Whether layers of this package compute in FP8 here. */
export function isFp8Enabled(): boolean {
  return currentRegion()?.enabled ?? false;
}

function regionOf(options: Fp8AutocastOptions): Region {
  checkOptions("fp8Autocast", options, OPTIONS);
  const { amaxReduction = null } = options;
  if (amaxReduction !== null && typeof amaxReduction !== "function")
    throw optionError("fp8Autocast", "amaxReduction", "a function", amaxReduction);
  const enabled = checkSwitch("fp8Autocast", "enabled", options.enabled, true);
  return {
    enabled,
    evalFp8: checkSwitch("fp8Autocast", "evalFp8", options.evalFp8, true),
    minFlops: checkMinFlops("fp8Autocast", options.minFlops),
    calibrating: checkSwitch("fp8Autocast", "calibrating", options.calibrating, false),
    recipe: toRecipe(options.recipe, "fp8Autocast"),
    engine: {
      engine: checkEngine(options.engine, "fp8Autocast", "`engine`", "auto"),
      emulateTransposes: checkSwitch(
        "fp8Autocast",
        "emulateTransposes",
        options.emulateTransposes,
        false,
      ),
    },
    pass: (enabled ? currentPass() : null) ?? new Pass(amaxReduction),
  };
}

function enter(region: Region): () => void {
  pushRegion(region);
  return () => {
    removeRegion(region);
    const isCalibrated = !region.enabled && region.calibrating;
    const isOutermost = region.enabled && !isAnyEnabled();
    if (isCalibrated || (isOutermost && isTraining())) region.pass.updateForward();
  };
}
