// How layers whose weights may be FP8 codes are moved, saved and loaded.
import { nn, type Tensor, tensor } from "@fabric/torch";
import { amax, dequantizeFp8 } from "../functional/index.js";
import { metaOf } from "../nn/fp8-meta.js";
import { decodeFactors, decodeState, encodeState, SLOTS } from "../state/index.js";
import { Fp8Weight, isCastable } from "./fp8-weight.js";

/** Ending of the key of what the codes of a weight are multiplied with. */
export const SCALE_INV = "_scale_inv";
const EXTRA_STATE = "_extra_state";

/** A layer's weights under their names in state dicts, in the order of its products. */
export type WeightNames = readonly string[];

// -- moves ---------------------------------------------------------------------------------------------------------

/** What `Module.to` and `toEmpty` ask of weights held as codes: casts leave them alone. */
export function castCodes(layer: nn.Module, target: nn.OwnCastTarget): Tensor[] {
  const { dtype, device, empty } = target;
  const weights = heldWeights(layer).map(([, weight]) => weight);
  for (const weight of weights) {
    if (dtype !== undefined && isCastable(dtype)) weight.floatDtype = dtype;
    if (device === undefined) continue;
    if (empty === true) weight.allocate_(device);
    else weight.move_(device);
  }
  return weights;
}

// -- saving --------------------------------------------------------------------------------------------------------

let savesCodes = false;

/**
 * The state dict of a model, with weights that are held as FP8 codes as they are: codes (float8_e4m3fn) under the weight's name, and what they are
 * multiplied with (float32 `[1]`) under that name and `_scale_inv`. `model.stateDict()` has floats in their place. Both load into either kind of
 * layer. Tensors share storage with the model.
 */
export function fp8StateDict(
  model: nn.Module,
  options: { prefix?: string } = {},
): Record<string, Tensor> {
  const before = savesCodes;
  savesCodes = true;
  try {
    return model.stateDict(options);
  } finally {
    savesCodes = before;
  }
}

/** Puts floats, or codes and their factor, in the place of the weights that a layer saved. */
export function saveCodes(
  layer: nn.Module,
  into: Record<string, Tensor>,
  prefix: string,
  keepVars: boolean,
): void {
  if (keepVars) return;
  for (const [name, weight] of heldWeights(layer)) {
    const key = prefix + name;
    if (savesCodes) into[`${key}${SCALE_INV}`] = weight.scaleInv.detach();
    else into[key] = weight.dequantize();
  }
}

/** Scales and histories of a layer, and the factors of its codes: with them floats are cast to the same codes again. */
export function extraStateOf(layer: nn.Module, names: WeightNames): Tensor {
  const { state, recipe } = metaOf(layer, names.length);
  const factors: Record<string, number> = {};
  for (const [name, { isLoaded, scaleInv }] of heldWeights(layer))
    if (isLoaded && scaleInv.device !== "meta") factors[name] = scaleInv.item() as number;
  return encodeState(state, recipe, { gemms: names.length, factors });
}

/** Takes scales and histories back: in the tensors that are there, which a recorded step may know, unless there are none. */
export function setExtraStateOf(layer: nn.Module, names: WeightNames, bytes: Tensor): void {
  const gemms = names.length;
  const meta = metaOf(layer, gemms);
  const saved = decodeState(bytes, gemms, layer.constructor.name);
  if (meta.state === null || saved === null) meta.state = saved;
  else meta.state.copyFrom(saved);
}

// -- loading -------------------------------------------------------------------------------------------------------

/**
 * Matches the entries of a layer and queues what loads them. Floats are cast on their arrival in a weight held as codes; codes are turned into
 * floats in a float weight. Checkpoints of plain layers have no scales: that is no missing key. A layer whose weights come from one starts afresh.
 */
export function loadLayer(
  layer: nn.Module,
  names: WeightNames,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: nn.LoadReport,
): void {
  const own: Record<string, Tensor> = {};
  nn.Module.prototype.saveOwnState.call(layer, own, prefix, true);
  const extraKey = prefix + EXTRA_STATE;
  const extra = source.get(extraKey);
  delete own[extraKey];
  if (extra === undefined) {
    // Without a weight of its own a layer goes on with its scales.
    if (names.some((name) => source.has(prefix + name)))
      report.pending.push(() => {
        metaOf(layer, names.length).state = null;
      });
  } else {
    report.consumed.add(extraKey);
    report.pending.push(() => layer.setExtraState(extra));
  }
  for (const [key, target] of Object.entries(own)) {
    const name = key.slice(prefix.length);
    if (!names.includes(name)) {
      nn.matchEntry(key, target, source, report);
      continue;
    }
    const value = source.get(key);
    const scaleInv = source.get(key + SCALE_INV);
    if (scaleInv !== undefined) report.consumed.add(key + SCALE_INV);
    if (value === undefined) report.missing.push(key);
    else matchWeight(layer, names, { key, name, target, value, scaleInv, extra, source }, report);
  }
}

/** One weight, and what was found for it. */
export interface WeightEntry {
  readonly key: string;
  /** Its name in the layer. */
  readonly name: string;
  readonly target: Tensor;
  /** Floats, or codes. */
  readonly value: Tensor;
  /** The factor of codes. */
  readonly scaleInv: Tensor | undefined;
  /** `_extra_state` beside it. */
  readonly extra: Tensor | undefined;
  readonly source: ReadonlyMap<string, Tensor>;
}

/** Matches one weight and queues what loads it. */
export function matchWeight(
  layer: nn.Module,
  names: WeightNames,
  entry: WeightEntry,
  report: nn.LoadReport,
): void {
  const { key, target, value, scaleInv, source } = entry;
  const isCodes = scaleInv !== undefined;
  if (!isCodes && !(target instanceof Fp8Weight)) {
    nn.matchEntry(key, target, source, report);
    return;
  }
  report.consumed.add(key);
  const problem = mismatch(entry, report);
  if (problem !== null) {
    report.mismatches.push(`  ${key}: ${problem}`);
    return;
  }
  report.pending.push(() => {
    const device = target.device === "meta" ? value.device : target.device;
    if (!isCodes) takeFloats(layer, names, entry, device, report);
    else takeCodes(entry, device, report);
  });
}

/** Why an entry cannot be loaded, or null. */
function mismatch(
  { key, target, value, scaleInv }: WeightEntry,
  report: nn.LoadReport,
): string | null {
  const problem = mismatchOf(key, target.shape, value, scaleInv ?? null);
  if (problem !== null) return problem;
  if (target.device === "meta" && !report.assign)
    return "the module's tensor is on the meta device; pass { assign: true } or call toEmpty first";
  return null;
}

/** Why floats, or codes and their factor, cannot be those of a weight of a shape, or null. */
export function mismatchOf(
  key: string,
  shape: readonly number[],
  value: Tensor,
  scaleInv: Tensor | null,
): string | null {
  const isFp8 = value.dtype === "float8_e4m3fn";
  if (scaleInv !== null && !isFp8 && value.dtype !== "uint8")
    return `a ${value.dtype} weight beside ${key}${SCALE_INV}, which belongs to FP8 codes; take one of the two out`;
  if (scaleInv !== null && (scaleInv.numel() !== 1 || !scaleInv.isFloatingPoint()))
    return `expected one float32 number as ${key}${SCALE_INV}, state dict has ${scaleInv.dtype} of [${scaleInv.shape.join(", ")}]`;
  if (scaleInv === null && !isCastable(value.dtype))
    return isFp8
      ? `FP8 codes without what they are multiplied with; the key ${key}${SCALE_INV} is missing`
      : `expected floats or FP8 codes, state dict has ${value.dtype}`;
  if (shape.length === value.ndim && shape.every((size, i) => size === value.shape[i])) return null;
  return `module has [${shape.join(", ")}], state dict has [${value.shape.join(", ")}]`;
}

/** Codes out of a state dict, which may hold them as bytes. */
export function codesOf(value: Tensor): Tensor {
  const bytes = value.detach().contiguous();
  return bytes.dtype === "uint8" ? bytes.view("float8_e4m3fn") : bytes;
}

function takeCodes(
  { target, value, scaleInv }: WeightEntry,
  device: Tensor["device"],
  report: nn.LoadReport,
): void {
  const codes = codesOf(value);
  const factor = (scaleInv as Tensor).detach().reshape([1]).to("float32");
  const takes = report.assign && !report.borrowed;
  const owned = (t: Tensor): Tensor => (takes && t.device === device ? t : t.to(device).clone());
  if (target instanceof Fp8Weight) {
    target.setCodes(owned(codes), owned(factor));
    return;
  }
  const dtype = isCastable(target.dtype) ? target.dtype : "float32";
  const floats = dequantizeFp8(codes.to(device), factor.to(device), dtype as "float32");
  if (target.device === "meta") nn.swapContent(target, floats);
  else target.copy_(floats);
}

function takeFloats(
  layer: nn.Module,
  names: WeightNames,
  { name, target, value, extra }: WeightEntry,
  device: Tensor["device"],
  report: nn.LoadReport,
): void {
  const weight = target as Fp8Weight;
  if (report.assign) weight.floatDtype = value.dtype;
  const x = value.detach().to(device);
  const factor = extra === undefined ? undefined : decodeFactors(extra)[name];
  if (factor !== undefined && isInRange(x, factor)) {
    const scaleInv = tensor([factor], { dtype: "float32", device });
    weight.setFloat(x, scaleInv.reciprocal(), device);
    // The inverse of an inverse may differ in its last bit.
    weight.setCodes(weight.detach(), scaleInv);
    return;
  }
  const { recipe } = weight;
  weight.setFloat(x, delayedScale(layer, names, name, { recipe, device }), device);
}

/** Whether codes were made of these floats: none lies beyond the largest code, but for the rounding of floats. */
function isInRange(x: Tensor, factor: number): boolean {
  return (amax(x).item() as number) <= 460 * factor;
}

/** The scale that FP8 products of a float weight would cast it with; null if delayed scaling has not found any. */
export function delayedScale(
  layer: nn.Module,
  names: WeightNames,
  name: string,
  { recipe, device }: { recipe: { kind: string }; device: Tensor["device"] },
): Tensor | null {
  const { state } = metaOf(layer, names.length);
  if (recipe.kind !== "delayed" || state === null) return null;
  const slot = names.indexOf(name) * SLOTS.forward + 1;
  const scale = state.forward.scale.detach().slice(0, slot, slot + 1);
  // 1 is what scales start from: it was not found from any weight.
  return scale.item() === 1 ? null : scale.to(device);
}

function heldWeights(layer: nn.Module): [name: string, weight: Fp8Weight][] {
  return layer
    .namedParameters({ recurse: false })
    .filter((entry): entry is [string, Fp8Weight] => entry[1] instanceof Fp8Weight);
}
