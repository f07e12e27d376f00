// Contexts of gradients, casts, devices and dtypes.
import { type Device, deviceCode, deviceType } from "./device.js";
import { type DType, dtypeCode, dtypeName, isFloatingPoint } from "./dtype.js";
import { FabricError, show } from "./errors.js";
import { replaceDevice } from "./placement.js";
import { runtime } from "./runtime.js";
import { translate } from "./translate.js";
import { withContext } from "./with-context.js";

function gradMode(enabled: boolean): () => () => void {
  return () => {
    const binding = runtime();
    const before = binding.isGradEnabled();
    binding.setGradEnabled(enabled);
    return () => binding.setGradEnabled(before);
  };
}

/** No graph is recorded inside. */
export function noGrad<T>(fn: () => T): T;
export function noGrad(): Disposable;
export function noGrad<T>(fn?: () => T): T | Disposable {
  return withContext("torch.noGrad", gradMode(false), fn);
}

/** The graph is recorded inside, also within {@link noGrad}. */
export function enableGrad<T>(fn: () => T): T;
export function enableGrad(): Disposable;
export function enableGrad<T>(fn?: () => T): T | Disposable {
  return withContext("torch.enableGrad", gradMode(true), fn);
}

/** Records the graph or not, by `enabled`. */
export function setGradEnabled<T>(enabled: boolean, fn: () => T): T;
export function setGradEnabled(enabled: boolean): Disposable;
export function setGradEnabled<T>(enabled: boolean, fn?: () => T): T | Disposable {
  return withContext("torch.setGradEnabled", gradMode(enabled), fn);
}

/** Whether the graph is being recorded. */
export function isGradEnabled(): boolean {
  return runtime().isGradEnabled();
}

/** As {@link noGrad}, and what is made inside can never take part in a graph: less bookkeeping. */
export function inferenceMode<T>(fn: () => T): T;
export function inferenceMode(): Disposable;
export function inferenceMode<T>(fn?: () => T): T | Disposable {
  return withContext(
    "torch.inferenceMode",
    () => {
      runtime().inferenceEnter(true);
      return () => runtime().inferenceExit();
    },
    fn,
  );
}

/** Runs `fn` with {@link inferenceMode} off: what it makes may take part in a graph later. @internal */
export function outsideInferenceMode<T>(fn: () => T): T {
  const binding = runtime();
  binding.inferenceEnter(false);
  try {
    return fn();
  } finally {
    binding.inferenceExit();
  }
}

/** Whether {@link inferenceMode} is on. */
export function isInferenceModeEnabled(): boolean {
  return runtime().isInferenceEnabled();
}

/** Options of {@link autocast}. */
export interface AutocastOptions {
  /** Device whose operators are cast. Default `"cpu"`. */
  device?: Device | undefined;
  /** `"bfloat16"` (default on the CPU) or `"float16"` (default on CUDA). */
  dtype?: DType | undefined;
  /** Default true; false switches an outer autocast off inside. */
  enabled?: boolean | undefined;
  /** Cast each weight once per outermost autocast. Default true. */
  cache?: boolean | undefined;
}

/** Operators that profit run in `dtype`, those that need range run in float32, as `torch.autocast`. @throws FabricError `FABRIC_TENSOR_ARGUMENT` for another dtype. */
export function autocast<T>(options: AutocastOptions, fn: () => T): T;
export function autocast(options?: AutocastOptions): Disposable;
export function autocast<T>(options: AutocastOptions = {}, fn?: () => T): T | Disposable {
  const device = options.device ?? "cpu";
  const type = deviceType(device);
  const dtype = options.dtype ?? (type === 1 ? "float16" : "bfloat16");
  const enabled = options.enabled ?? true;
  if (enabled && dtype !== "bfloat16" && dtype !== "float16") {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `autocast: expected dtype "bfloat16" or "float16" but received ${show(dtype)}; leave autocast out to compute in float32.`,
    );
  }
  return withContext(
    "torch.autocast",
    () => {
      try {
        runtime().autocastEnter(type, dtypeCode(dtype), enabled, options.cache ?? true);
      } catch (error) {
        throw translate(error, "autocast", [device]);
      }
      return () => runtime().autocastExit();
    },
    fn,
  );
}

/** What autocast does now for a device. */
export interface AutocastState {
  enabled: boolean;
  dtype: DType;
  cache: boolean;
}

/** The state of autocast for a device. */
export function autocastState(device: Device = "cpu"): AutocastState {
  const [enabled, dtype, cache] = runtime().autocastState(deviceType(device));
  return { enabled, dtype: dtypeName(dtype), cache };
}

/** Empties the cache of weight casts; it empties itself when the outermost autocast ends. */
export function clearAutocastCache(): void {
  runtime().autocastClearCache();
}

/** New tensors are made on `d` inside. */
export function device<T>(d: Device, fn: () => T): T;
export function device(d: Device): Disposable;
export function device<T>(d: Device, fn?: () => T): T | Disposable {
  deviceCode(d);
  return withContext(
    "torch.device",
    () => {
      const before = replaceDevice(d);
      return () => {
        replaceDevice(before);
      };
    },
    fn,
  );
}

/** New floating-point tensors get `dtype` inside; the value seen on entry is restored. Worker threads never see it. */
export function defaultDtype<T>(dtype: DType, fn: () => T): T;
export function defaultDtype(dtype: DType): Disposable;
export function defaultDtype<T>(dtype: DType, fn?: () => T): T | Disposable {
  const code = dtypeCode(dtype);
  if (!isFloatingPoint(dtype))
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `defaultDtype: expected a floating-point dtype but received ${show(dtype)}.`,
    );
  return withContext(
    "torch.defaultDtype",
    () => {
      const binding = runtime();
      const before = binding.getDefaultDtype();
      binding.setDefaultDtype(code);
      return () => binding.setDefaultDtype(before);
    },
    fn,
  );
}
