// A parameter's state: bitsandbytes' names, dtypes and layout, made, saved and loaded.
import {
  type Device,
  describeValue,
  FabricError,
  full,
  isTensor,
  keep,
  type optim,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { createDynamicMap, isAscending } from "../functional/maps.js";
import { plainMemory, type StateMemory } from "./paged.js";

/** Elements that share a scale. */
export const STATE_BLOCKSIZE = 256;
/** Where bitsandbytes puts what must not be cast. */
const NESTED = "__bnb_optimizer_quant_state__";
/** What older releases kept besides; nothing is lost without it. */
const IGNORED: ReadonlySet<string> = new Set(["gnorm_vec"]);
/** The order of entries in bitsandbytes' state. */
const ORDER = ["step", "state1", "qmap1", "state2", "qmap2", "absmax1", "absmax2", "unorm_vec"];

/** What an optimizer keeps a parameter. @internal */
export interface StateLayout {
  /** Moments that `state1` holds one after the other: 2 in AdEMAMix. */
  readonly moments: 1 | 2;
  /** Whether there is a `state2`, of squares. */
  readonly hasSecond: boolean;
}

interface Maps {
  readonly qmap1: Tensor;
  readonly qmap2: Tensor;
}
const mapsByDevice = new Map<Device, Maps>();

/** The signed and the unsigned map, one copy a device; states have handles of their own, which may be disposed of. */
function mapsOn(device: Device): Maps {
  let maps = mapsByDevice.get(device);
  if (maps === undefined) {
    const on = (signed: boolean): Tensor => keep(createDynamicMap({ signed }).to({ device }));
    maps = { qmap1: on(true), qmap2: on(false) };
    mapsByDevice.set(device, maps);
  }
  return maps;
}

/** State before the first step. @internal */
export function newState(
  param: Tensor,
  layout: StateLayout,
  bits: 8 | 32,
  hasNorm: boolean,
  memory: StateMemory,
): optim.ParamState {
  const { device } = param;
  const state: optim.ParamState = { step: 0 };
  for (const [i, moments] of entriesOf(layout)) {
    const shape = shapeOf(param, moments);
    state[`state${i}`] = memory.zeros(param, shape, bits === 8 ? "uint8" : "float32");
    if (bits === 32) continue;
    state[`qmap${i}`] = mapsOn(device)[`qmap${i}`].detach();
    state[`absmax${i}`] = zeros(scalesOf(param, moments), { dtype: "float32", device });
  }
  if (hasNorm) state["unorm_vec"] = zeros([1], { dtype: "float32", device });
  return ordered(state);
}

/** A state whose steps are counted in the memory of the parameter's device, in float32 as PyTorch counts them. @internal */
export function countable(state: optim.ParamState, { device }: Tensor): optim.ParamState {
  return { ...state, step: full([], state["step"] as number, { dtype: "float32", device }) };
}

/** Whether a state has 8 bits. @internal */
export function is8bit(state: optim.ParamState): boolean {
  return (state["state1"] as Tensor).dtype === "uint8";
}

/** A state as bitsandbytes saves it: all but the step in a nested record. @internal */
export function nestState(state: optim.ParamState): optim.ParamState {
  const { step, ...rest } = state;
  return { step, [NESTED]: rest } as unknown as optim.ParamState;
}

/**
 * A state out of a checkpoint, nested or flat, of 8 or 32 bits.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if it is no such state or does not fit. @internal
 */
export function loadState(
  who: string,
  saved: optim.ParamState,
  param: Tensor,
  layout: StateLayout,
  hasNorm: boolean,
  memory: StateMemory,
): optim.ParamState {
  const { [NESTED]: nested, ...outer } = saved as Record<string, unknown>;
  const given = { ...outer, ...(typeof nested === "object" ? nested : {}) } as Record<
    string,
    unknown
  >;
  const take = (name: string, dtype: string, numel: number, advice = ""): Tensor => {
    const value = given[name];
    if (isTensor(value) && value.dtype === dtype && value.numel() === numel) return value;
    throw mismatch(
      `${who}: for a parameter of shape [${param.shape.join(", ")}] expected \`${name}\` as ${numel} elements of ${dtype} but the saved state has ${value === undefined ? `none; it has ${Object.keys(given).join(", ")}` : describeValue(value)}.${advice}`,
    );
  };
  const copy = (t: Tensor, shape: number[]): Tensor => plainMemory.copy(param, shape, t);
  const bits = isTensor(given["state1"]) && given["state1"].dtype === "uint8" ? 8 : 32;
  const known = new Set(["step", "unorm_vec", ...IGNORED]);
  const state: optim.ParamState = { step: stepOf(who, given["step"]) };
  for (const [i, moments] of entriesOf(layout)) {
    const shape = shapeOf(param, moments);
    const numel = moments * param.numel();
    const values = take(`state${i}`, bits === 8 ? "uint8" : "float32", numel);
    state[`state${i}`] = memory.copy(param, shape, values);
    known.add(`state${i}`);
    if (bits === 32) continue;
    const advice = ` Blocks of ${STATE_BLOCKSIZE} elements have a scale here; older releases had blocks of 2048 or none.`;
    const scales = scalesOf(param, moments);
    const count = scales.reduce((a, b) => a * b, 1);
    state[`absmax${i}`] = copy(take(`absmax${i}`, "float32", count, advice), scales);
    const own = mapsOn(param.device)[`qmap${i}`];
    const map = copy(take(`qmap${i}`, "float32", 256), [256]);
    const isOwn = map.equal(own);
    if (!isOwn && !isAscending(map))
      throw mismatch(
        `${who}: \`qmap${i}\` of the saved state is not an ascending table of finite values.`,
      );
    state[`qmap${i}`] = isOwn ? own.detach() : map;
    known.add(`absmax${i}`).add(`qmap${i}`);
  }
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw mismatch(
      `${who}: the saved state has ${unknown.join(", ")}, which this optimizer lacks.`,
    );
  if (given["unorm_vec"] !== undefined)
    state["unorm_vec"] = copy(take("unorm_vec", "float32", 1), [1]);
  else if (hasNorm) state["unorm_vec"] = zeros([1], { dtype: "float32", device: param.device });
  return ordered(state);
}

function ordered(state: optim.ParamState): optim.ParamState {
  const entries = ORDER.filter((name) => Object.hasOwn(state, name));
  return Object.fromEntries(entries.map((name) => [name, state[name] as Tensor | number]));
}

function entriesOf({ moments, hasSecond }: StateLayout): (readonly [1 | 2, number])[] {
  return hasSecond
    ? [
        [1, moments],
        [2, 1],
      ]
    : [[1, moments]];
}

function shapeOf({ shape }: Tensor, moments: number): number[] {
  return moments === 1 ? [...shape] : [moments, ...shape];
}

function scalesOf(param: Tensor, moments: number): number[] {
  const blocks = Math.ceil(param.numel() / STATE_BLOCKSIZE);
  return moments === 1 ? [blocks] : [moments, blocks];
}

/** PyTorch's optimizers keep the count in a tensor. */
function stepOf(who: string, value: unknown): number {
  const step = isTensor(value) && value.numel() === 1 ? Number(value.item()) : value;
  if (typeof step === "number" && Number.isSafeInteger(step) && step >= 0) return step;
  throw mismatch(
    `${who}: expected the number of steps as \`step\` but received ${describeValue(value)}.`,
  );
}

function mismatch(message: string): FabricError {
  return new FabricError("FABRIC_CHECKPOINT_MISMATCH", message);
}
