// Checks what the constructor of MixedPrecision is given.

import { amp, checkOptions, describeValue, FabricError, optionError } from "@fabric/torch";
import type { CastInputs, MixedAlias, MixedPrecisionOptions } from "./mixed-precision.js";

const OWNER = "MixedPrecision";
const KNOWN = ["precision", "device", "scaler", "castInputs", "collapseAfter"] as const;

/** Options after checking. */
export interface CheckedOptions {
  readonly precision: MixedAlias;
  readonly device: "cpu" | "cuda" | "mps";
  readonly scaler: amp.GradScaler | undefined;
  readonly castInputs: CastInputs;
  /** Infinity for never. */
  readonly collapseAfter: number;
}

const COLLAPSE_AFTER = 25;

/** Checks the options and fills in defaults. */
export function checkMixedOptions(options: MixedPrecisionOptions): CheckedOptions {
  checkOptions(OWNER, options, KNOWN);
  const { precision, scaler, castInputs = "all", collapseAfter = COLLAPSE_AFTER } = options;
  if (precision !== "16-mixed" && precision !== "bf16-mixed") {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `MixedPrecision: expected \`precision\` to be "16-mixed" or "bf16-mixed" but received ${describeValue(precision)}.`,
    );
  }
  if (castInputs !== "all" && castInputs !== "none" && typeof castInputs !== "function") {
    throw optionError(OWNER, "castInputs", '"all", "none" or a function', castInputs);
  }
  if (collapseAfter !== false && !(Number.isInteger(collapseAfter) && collapseAfter >= 1)) {
    throw optionError(OWNER, "collapseAfter", "an integer >= 1 or false", collapseAfter);
  }
  return {
    precision,
    collapseAfter: collapseAfter === false ? Number.POSITIVE_INFINITY : collapseAfter,
    device: checkDevice(options.device),
    scaler: checkScaler(precision, scaler),
    castInputs,
  };
}

/** The scaler to use: the one given, a new one for float16, none for bfloat16. */
export function makeScaler({ precision, device, scaler }: CheckedOptions): amp.GradScaler | null {
  if (precision === "bf16-mixed") return null;
  return scaler ?? new amp.GradScaler({ device });
}

function checkDevice(device: unknown): "cpu" | "cuda" | "mps" {
  const family = typeof device === "string" ? device.replace(/:\d+$/, "") : "";
  if (family === "cpu" || family === "cuda" || family === "mps") return family;
  throw new FabricError(
    "FABRIC_CONFIG_DEVICE",
    `MixedPrecision: expected \`device\` to be "cpu", "cuda" or "mps" but received ${describeValue(device)}.`,
  );
}

function checkScaler(precision: MixedAlias, scaler: unknown): amp.GradScaler | undefined {
  if (scaler === undefined || scaler === null) return undefined;
  if (precision === "bf16-mixed") {
    throw new FabricError(
      "FABRIC_CONFIG_SCALER",
      '`precision: "bf16-mixed"` uses no scaler, since bfloat16 has the range of float32. Leave `scaler` out, or use "16-mixed".',
    );
  }
  if (scaler instanceof amp.GradScaler) return scaler;
  throw new FabricError(
    "FABRIC_CONFIG_SCALER",
    `MixedPrecision: expected \`scaler\` to be a torch.amp.GradScaler but received ${describeValue(scaler)}.`,
  );
}
