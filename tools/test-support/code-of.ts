// What a call throws.
import type { FabricError } from "@fabric/torch";

/** The code of the error that `run` throws. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as FabricError).code;
  }
  return "nothing thrown";
}
