// Products by emulation, for devices without FP8 units: values of codes are exact in float32, scales are applied to the sums.
import { type Device, ops, type Tensor } from "@fabric/torch";
import { loadOperators } from "../operators.js";
import { type Codes, type Fp8Engine, type MultiplyOptions, roundedBias } from "./engine.js";

/** Computes on any device. @param transposes - copy transposes, as hardware needs them. */
export function emulationEngine({ transposes = false }: { transposes?: boolean } = {}): Fp8Engine {
  return {
    name: "emulation",
    needsTransposes: transposes,
    multiply: (a, b, options) => multiplyCodes(a, b, options, true),
  };
}

/** Calls fabric::fp8_mm. @param emulate - keep FP8 units out of it; without them it is emulated anyway. */
export function multiplyCodes(
  a: Codes,
  b: Codes,
  { dtype, bias, fastAccumulation = false }: MultiplyOptions,
  emulate: boolean,
): Tensor {
  loadOperators();
  const multiply = ops["fabric"]?.["fp8_mm"] as unknown as (...args: unknown[]) => Tensor;
  return multiply(
    a.data,
    b.data,
    a.scaleInv,
    b.scaleInv,
    roundedBias(bias, dtype),
    dtype,
    a.block ?? null,
    b.block ?? null,
    emulate,
    fastAccumulation,
  );
}

/**
 * What codes are multiplied in; both hold the value of each of them, and sums are in float32 either way. Bfloat16 on CPUs with units for it
 * (AVX512_BF16, AMX), unless the environment variable `FABRIC_FP8_PRODUCTS` is `float32` or `FABRIC_TE_ISA` holds the kernels down.
 */
export function emulationDtype(device: Device): "bfloat16" | "float32" {
  loadOperators();
  const isBfloat16 = ops["fabric"]?.["fp8_mm_in_bfloat16"] as unknown as () => boolean;
  return device.startsWith("cpu") && isBfloat16() ? "bfloat16" : "float32";
}
