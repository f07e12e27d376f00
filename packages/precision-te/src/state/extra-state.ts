// Scales and histories as bytes, for the `_extra_state` of a state dict: magic, length of a JSON header, header, float32 numbers.
import { warnOnce } from "@fabric/core";
import { keep, noGrad, type Tensor, tensor } from "@fabric/torch";
import { type DelayedScaling, toRecipe } from "../recipes/index.js";
import { DelayedState, type Direction, SLOTS } from "./delayed-state.js";
import { type FoundState, isPickled, readTeState } from "./te-state.js";

const MAGIC = "fabric-fp8\n";
const UNKNOWN = "they were written neither by this package nor by Transformer Engine.";
const PARTS = [
  ["forward", "scale"],
  ["forward", "amaxHistory"],
  ["backward", "scale"],
  ["backward", "amaxHistory"],
] as const;

interface Header {
  version: 1;
  gemms: number;
  /** Steps of the histories; 0 if there are no scales and histories. */
  length: number;
  recipe: Record<string, unknown>;
  /** By name, what the codes of weights that are held as such are multiplied with. */
  factors?: Record<string, number>;
}

/** What is saved of weights that are held as codes: products of the layer, and factors by the weights' names. */
export interface HeldFactors {
  readonly gemms: number;
  readonly factors: Readonly<Record<string, number>>;
}

/** A state as a uint8 tensor `[bytes]` on the CPU; no bytes for null, unless there are factors. */
export function encodeState(
  state: DelayedState | null,
  recipe: DelayedScaling | null,
  { gemms, factors }: HeldFactors = { gemms: 1, factors: {} },
): Tensor {
  const isHeld = Object.keys(factors).length > 0;
  if (state === null && !isHeld)
    return tensor(new Uint8Array(0), { dtype: "uint8", device: "cpu" });
  const header: Header = {
    version: 1,
    gemms: state?.gemms ?? gemms,
    length: state?.length ?? 0,
    recipe: described(recipe),
    ...(isHeld && { factors }),
  };
  const numbers =
    state === null ? [] : PARTS.map(([direction, part]) => bytesOf(state[direction][part]));
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  const all = Buffer.concat([Buffer.from(MAGIC), size, text, ...numbers]);
  return tensor(new Uint8Array(all), { dtype: "uint8", device: "cpu" });
}

/**
 * The state of bytes that {@link encodeState} or Transformer Engine made; null for no bytes. Bytes of another origin are ignored with a warning, as is
 * a state of another number of products.
 */
export function decodeState(bytes: Tensor, gemms: number, where: string): DelayedState | null {
  if (bytes.numel() === 0) return null;
  const found = bytes.dtype === "uint8" ? read(buffer(bytes)) : { problem: UNKNOWN };
  if ("problem" in found) {
    warnOnce(
      "FABRIC_TE_FOREIGN_STATE",
      `${where}: its FP8 scales are ignored, because ${found.problem} Scaling starts afresh, from scales of 1; a forward pass in a calibrating region finds better ones.`,
    );
    return null;
  }
  const { state } = found;
  if (state === null || state.gemms === gemms) return state;
  warnOnce(
    "FABRIC_TE_FOREIGN_STATE",
    `${where}: its FP8 scales are those of a layer with ${state.gemms} products instead of ${gemms} and are ignored.`,
  );
  return null;
}

/** By name, what the codes of a layer's weights were multiplied with when it was saved; none for weights that were floats. */
export function decodeFactors(bytes: Tensor): Readonly<Record<string, number>> {
  if (bytes.dtype !== "uint8" || bytes.numel() === 0) return {};
  return headerOf(buffer(bytes))?.header.factors ?? {};
}

function read(all: Buffer): FoundState {
  if (isPickled(all)) return readTeState(all);
  const found = headerOf(all);
  if (found === null) return { problem: UNKNOWN };
  const { header, end } = found;
  // Before anything of the size that the header claims is allocated.
  if (all.length - end !== bytesFor(header)) return { problem: "their bytes are damaged." };
  if (header.length === 0) return { state: null };
  const state = new DelayedState(header.gemms, header.length, "cpu");
  let at = end;
  for (const [direction, part] of PARTS) {
    const target = state[direction][part];
    const size = target.numel() * 4;
    const copy = new Uint8Array(all.subarray(at, at + size));
    const numbers = tensor(new Float32Array(copy.buffer), { dtype: "float32", device: "cpu" });
    setPart(state, direction, part, numbers.view([...target.shape]));
    at += size;
  }
  return { state };
}

function buffer(bytes: Tensor): Buffer {
  return Buffer.from(bytes.flatten().cpu().contiguous().toTypedArray() as Uint8Array);
}

/** The header, and where it ends. */
function headerOf(all: Buffer): { header: Header; end: number } | null {
  if (all.length < MAGIC.length + 4 || all.toString("latin1", 0, MAGIC.length) !== MAGIC)
    return null;
  const start = MAGIC.length + 4;
  const end = start + all.readUInt32LE(MAGIC.length);
  const header = parse(all.toString("utf8", start, end));
  return header === null ? null : { header, end };
}

/** Of the numbers of both directions: a scale and a history for each slot. */
function bytesFor({ gemms, length }: Header): number {
  if (length === 0) return 0;
  return 4 * gemms * (SLOTS.forward + SLOTS.backward) * (1 + length);
}

function setPart(
  state: DelayedState,
  direction: Direction,
  part: "scale" | "amaxHistory",
  value: Tensor,
): void {
  noGrad(() => {
    state[direction][part] = keep(value);
  });
}

function parse(text: string): Header | null {
  try {
    const header = JSON.parse(text) as Header;
    const isValid =
      header.version === 1 &&
      Number.isSafeInteger(header.gemms) &&
      header.gemms > 0 &&
      Number.isSafeInteger(header.length) &&
      header.length >= 0 &&
      areFactors(header.factors);
    return isValid ? header : null;
  } catch {
    return null;
  }
}

function areFactors(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(
    (factor) => typeof factor === "number" && factor > 0 && Number.isFinite(factor),
  );
}

function bytesOf(t: Tensor): Buffer {
  const numbers = t.detach().cpu().contiguous().toTypedArray() as Float32Array;
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** What of a recipe is recorded; functions are not. */
function described(recipe: DelayedScaling | null): Record<string, unknown> {
  const { fp8Format, margin, amaxHistoryLen, amaxComputeAlgo } =
    recipe ?? (toRecipe(undefined) as DelayedScaling);
  return {
    kind: "delayed",
    fp8Format,
    margin,
    amaxHistoryLen,
    ...(typeof amaxComputeAlgo === "string" && { amaxComputeAlgo }),
  };
}
