// A 4-bit weight out of a state dict: packed, with its state under bitsandbytes' keys, or a float tensor, which is quantised on arrival.
import { type FabricError, isFabricError, type nn, type Tensor } from "@fabric/torch";
import { elementsOf } from "../functional/arguments.js";
import { QuantState } from "../functional/quant-state.js";
import { stateKeysOf } from "../functional/quant-state-dict.js";
import type { Params4bit } from "./params4bit.js";

/** Adds the packed weight and its state under `prefix` (the weight's name) to a state dict; a float weight goes as it is. */
export function saveWeight(weight: Params4bit, into: Record<string, Tensor>, prefix: string): void {
  if (weight.quantState === null) return;
  for (const [key, value] of Object.entries(weight.quantState.stateDict({ packed: true })))
    into[`${prefix}.${key}`] = value;
}

/** Matches the entries of a weight named `key`, and queues what loads them. */
export function loadWeight(
  weight: Params4bit,
  source: ReadonlyMap<string, Tensor>,
  key: string,
  report: nn.LoadReport,
): void {
  const value = source.get(key);
  const stateKeys = stateKeysOf(source.keys(), `${key}.`);
  for (const name of stateKeys) report.consumed.add(name);
  if (value === undefined) {
    report.missing.push(key);
    return;
  }
  report.consumed.add(key);
  if (stateKeys.length > 0) loadPacked(weight, source, key, stateKeys, report);
  else if (value.isFloatingPoint()) loadFloat(weight, value, key, report);
  else
    report.mismatches.push(
      `  ${key}: a packed weight (${value.dtype}) without its state; the keys ${key}.absmax, ${key}.quant_map and ${key}.quant_state.bitsandbytes__${weight.quantType} are missing`,
    );
}

function loadFloat(weight: Params4bit, value: Tensor, key: string, report: nn.LoadReport): void {
  const shape = weight.logicalShape;
  if (!sameShape(shape, value.shape)) {
    report.mismatches.push(
      `  ${key}: the layer has [${shape.join(", ")}], state dict has [${value.shape.join(", ")}]`,
    );
    return;
  }
  report.pending.push(() => {
    // A layer that is not on a device yet stays a float layer.
    if (weight.quantState === null && weight.device !== "meta") weight.copy_(value);
    else weight.setFloat(value, weight.device === "meta" ? value.device : weight.device);
  });
}

function loadPacked(
  weight: Params4bit,
  source: ReadonlyMap<string, Tensor>,
  key: string,
  stateKeys: readonly string[],
  report: nn.LoadReport,
): void {
  const packed = source.get(key) as Tensor;
  const state = readState(source, key, stateKeys, report);
  if (state === null) return;
  const problem = mismatch(weight, packed, state);
  if (problem !== null) {
    report.mismatches.push(`  ${key}: ${problem}`);
    return;
  }
  report.pending.push(() => {
    const device = weight.device === "meta" ? packed.device : weight.device;
    // The bytes are the same in any storage; early versions kept them in one row.
    const bytes = packed.detach().contiguous().view("uint8").reshape([-1]);
    const stored = bytes.view(weight.quantStorage).reshape([-1, 1]);
    const takes = report.assign && !report.borrowed;
    const owned = takes && stored.device === device ? stored : stored.to(device).clone();
    weight.setPacked(owned, copied(state, takes).to(device));
  });
}

function readState(
  source: ReadonlyMap<string, Tensor>,
  key: string,
  stateKeys: readonly string[],
  report: nn.LoadReport,
): QuantState | null {
  const record: Record<string, Tensor> = {};
  for (const name of stateKeys) record[name.slice(key.length + 1)] = source.get(name) as Tensor;
  const device = (source.get(key) as Tensor).device;
  try {
    return QuantState.fromDict(record, device);
  } catch (error) {
    if (!isFabricError(error, "FABRIC_CHECKPOINT_QUANT_STATE")) throw error;
    report.mismatches.push(`  ${key}: ${(error as FabricError).message}`);
    return null;
  }
}

/** Why a packed weight does not fit a layer. */
function mismatch(weight: Params4bit, packed: Tensor, state: QuantState): string | null {
  const convert =
    "make the layer that way, or turn the checkpoint into float weights with functional.dequantize4bit and load those";
  const shape = weight.logicalShape;
  if (!sameShape(shape, state.shape))
    return `the layer has [${shape.join(", ")}], the packed weight stands for [${state.shape.join(", ")}]`;
  if (state.quantType !== weight.quantType)
    return `the layer is ${weight.quantType}, the packed weight ${state.quantType}; ${convert}`;
  if (state.blocksize !== weight.blocksize)
    return `the layer has blocks of ${weight.blocksize}, the packed weight of ${state.blocksize}; ${convert}`;
  if (state.nested !== weight.compressStatistics) {
    const [layer, file] = weight.compressStatistics
      ? ["quantised", "plain"]
      : ["plain", "quantised"];
    return `the layer has ${layer} scales (compressStatistics), the packed weight ${file} ones; ${convert}`;
  }
  const bytes = Math.ceil(elementsOf(shape) / 2);
  if (packed.nbytes < bytes || packed.nbytes > bytes + 3)
    return `expected ${bytes} bytes of codes, state dict has ${packed.nbytes}`;
  return null;
}

/** The state in memory of its own, unless the dictionary's tensors are to be taken. */
function copied(state: QuantState, assign: boolean): QuantState {
  if (assign) return state;
  return new QuantState({
    ...state,
    absmax: state.absmax.clone(),
    code: state.code.clone(),
    offset: state.offset?.clone() ?? null,
    state2: state.state2 === null ? null : copied(state.state2, false),
  });
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
