// `precision: "auto"`: which alias a device gets, and why.

import { type Hardware, hasBfloat16Units, hasHalfUnits } from "./hardware.js";

/** The value that means: choose by the hardware. @internal */
export const AUTO = "auto";

/** A fixed alias and the reason for it. @internal */
export interface AutoChoice {
  readonly alias: "32-true" | "16-mixed" | "bf16-mixed";
  readonly reason: string;
}

/** The alias for a device. The same facts always give the same alias. @internal */
export function chooseAlias(hardware: Hardware): AutoChoice {
  const { device, deviceType, capability } = hardware;
  if (deviceType === "cpu")
    return {
      alias: "32-true",
      reason: "on a CPU bfloat16 changes results and is often slower",
    };
  if (deviceType !== "cuda")
    return {
      alias: "32-true",
      reason: `on ${deviceType} half precision may change results, so it is only used when asked for`,
    };
  if (capability === null)
    return { alias: "32-true", reason: `the compute capability of ${device} is not known` };
  const what = `${device} has compute capability ${capability.join(".")}`;
  if (hasBfloat16Units(hardware))
    return { alias: "bf16-mixed", reason: `${what}, with bfloat16 units` };
  if (hasHalfUnits(hardware))
    return { alias: "16-mixed", reason: `${what}, with float16 units only` };
  return { alias: "32-true", reason: `${what}, without half-precision units` };
}
