// The `outputDtype` option and the conversion rules that the whole-model precisions share.

import { castFloats } from "@fabric/core";
import { type DType, describeValue, FabricError, getDefaultDtype } from "@fabric/torch";

const REAL_FLOATS: ReadonlySet<string> = new Set(["float64", "float32", "float16", "bfloat16"]);

/** Casts outputs to `outputDtype`, or to the default dtype in force at this moment. */
export function castOutput<T>(data: T, outputDtype: DType | undefined): T {
  return castFloats(data, outputDtype ?? getDefaultDtype());
}

/** Checks the option. @throws FabricError `FABRIC_CONFIG_DTYPE` */
export function checkOutputDtype(value: unknown, owner: string): DType | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && REAL_FLOATS.has(value)) return value as DType;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `${owner}: expected \`outputDtype\` to be "float64", "float32", "float16" or "bfloat16" but received ${describeValue(value)}. Leave it out to return the default dtype.`,
  );
}
