// `precision: "auto"`: a fixed alias chosen by the hardware, said once and stored with checkpoints as what it is.

import { infoOnce, warnOnce } from "../messages.js";
import { type Device, FabricError } from "../torch.js";
import type { Accelerator } from "./accelerator.js";
import { type PrecisionSource, resolvePrecision } from "./precision-values.js";

/** First generation of NVIDIA GPUs with units for bfloat16 (Ampere), and with any for 16 bits (Volta). */
const BFLOAT16_UNITS = 8;
const FLOAT16_UNITS = 7;

interface Choice {
  readonly alias: string;
  readonly reason: string;
}

/** The alias for a device, and why. */
function choose(accelerator: Accelerator, device: Device): Choice {
  if (accelerator.name === "cpu")
    return {
      alias: "32-true",
      reason: "on a CPU half precision changes results and is often no faster",
    };
  const capability = accelerator.name === "cuda" ? accelerator.capability?.(device) : undefined;
  if (capability === undefined)
    return {
      alias: "32-true",
      reason: `nothing is known of the half-precision units of ${accelerator.name}`,
    };
  const [major, minor] = capability;
  const what = `${device} has compute capability ${major}.${minor}`;
  if (major >= BFLOAT16_UNITS)
    return { alias: "bf16-mixed", reason: `${what}, with bfloat16 units` };
  if (major >= FLOAT16_UNITS)
    return { alias: "16-mixed", reason: `${what}, with float16 units only` };
  return { alias: "32-true", reason: `${what}, without half-precision units` };
}

/** Resolves `"auto"`. @throws FabricError as for the alias that it chose, with a word about that. @internal */
export function resolveAuto(accelerator: Accelerator, device: Device): PrecisionSource {
  const { alias, reason } = choose(accelerator, device);
  infoOnce(
    `precision: "auto" is "${alias}" here: ${reason}. Write precision: "${alias}" to have it on every machine.`,
  );
  try {
    return resolvePrecision(alias);
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    throw new FabricError(error.code, `precision: "auto" chose "${alias}". ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * Looks at what the chosen precision meets on the device.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_PRECISION` for float64 on mps, which has none. @internal
 */
export function checkHardware(alias: string, accelerator: Accelerator, device: Device): void {
  if (alias === "64-true" && accelerator.name === "mps") {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_PRECISION",
      'precision: "64-true" cannot be used on mps, which has no float64. Use accelerator: "cpu", or precision: "32-true".',
    );
  }
  if (!alias.startsWith("bf16-") || accelerator.name !== "cuda") return;
  const major = accelerator.capability?.(device)[0];
  if (major === undefined || major >= BFLOAT16_UNITS) return;
  warnOnce(
    "FABRIC_PRECISION_EMULATED",
    `precision: "${alias}": ${device} has no bfloat16 units (compute capability below 8.0), so that bfloat16 is emulated and slow. Use "16-mixed" or "32-true".`,
  );
}
