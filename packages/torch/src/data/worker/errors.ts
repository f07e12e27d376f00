// Errors on their way from a worker thread to the loop.

import { FabricError } from "../../errors.js";
import type { PackedError } from "./protocol.js";

/** Takes an error apart. @internal */
export function packError(thrown: unknown): PackedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack ?? "",
    code: error instanceof FabricError ? error.code : undefined,
  };
}

/** The error as the loop meets it: same name, code and stack, with the worker and what it was doing. @internal */
export function unpackError({ name, message, stack, code }: PackedError, where: string): Error {
  const text = `${message} (${where})`;
  const error = code === undefined ? new Error(text) : new FabricError(code, text);
  if (code === undefined) error.name = name;
  // The worker's frames are those that help; ours only say that a batch was awaited.
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  error.stack = [`${error.name}: ${text}`, ...frames].join("\n");
  return error;
}
