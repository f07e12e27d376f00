// What cannot be recorded, told before it is tried.

import { hasHook } from "../callbacks.js";
import type { FabricBase } from "../fabric-base.js";
import { FabricError, type optim, torch } from "../torch.js";

/** Hooks of callbacks that run once a step: a replay runs no JavaScript. */
const STEP_HOOKS = ["onAfterOptimizerStep", "onPrecisionEvent"] as const;

/** Refuses a Fabric whose steps cannot be recorded at all. @throws FabricError `FABRIC_CAPTURE_*`. @internal */
export function refuseFabric(fabric: FabricBase, needsCuda: boolean): void {
  const { device, strategy, precision, callbacks } = fabric;
  if (needsCuda && !device.startsWith("cuda")) {
    const reason = torch.cuda.unavailableReason();
    throw new FabricError(
      "FABRIC_CAPTURE_DEVICE",
      `fabric.capture: a step is recorded into a CUDA graph, but this Fabric runs on "${device}"${reason === null ? '. Make it with accelerator: "cuda"' : ` and no CUDA device can be used: ${reason}`}. Call the step itself instead; it computes the same.`,
    );
  }
  refuse("FABRIC_CAPTURE_STRATEGY", `the strategy "${strategy.name}"`, strategy.captureObstacle());
  refuse(
    "FABRIC_CAPTURE_PRECISION",
    `precision "${precision.precision}"`,
    precision.captureObstacle(),
  );
  const hook = STEP_HOOKS.find((name) => hasHook(callbacks, name));
  if (hook === undefined) return;
  refuse(
    "FABRIC_CAPTURE_CALLBACK",
    "this Fabric",
    `a callback has \`${hook}\`, which runs after each step, and a replay runs no JavaScript`,
  );
}

/** Refuses an optimizer that is about to step in what will be recorded. @throws FabricError `FABRIC_CAPTURE_OPTIMIZER`. @internal */
export function refuseOptimizer(optimizer: optim.Optimizer): void {
  refuse(
    "FABRIC_CAPTURE_OPTIMIZER",
    `the optimizer ${optimizer.constructor.name}`,
    optimizer.captureObstacle(),
  );
}

function refuse(code: string, what: string, obstacle: string | null): void {
  if (obstacle === null) return;
  throw new FabricError(
    code,
    `fabric.capture: a step under ${what} cannot be recorded: ${obstacle}. Call the step itself instead; it computes the same.`,
  );
}
