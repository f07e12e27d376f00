// Every error that the project throws, and how code that meets two copies of a package recognises one.

/** Options of a {@link FabricError}. */
export interface FabricErrorOptions {
  /** What led to it; for an error raised inside libtorch, the C++ text. */
  cause?: unknown;
}

/**
 * An error with a stable code.
 *
 * Families: `FABRIC_CONFIG_*` (bad options), `FABRIC_USAGE_*` (call order or wrong object), `FABRIC_UNSUPPORTED_*` (legal but
 * impossible here), `FABRIC_MISSING_*` (a package, file or device is absent), `FABRIC_CHECKPOINT_*` (a file is not what it
 * should be), `FABRIC_DISTRIBUTED_*` (between processes), `FABRIC_CAPTURE_*` (what cannot be recorded into a graph) and `FABRIC_TENSOR_*` (tensors and operators). The message names the value received, what is accepted and the next step.
 */
export class FabricError extends Error {
  /** Stable identifier, `FABRIC_...`. */
  readonly code: string;

  constructor(code: string, message: string, options: FabricErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    Object.defineProperty(this, "name", {
      value: `FabricError [${code}]`,
      configurable: true,
      writable: true,
    });
  }
}

/** An error raised inside libtorch: names the operator, the shapes and dtypes of its arguments; the C++ text is the `cause`. */
export class TorchError extends FabricError {
  /** The operator, as `aten::add`, or the entry that failed. */
  readonly operator: string;

  constructor(code: string, message: string, operator: string, options: FabricErrorOptions = {}) {
    super(code, message, options);
    this.operator = operator;
    Object.defineProperty(this, "name", {
      value: `TorchError [${code}]`,
      configurable: true,
      writable: true,
    });
  }
}

/** Whether `error` is a {@link FabricError}, also one of another copy of the package; `code` narrows to a code or a family's prefix. */
export function isFabricError(error: unknown, code = "FABRIC_"): error is FabricError {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string" &&
    (error as FabricError).code.startsWith(code)
  );
}

/** A value as an error message shows it: `` `"4"` (string) ``. */
export function show(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "string")
    return `${JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)} (string)`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value))
    return value.length > 8
      ? `an array of ${value.length}`
      : `[${value.map((v) => show(v)).join(", ")}]`;
  if (typeof value === "object")
    return Object.getPrototypeOf(value) === Object.prototype
      ? `{ ${Object.keys(value).slice(0, 8).join(", ")} }`
      : (value.constructor?.name ?? "object");
  return String(value);
}
