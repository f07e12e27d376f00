// What contexts change in the thread: default dtype, autocast, grad mode.

import { torch } from "@fabric/core";

/** The state as text, so that it can be compared and shown. */
export function threadState(): string {
  const cast = (device: "cpu" | "cuda"): string => {
    const { enabled, dtype } = torch.autocastState(device);
    return enabled ? `autocast ${device} ${dtype}` : `no autocast ${device}`;
  };
  return [
    `default dtype ${torch.getDefaultDtype()}`,
    cast("cpu"),
    cast("cuda"),
    `grad mode ${torch.isGradEnabled() ? "on" : "off"}`,
    `inference mode ${torch.isInferenceModeEnabled() ? "on" : "off"}`,
  ].join(", ");
}
