// Options of fullyShard: when memory is given back, and in which dtypes parameters travel and gradients are summed.

import { type DType, isDType, isFloatingPoint } from "../../dtype.js";
import { FabricError, show } from "../../errors.js";
import type { Module } from "../../nn/module.js";
import type { Parameter } from "../../nn/parameter.js";
import type { ProcessGroup } from "../group.js";

/** Dtypes of a sharded module, as `MixedPrecisionPolicy` of torch.distributed.fsdp. */
export interface MixedPrecisionPolicy {
  /** Dtype in which parameters are gathered and computed with; the shards, and what the optimizer does, keep theirs. Default: the shard's. */
  paramDtype?: DType | undefined;
  /** Dtype in which gradients travel to be averaged. Default: that of the gathered parameter. */
  reduceDtype?: DType | undefined;
  /** Dtype of floating-point outputs of the module; default: as they come. */
  outputDtype?: DType | undefined;
  /** Cast floating-point arguments of `forward` to `paramDtype`; default true. */
  castForwardInputs?: boolean | undefined;
  /** Parameters that are gathered in their own dtype nevertheless, norms for example. `module` holds `parameter` directly. */
  keepParamDtype?: ((module: Module, parameter: Parameter) => boolean) | undefined;
}

/** Options of `fullyShard`. */
export interface FullyShardOptions {
  /** Processes that share the parameters; default: all. */
  group?: ProcessGroup | undefined;
  /**
   * Give the gathered parameters back after `forward` and gather them again for backward. Default true; false for the outermost module, whose
   * parameters backward needs first.
   */
  reshardAfterForward?: boolean | undefined;
  /** Dtypes. */
  mpPolicy?: MixedPrecisionPolicy | undefined;
  /** Parameters to leave whole on every process. Their gradients are not averaged. */
  ignoredParams?: ReadonlySet<Parameter> | undefined;
}

const KNOWN: ReadonlySet<string> = new Set([
  "group",
  "reshardAfterForward",
  "mpPolicy",
  "ignoredParams",
]);
const POLICY: ReadonlySet<string> = new Set([
  "paramDtype",
  "reduceDtype",
  "outputDtype",
  "castForwardInputs",
  "keepParamDtype",
]);

/** @throws FabricError `FABRIC_CONFIG_FSDP` for what is not an option, or not of its kind. @internal */
export function checkOptions(options: FullyShardOptions): void {
  for (const key of Object.keys(options)) if (!KNOWN.has(key)) throw unknown(key, KNOWN);
  const { reshardAfterForward, mpPolicy = {} } = options;
  if (reshardAfterForward !== undefined && typeof reshardAfterForward !== "boolean")
    throw bad("reshardAfterForward", reshardAfterForward, "true or false");
  checkPolicy(mpPolicy);
}

/** @throws FabricError `FABRIC_CONFIG_FSDP`. @internal */
export function checkPolicy(policy: MixedPrecisionPolicy): void {
  for (const key of Object.keys(policy)) if (!POLICY.has(key)) throw unknown(key, POLICY);
  for (const key of ["paramDtype", "reduceDtype", "outputDtype"] as const) {
    const dtype: unknown = policy[key];
    if (dtype !== undefined && !(isDType(dtype) && isFloatingPoint(dtype)))
      throw bad(key, dtype, "a floating-point dtype");
  }
}

function unknown(key: string, known: ReadonlySet<string>): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_FSDP",
    `fullyShard: unknown option \`${key}\`; known are ${[...known].join(", ")}.`,
  );
}

function bad(key: string, value: unknown, expected: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_FSDP",
    `fullyShard: expected ${expected} as \`${key}\` but received ${show(value)}.`,
  );
}
