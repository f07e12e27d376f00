// One linear map in FP8: its three products, with what is kept between them.
import { type DType, isGradEnabled, keep, noGrad, type Tensor } from "@fabric/torch";
import { currentRecompute, isRecomputing, type Replay } from "../context/recompute.js";
import type { Pass, Region } from "../context/region.js";
import { type Codes, chooseEngine, type Fp8Engine } from "../engine/index.js";
import { DelayedScaling, type Recipe } from "../recipes/index.js";
import { type DelayedState, SLOTS } from "../state/index.js";
import { Fp8Weight, heldOperand } from "../weights/index.js";
import { type Casting, castOperand, type Operand } from "./cast-operand.js";
import { type Fp8Meta, metaOf } from "./fp8-meta.js";
import type { Wanted, WeightCache } from "./weight-cache.js";

/** Everything that the products of a module's linear maps need to know, found when it runs forward. */
export interface GemmCall {
  readonly recipe: Recipe;
  readonly engine: Fp8Engine;
  readonly pass: Pass;
  readonly state: DelayedState | null;
  /** Scales of inputs and weights: those of the state, or a copy when a forward is replayed. */
  readonly scale: Tensor | null;
  /** Row 0 takes amaxes; null when nothing is collected. */
  readonly amaxHistory: Tensor | null;
  /** Whether its backward ends the step. */
  readonly isFirst: boolean;
  /** Dtype of results. */
  readonly dtype: DType;
  /** Whether a graph is recorded. */
  readonly needsGrad: boolean;
  readonly meta: Fp8Meta;
  /** True: codes of weights are made and kept. False: kept ones are used. Undefined: they are made and not kept. */
  readonly isFirstMicrobatch: boolean | undefined;
}

/** Prepares the products of a module inside a region that is on. */
export function openGemms(
  module: object,
  region: Region,
  tensors: { input: Tensor; parameters: readonly (Tensor | null)[] },
  options: { gemms: number; dtype: DType; isFirstMicrobatch: boolean | undefined },
): GemmCall {
  const { recipe, pass } = region;
  const { input, parameters } = tensors;
  const meta = metaOf(module, options.gemms);
  const isDelayed = recipe instanceof DelayedScaling;
  const state = isDelayed ? meta.stateFor(recipe, input.device) : null;
  const isTrained = input.requiresGrad || parameters.some((p) => p?.requiresGrad === true);
  const needsGrad = isGradEnabled() && isTrained;
  const replay = replayed(state, pass, isTrained);
  const isAgain = isRecomputing();
  if (state !== null && isDelayed && !isAgain) pass.useForward(state, recipe);
  if (state !== null && isDelayed && needsGrad) pass.useBackward(state, recipe);
  return {
    recipe,
    pass,
    state,
    meta,
    needsGrad,
    engine: chooseEngine(input.device, region.engine),
    scale: replay?.scale ?? state?.forward.scale ?? null,
    amaxHistory: isAgain ? null : (state?.forward.amaxHistory ?? null),
    isFirst: replay === null ? needsGrad && pass.claimFirst() : takesFirst(replay, needsGrad),
    dtype: options.dtype,
    isFirstMicrobatch: options.isFirstMicrobatch,
  };
}

/** What a recomputed piece remembers of the first forward, or did; null outside of one. */
function replayed(state: DelayedState | null, pass: Pass, isTrained: boolean): Replay | null {
  const recompute = currentRecompute();
  if (recompute === null) return null;
  if (recompute.phase === "again") return recompute.replays[recompute.next++] ?? null;
  recompute.isReached ||= isTrained;
  const replay: Replay = {
    scale: state === null ? null : keep(noGrad(() => state.forward.scale.clone())),
    isFirst: recompute.isReached && pass.claimFirst(),
  };
  recompute.replays.push(replay);
  return replay;
}

/** Whether a replayed product ends the step: the one that claimed it in the first run, or the first after it that gets a gradient. */
function takesFirst(replay: Replay, needsGrad: boolean): boolean {
  const recompute = currentRecompute();
  if (recompute?.phase !== "again") return false;
  recompute.owesUpdate ||= replay.isFirst;
  if (!needsGrad || !recompute.owesUpdate) return false;
  recompute.owesUpdate = false;
  return true;
}

/** What backward needs of one linear map. */
export interface SavedGemm {
  /** Codes of the input, `[in, tokens]`. */
  readonly input: Codes | null;
  /** Codes of the weight, `[in, out]`. */
  readonly weight: Codes | null;
  /** The input itself, where the gradient of the weight is computed without FP8. */
  readonly highInput: Tensor | null;
}

/** A saved map as `saveForBackward` takes it: tensors apart from the rest. */
export interface PackedGemm {
  readonly tensors: readonly (Tensor | null)[];
  /** Makes it whole again from its tensors. */
  unpack(tensors: readonly (Tensor | null)[]): SavedGemm;
}

/** How many tensors a packed map has. */
export const SAVED = 5;

/** Tensors of a saved map. */
export function packSaved({ input, weight, highInput }: SavedGemm): PackedGemm {
  const blocks = [input?.block, weight?.block];
  const codes = (data: Tensor | null, scaleInv: Tensor | null, i: 0 | 1): Codes | null => {
    const block = blocks[i];
    if (data === null || scaleInv === null) return null;
    return { data, scaleInv, ...(block !== undefined && { block }) };
  };
  return {
    tensors: [
      input?.data ?? null,
      input?.scaleInv ?? null,
      weight?.data ?? null,
      weight?.scaleInv ?? null,
      highInput,
    ],
    unpack: ([x = null, xInv = null, w = null, wInv = null, high = null]) => ({
      input: codes(x, xInv, 0),
      weight: codes(w, wInv, 1),
      highInput: high,
    }),
  };
}

/** Makes the codes of an input `[tokens, in]` that is not kept otherwise. */
export type Caster = (casting: Casting) => Operand;

/** Whether inputs can come as a {@link Caster}: where scales are known before the input is, and unless backward needs the input itself. */
export function takesCaster(recipe: Recipe): boolean {
  return recipe instanceof DelayedScaling && !isWgradHigh(recipe);
}

/** `x W^T + b`, of `[tokens, in]` and `[out, in]`. `needs`: which gradients backward will compute. */
export function forwardGemm(
  call: GemmCall,
  gemm: number,
  x: Tensor | Caster,
  weight: Tensor,
  bias: Tensor | null,
  needs: { input: boolean; weight: boolean },
): { y: Tensor; saved: SavedGemm } {
  const isHigh = call.needsGrad && needs.weight && isWgradHigh(call.recipe);
  const input = castForward(call, gemm, 0, x, {
    rows: true,
    columns: call.needsGrad && needs.weight && !isHigh,
  });
  // Codes that are kept over micro-batches serve the second forward of a recomputed piece too, which needs both directions.
  const isShared = call.isFirstMicrobatch !== undefined && currentRecompute() !== null;
  const w = castWeight(call, gemm, weight, {
    rows: true,
    columns: isShared || (call.needsGrad && needs.input),
  });
  const y = call.engine.multiply(input.rows as Codes, w.rows as Codes, {
    dtype: call.dtype,
    bias,
    fastAccumulation: true,
  });
  const highInput = isHigh && typeof x !== "function" ? x : null;
  const saved = { input: input.columns, weight: w.columns, highInput };
  return { y, saved };
}

/** Gradients of the input, in the activation dtype, and of the weight, from that of the output, `[tokens, out]`. */
export function backwardGemm(
  call: GemmCall,
  gemm: number,
  gradient: Tensor,
  saved: SavedGemm,
  weightDtype: DType,
): { input: Tensor | null; weight: Tensor | null } {
  const { state, recipe, engine } = call;
  const codes = castOperand(gradient, {
    recipe,
    dtype: recipe.backwardDtype,
    delayed: state === null ? null : { ...state.backward, slot: gemm * SLOTS.backward },
    isWeight: false,
    copyTransposes: engine.needsTransposes,
    rows: saved.weight !== null,
    columns: saved.input !== null,
  });
  const input =
    codes.rows === null || saved.weight === null
      ? null
      : engine.multiply(codes.rows, saved.weight, { dtype: call.dtype });
  if (saved.highInput !== null) {
    const x = saved.highInput.to(call.dtype);
    return { input, weight: gradient.to(call.dtype).t().mm(x).to(weightDtype) };
  }
  const weight =
    codes.columns === null || saved.input === null
      ? null
      : engine.multiply(codes.columns, saved.input, { dtype: weightDtype });
  return { input, weight };
}

/** Ends the step if this call is to. */
export function closeBackward({ isFirst, pass }: GemmCall): void {
  if (isFirst) pass.updateBackward();
}

function castForward(
  call: GemmCall,
  gemm: number,
  offset: number,
  x: Tensor | Caster,
  wanted: Wanted,
): Operand {
  const { recipe, scale, amaxHistory, engine } = call;
  const casting: Casting = {
    ...wanted,
    recipe,
    dtype: recipe.forwardDtype,
    delayed: scale === null ? null : { scale, amaxHistory, slot: gemm * SLOTS.forward + offset },
    isWeight: offset === 1,
    copyTransposes: engine.needsTransposes,
  };
  return typeof x === "function" ? x(casting) : castOperand(x, casting);
}

function castWeight(call: GemmCall, gemm: number, weight: Tensor, wanted: Wanted): Operand {
  const cache = call.meta.caches[gemm] as WeightCache;
  const { isFirstMicrobatch, recipe, engine } = call;
  if (weight instanceof Fp8Weight) {
    cache.clear();
    return heldOperand(weight, recipe, { ...wanted, copyTransposes: engine.needsTransposes });
  }
  const known = isFirstMicrobatch === false ? cache.get(weight, recipe, wanted) : null;
  if (known !== null) return known;
  const operand = castForward(call, gemm, 1, weight, wanted);
  if (isRecomputing()) return operand; // what forwards since then have kept stays
  // Only where it was asked for: a write through `data` shows neither in a weight's address nor in its version.
  if (isFirstMicrobatch === undefined) cache.clear();
  else cache.set(weight, recipe, operand);
  return operand;
}

function isWgradHigh(recipe: Recipe): boolean {
  return recipe instanceof DelayedScaling && recipe.overrideLinearPrecision[2];
}
