// Products by emulation, for devices without FP8 units: values of codes are exact in float32, scales are applied to the sums.
import { ops, type Tensor } from "@fabric/torch";
import { loadOperators } from "../operators.js";
import { type Fp8Engine, roundedBias } from "./engine.js";

/** Computes on any device. @param transposes - copy transposes, as hardware needs them. */
export function emulationEngine({ transposes = false }: { transposes?: boolean } = {}): Fp8Engine {
  return {
    name: "emulation",
    needsTransposes: transposes,
    multiply(a, b, { dtype, bias }) {
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
      );
    },
  };
}
