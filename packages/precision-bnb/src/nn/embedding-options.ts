// What quantised tables take over from an `nn.Embedding`, and why they may have no rows to give.
import { describeValue, FabricError, type nn, type Tensor } from "@fabric/torch";

/** Options that quantised tables share. */
export interface TableOptions extends Pick<nn.EmbeddingModuleOptions, "device" | "dtype"> {
  /** Row that starts at zero; negative counts from the end. A frozen table gives no row a gradient. */
  paddingIdx?: number | null;
}

export const TABLE_OPTIONS: readonly string[] = ["paddingIdx", "device", "dtype"];

/** Those of the options that `nn.Embedding` takes. */
export function tableOptions({ paddingIdx, device, dtype }: TableOptions): TableOptions {
  return {
    ...(paddingIdx === undefined ? {} : { paddingIdx }),
    ...(device === undefined ? {} : { device }),
    ...(dtype === undefined ? {} : { dtype }),
  };
}

/** @throws FabricError `FABRIC_UNSUPPORTED_MAX_NORM` for a table whose rows are scaled down in place when they are looked up. */
export function checkNoMaxNorm(owner: string, { maxNorm }: nn.Embedding): void {
  if (maxNorm === null) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_MAX_NORM",
    `${owner}: the table has maxNorm = ${maxNorm}, which scales rows down in place; packed rows cannot be. Scale the rows beforehand and take a table without maxNorm, or keep this one as it is.`,
  );
}

/** Why there are no rows to look up. */
export function tableNotReady(owner: string, weight: Tensor, isQuantized: boolean): FabricError {
  const isMeta = weight.device === "meta";
  if (!isQuantized) {
    const advice = isMeta
      ? "It is on the meta device: load a state dict with { assign: true }, or call toEmpty and load"
      : "Call layer.to(device), or load a state dict";
    return new FabricError(
      "FABRIC_USAGE_NOT_QUANTIZED",
      `${owner}: the table is not quantised (${describeValue(weight)}). ${advice}.`,
    );
  }
  const reason = isMeta
    ? "is on the meta device, where there is no data. Load a state dict with { assign: true }, or call toEmpty({ device }) and load"
    : "was allocated by toEmpty and never loaded. Load a state dict, or call resetParameters()";
  return new FabricError(
    "FABRIC_USAGE_NOT_LOADED",
    `${owner}: the table (${describeValue(weight)}) ${reason}.`,
  );
}
