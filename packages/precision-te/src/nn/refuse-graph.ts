// Gradients of gradients: refused, since leaving parts of them out would not show.
import { FabricError, isGradEnabled } from "@fabric/torch";

/** To be called in backward. @throws FabricError `FABRIC_UNSUPPORTED_DOUBLE_BACKWARD` where a graph of the gradients is recorded. */
export function refuseGraph(layer: string): void {
  if (!isGradEnabled()) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_DOUBLE_BACKWARD",
    `${layer}: its gradients have no gradients themselves. Call backward without createGraph, or use the plain layer of @fabric/torch where you need them.`,
  );
}
