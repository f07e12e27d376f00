// `_extra_state` as Transformer Engine writes it: a pickled dictionary of scales and histories.
import { isFabricError, noGrad, tensor } from "@fabric/torch";
import { PickledTensor, pickleError, readPickled } from "../pickle/index.js";
import { DelayedState, type Direction, SLOTS } from "./delayed-state.js";

const SUFFIX: Readonly<Record<Direction, string>> = { forward: "fwd", backward: "bwd" };

/** What bytes held: a state, null if they say that there is none, or why they could not be read. */
export type FoundState = { state: DelayedState | null } | { problem: string };

/** Whether bytes begin as those that Transformer Engine writes: a pickle, or an archive of torch.save. */
export function isPickled(bytes: Buffer): boolean {
  const isPickle = bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 9) <= 5;
  return isPickle || bytes.subarray(0, 4).toString("latin1") === "PK\x03\x04";
}

/**
 * Scales and histories in bytes from Transformer Engine 1 and 2. Its recipe is not taken over: the region that a layer runs in has one. A module with
 * a recipe that remembers nothing has no scales.
 */
export function readTeState(bytes: Buffer): FoundState {
  try {
    return { state: stateOf(readPickled(bytes)) };
  } catch (error) {
    if (!isFabricError(error)) throw error;
    return { problem: error.message };
  }
}

function stateOf(value: unknown): DelayedState | null {
  if (value === null) return null;
  if (!(value instanceof Map)) throw pickleError("the state is no dictionary");
  if (!value.has("scale_fwd")) {
    if (value.size === 0 || value.has("recipe") || value.has("extra_fp8_variables")) return null;
    throw pickleError("the state has none of Transformer Engine's keys");
  }
  const found = { forward: scalesIn(value, "forward"), backward: scalesIn(value, "backward") };
  const count = found.forward.scale.floats.length;
  const gemms = count / SLOTS.forward;
  const [length = 0] = found.forward.history.shape;
  if (!Number.isInteger(gemms) || gemms < 1 || length < 1)
    throw pickleError(`the state has ${count} forward scales and ${length} steps`);
  for (const direction of ["forward", "backward"] as const) {
    const slots = gemms * SLOTS[direction];
    const { scale, history } = found[direction];
    if (!isShape(scale, [slots]) || !isShape(history, [length, slots]))
      throw pickleError(
        `its ${direction} scales, [${scale.shape.join(", ")}], and history, [${history.shape.join(", ")}], do not belong together`,
      );
    if (!scale.floats.every((x) => x > 0 && Number.isFinite(x)))
      throw pickleError(`its ${direction} scales are not all positive numbers`);
  }
  const state = new DelayedState(gemms, length, "cpu");
  noGrad(() => {
    for (const direction of ["forward", "backward"] as const) {
      const { scale, history } = found[direction];
      const target = state[direction];
      target.scale.copy_(tensor(scale.floats, { dtype: "float32", device: "cpu" }));
      target.amaxHistory.copy_(
        tensor(history.floats, { dtype: "float32", device: "cpu" }).view([...history.shape]),
      );
    }
  });
  return state;
}

/** Numbers of a tensor in the state. */
interface Part {
  readonly shape: readonly number[];
  readonly floats: Float32Array<ArrayBuffer>;
}

function scalesIn(
  state: ReadonlyMap<unknown, unknown>,
  direction: Direction,
): { scale: Part; history: Part } {
  const suffix = SUFFIX[direction];
  return {
    scale: partOf(state, `scale_${suffix}`),
    history: partOf(state, `amax_history_${suffix}`),
  };
}

function partOf(state: ReadonlyMap<unknown, unknown>, key: string): Part {
  const value = state.get(key);
  if (!(value instanceof PickledTensor)) throw pickleError(`the state has no tensor \`${key}\``);
  return { shape: value.shape, floats: value.toFloats() };
}

function isShape({ shape }: Part, expected: readonly number[]): boolean {
  return shape.length === expected.length && expected.every((size, i) => size === shape[i]);
}
