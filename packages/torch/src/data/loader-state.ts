// Where a loader is in its data.

import { FabricError, show } from "../errors.js";
import type { SamplerState } from "./sampler.js";

/** The position of a {@link DataLoader}, as JSON: see {@link DataLoader.stateDict}. */
export interface DataLoaderState {
  /** Of this format. */
  version: 1;
  /** Epochs completed before the one that `batches` counts in. */
  epoch: number;
  /** Batches of the running epoch that were handed out; 0 between epochs. */
  batches: number;
  /** What replays the order of the epoch, if the sampler can tell. */
  sampler?: SamplerState;
  /** What the randomness of the epoch's worker threads is made from, a number in decimal. */
  seed?: string;
  /** Where a stream is, if it can tell. */
  dataset?: unknown;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Checks a state before it is used. @throws FabricError `FABRIC_CHECKPOINT_STATE`. @internal */
export function checkLoaderState(state: DataLoaderState): DataLoaderState {
  const valid =
    typeof state === "object" &&
    state !== null &&
    state.version === 1 &&
    isCount(state.epoch) &&
    isCount(state.batches) &&
    (state.seed === undefined ||
      (typeof state.seed === "string" && /^-?\d{1,20}$/.test(state.seed))) &&
    (state.sampler === undefined || (typeof state.sampler === "object" && state.sampler !== null));
  if (valid) return state;
  throw new FabricError(
    "FABRIC_CHECKPOINT_STATE",
    `DataLoader: expected a state that \`stateDict()\` gave, { version: 1, epoch, batches, ... }, but received ${show(state)}.`,
  );
}
