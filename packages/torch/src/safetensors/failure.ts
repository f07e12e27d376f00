// Errors of checkpoint files.

import { FabricError } from "../errors.js";

/** The error for a file that is not what it should be. @internal */
export function corrupt(path: string, problem: string, cause?: unknown): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_CORRUPT",
    `\`${path}\` is not a valid safetensors file: ${problem}. It may be cut off or damaged; write or download it again.`,
    { cause },
  );
}

/** The error for a file that cannot be read or written. @internal */
export function fileError(path: string, action: string, cause: unknown): FabricError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new FabricError("FABRIC_CHECKPOINT_FILE", `could not ${action} \`${path}\`: ${reason}.`, {
    cause,
  });
}

/** A key or a name from a file as a message shows it: quoted, and not endless. @internal */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}
