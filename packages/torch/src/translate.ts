// Native errors to typed ones, native results to tensors.
import { unavailableReason } from "./cuda/available.js";
import { hostRead } from "./cuda/recording.js";
import { failure } from "./distributed/failure.js";
import { FabricError, show, TorchError } from "./errors.js";
import { isTensor, makeTensor } from "./tensor.js";

interface NativeError extends Error {
  code: string;
}

function isNative(error: unknown): error is NativeError {
  return (
    error instanceof Error &&
    !(error instanceof FabricError) &&
    typeof (error as Partial<NativeError>).code === "string" &&
    (error as NativeError).code.startsWith("FABRIC_")
  );
}

/** A value as messages name it: `float32[2, 3]` for a tensor, `"4" (string)`, `{ a, b }` for an object of options, else the name of its class. */
export function describeValue(value: unknown): string {
  if (isTensor(value)) {
    try {
      return `${value.dtype}[${value.shape.join(", ")}]${value.device === "cpu" ? "" : ` on ${value.device}`}`;
    } catch {
      return "a disposed Tensor";
    }
  }
  if (Array.isArray(value))
    return `[${value.slice(0, 4).map(describeValue).join(", ")}${value.length > 4 ? `, ... ${value.length - 4} more` : ""}]`;
  return show(value);
}

/** C++ text without libtorch's call to file a bug or its trailing location. */
function clean(text: string): string {
  return (text.split("\nException raised from")[0] ?? text).trim();
}

/** How operators that talk to other processes in the middle of another operation say what failed. */
const BETWEEN_PROCESSES = /^\[fabric_distributed (\w+)\] ([\s\S]*)$/;

/** What CUDA says of a call that would wait for the device while its work is being recorded. */
const WHILE_RECORDING =
  /operation not permitted when stream is capturing|cudaErrorStreamCapture(Unsupported|Implicit)|operation would make the legacy stream depend on a capturing/;

/** How libtorch's CUDA part says that there is no device, some of it at length. */
const NO_DEVICE =
  /Found no NVIDIA driver|driver version is insufficient|no CUDA-capable device|No CUDA GPUs are available|Torch not compiled with CUDA/;

/** The typed error for whatever a native call threw; errors of user callbacks pass through. */
export function translate(
  error: unknown,
  operator: string,
  args: readonly unknown[] = [],
  hint = "",
): unknown {
  if (!isNative(error)) return error;
  const given = args.length > 0 ? `(${args.map(describeValue).join(", ")})` : "";
  const text = clean(error.message);
  const between = BETWEEN_PROCESSES.exec(text);
  if (between !== null) return failure(operator, between[1] as string, between[2] as string);
  if (NO_DEVICE.test(text)) {
    const reason = unavailableReason() ?? text;
    return new FabricError(
      "FABRIC_MISSING_DEVICE",
      `${operator}${given}: no CUDA device can be used: ${reason}. Check torch.cuda.isAvailable() first.`,
      { cause: error.message },
    );
  }
  if (WHILE_RECORDING.test(text))
    return hostRead(`${operator}${given}`, "from the device, or waits for it,", error.message);
  if (error.code === "FABRIC_TENSOR_DISPOSED") {
    return new FabricError(
      error.code,
      `${operator}${given}: a tensor was disposed, or the scope that made it has ended; return it from the scope or pass it to torch.keep(t) to use it later.`,
    );
  }
  if (
    error.code.startsWith("FABRIC_TENSOR_OPERATOR") ||
    error.code === "FABRIC_UNSUPPORTED_OPERATOR" ||
    error.code === "FABRIC_TENSOR_OUT_OF_MEMORY"
  ) {
    return new TorchError(error.code, `${operator}${given}: ${text}`, operator, {
      cause: error.message,
    });
  }
  return new FabricError(error.code, `${operator}${given}: ${text}${hint}`);
}

/** A native result: handles become tensors, in nested arrays too. */
export function fromNative(value: unknown): unknown {
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? value.map(fromNative) : makeTensor(value as never);
  }
  if (typeof value === "number") return makeTensor(value);
  return value;
}
