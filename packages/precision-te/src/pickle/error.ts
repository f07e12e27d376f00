// Why pickled bytes are refused.
import { FabricError } from "@fabric/torch";

/** `FABRIC_CHECKPOINT_PICKLE`: what was found in pickled bytes, and what is read. */
export function pickleError(reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_PICKLE",
    `${reason}. Only numbers, texts, lists, dictionaries, tensors and recipes are read from pickled state, and nothing in it is run.`,
  );
}
