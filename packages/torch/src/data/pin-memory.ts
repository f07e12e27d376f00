// Batches in page-locked memory.

import { isAvailable } from "../cuda/available.js";
import { isPlainObject } from "../dispatch/kinds.js";
import { isTensor, type Tensor } from "../tensor.js";

let warned = false;

/** Whether pinning makes sense here; says once when it does not. @internal */
export function canPin(): boolean {
  if (isAvailable()) return true;
  if (!warned) {
    warned = true;
    process.emitWarning(
      "DataLoader: `pinMemory: true` has no effect because no GPU is available.",
      { code: "FABRIC_PIN_MEMORY" },
    );
  }
  return false;
}

function pinOne(t: Tensor): Tensor {
  return t.device === "cpu" ? t.pinMemory() : t;
}

/** The same collection with its CPU tensors page-locked. @internal */
export function pinBatch(value: unknown): unknown {
  if (isTensor(value)) return pinOne(value);
  if (Array.isArray(value)) return value.map(pinBatch);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [k, pinBatch(v)]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, pinBatch(v)]));
}
