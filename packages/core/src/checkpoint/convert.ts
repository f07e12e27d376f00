// From one precision's checkpoint into another's model: who has to convert, and what the weights went through.

import { isPlainObject } from "../collections.js";
import { resolvePrecision } from "../connector/precision-values.js";
import { infoOnce } from "../messages.js";
import { overridesHook, type Precision, type PrecisionEnvironment } from "../precision.js";
import { FabricError, isTensor, type nn, type Tensor } from "../torch.js";

/** Longest history of conversions that is kept. */
const MAX_HISTORY = 16;

/** What a checkpoint says about the precision that it was saved under. @internal */
export interface SavedPrecision {
  /** The alias; null in files that do not say. */
  readonly name: string | null;
  /** Whether modules are stored as ordinary floating-point tensors under PyTorch's names. */
  readonly plain: boolean;
  /** Precisions that the weights were in before, the oldest first. */
  readonly convertedFrom: readonly string[];
  /** The plugin's own state. */
  readonly state: Record<string, unknown>;
}

/** A module's state dict as the running precision can load it. @internal */
export type ConvertState = (state: unknown, module: nn.Module) => unknown;

/** What is stored of the running precision. @internal */
export function describePrecision(
  precision: Precision,
  convertedFrom: readonly string[],
): Record<string, unknown> {
  const state = precision.stateDict();
  return {
    name: precision.precision,
    plain: !overridesHook(precision, "plainStateDict"),
    ...(convertedFrom.length > 0 ? { convertedFrom: [...convertedFrom] } : {}),
    ...(Object.keys(state).length > 0 ? { state } : {}),
  };
}

/** Reads what {@link describePrecision} stored; what is absent is as in a file of another program. @internal */
export function savedPrecision(stored: unknown): SavedPrecision {
  const { name, plain, convertedFrom, state } = isPlainObject(stored)
    ? stored
    : ({} as Record<string, unknown>);
  return {
    name: typeof name === "string" ? name : null,
    plain: plain !== false,
    convertedFrom: Array.isArray(convertedFrom) ? convertedFrom.map(String) : [],
    state: isPlainObject(state) ? state : {},
  };
}

/** The history of weights loaded from `saved` into `running`. @internal */
export function historyOf(saved: SavedPrecision, running: Precision): string[] {
  const { name, convertedFrom } = saved;
  const steps =
    name === null || name === running.precision ? convertedFrom : [...convertedFrom, name];
  return steps.slice(-MAX_HISTORY);
}

/**
 * How module states of a checkpoint become loadable.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_CONVERT` if they are in a form of their own precision and `convert` is false; whatever keeps
 * the plugin of that precision from being loaded. @internal
 */
export function converter(
  saved: SavedPrecision,
  running: Precision,
  environment: PrecisionEnvironment,
  convert: boolean,
  path: string,
): ConvertState {
  const { name } = saved;
  if (name === null || name === running.precision) return (state) => state;
  if (saved.plain) {
    return (state, module) => {
      tellChange(state, module, name, running);
      return state;
    };
  }
  if (!convert) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_CONVERT",
      `The checkpoint "${path}" was saved with precision "${name}", which stores weights in a form of its own; "${running.precision}" is running. Nothing was loaded. ` +
        `Pass { convert: true } to turn them into floating-point numbers first, or use precision: "${name}".`,
    );
  }
  const plugin = resolvePrecision(name).create(environment);
  return (state) => plugin.plainStateDict(state as Record<string, Tensor>);
}

/** That the precision changed is said once; a cast on loading is PyTorch's rule. */
function tellChange(state: unknown, module: nn.Module, name: string, running: Precision): void {
  if (!isPlainObject(state)) return;
  const found = module
    .namedParameters()
    .map(([key, parameter]) => [state[key], parameter] as const)
    .find(([value, parameter]) => isTensor(value) && value.dtype !== parameter.dtype);
  const cast =
    found === undefined
      ? "is"
      : `(weights stored as ${(found[0] as Tensor).dtype} are cast to ${found[1].dtype}) is`;
  infoOnce(
    `The checkpoint was saved with precision "${name}"; "${running.precision}" ${cast} running. To go on as before, pass precision: "${name}".`,
  );
}
