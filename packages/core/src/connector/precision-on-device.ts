// What a precision value becomes on a device, and what it meets there.

import { infoOnce, warnOnce } from "../messages.js";
import { FabricError } from "../torch.js";
import { AUTO, chooseAlias } from "./auto-precision.js";
import { type Hardware, hasBfloat16Units } from "./hardware.js";
import { KNOWN_ALIASES, type PrecisionSource, resolvePrecision } from "./precision-values.js";

/** The alias that a value means on a device: `"auto"` is chosen, and on a CPU and a TPU `"16-mixed"` is bf16-mixed. @internal */
export function aliasOnDevice(alias: string, hardware: Hardware): string {
  if (alias === AUTO) return chooseAlias(hardware).alias;
  const { deviceType } = hardware;
  return alias === "16-mixed" && (deviceType === "cpu" || deviceType === "tpu")
    ? "bf16-mixed"
    : alias;
}

/**
 * Who serves a value on a device. Says what was chosen or changed.
 *
 * @throws FabricError as {@link resolvePrecision}; if `"auto"` chose the alias, the message says so. @internal
 */
export function precisionOnDevice(source: PrecisionSource, hardware: Hardware): PrecisionSource {
  const fixed = source.alias === AUTO ? resolveAuto(hardware) : source;
  const alias = aliasOnDevice(fixed.alias, hardware);
  if (alias !== fixed.alias) {
    warnOnce(
      "FABRIC_CONFIG_CPU_HALF",
      `\`precision: "16-mixed"\` is not fast on ${hardware.deviceType === "cpu" ? "a CPU" : "a TPU"}; using "bf16-mixed" instead. ` +
        'Write "bf16-mixed", or ask for float16 with plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu" })].',
    );
    return resolvePrecision(alias);
  }
  if (alias.endsWith("-mixed") && KNOWN_ALIASES.has(alias))
    infoOnce(`Using ${alias === "16-mixed" ? "16-bit" : "bfloat16"} automatic mixed precision.`);
  return fixed;
}

function resolveAuto(hardware: Hardware): PrecisionSource {
  const { alias, reason } = chooseAlias(hardware);
  infoOnce(
    `precision: "auto" is "${alias}" here: ${reason}. Write precision: "${alias}" to have it on every machine.`,
  );
  try {
    return resolvePrecision(alias);
  } catch (error) {
    if (!(error instanceof FabricError)) throw error;
    throw new FabricError(error.code, `\`precision: "auto"\` chose "${alias}". ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * Looks at what the chosen precision meets on the device.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_PRECISION` for float64 on mps, which has none. @internal
 */
export function checkHardware(alias: string, hardware: Hardware): void {
  const { device, deviceType } = hardware;
  if (alias === "64-true" && deviceType === "mps") {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_PRECISION",
      '`precision: "64-true"` cannot be used on mps, which has no float64. Use accelerator: "cpu", or precision: "32-true".',
    );
  }
  if (alias.startsWith("bf16-") && hasBfloat16Units(hardware) === false) {
    warnOnce(
      "FABRIC_PRECISION_EMULATED",
      `\`precision: "${alias}"\`: ${device} has no bfloat16 units (compute capability below 8.0), so that bfloat16 is emulated and slow. Use "16-mixed" or "32-true".`,
    );
  }
}
