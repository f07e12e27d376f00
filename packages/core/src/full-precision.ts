// "32-true": nothing is cast anywhere.

import { Precision } from "./precision.js";

/** Full precision, the default of Fabric: every hook keeps its default, so float64 inputs stay float64 too. */
export class FullPrecision extends Precision {
  readonly precision = "32-true";

  override captureObstacle(): null {
    return null;
  }

  override describe(): string {
    return "weights, activations and optimizer state as the module was made, float32 by default";
  }
}
