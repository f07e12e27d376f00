import { Fabric, type Precision, type PrecisionFactory } from "@fabric/core";
import {
  createPrecision,
  MixedPrecision,
  type MixedPrecisionOptions,
} from "@fabric/precision-mixed";
import type { amp, Tensor } from "@fabric/torch";

const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu" });
mixed satisfies Precision;
createPrecision satisfies PrecisionFactory;
new Fabric({ plugins: [mixed] });

mixed.scaler satisfies amp.GradScaler | null;
const [x, label] = mixed.convertInput([{} as Tensor, "label"] as [Tensor, string]);
x satisfies Tensor;
label satisfies string;

({
  precision: "bf16-mixed",
  device: "cuda",
  castInputs: (name, tensor) => name === "0" && tensor.ndim > 1,
}) satisfies MixedPrecisionOptions;

// @ts-expect-error: not an alias of this package
new MixedPrecision({ precision: "32-true", device: "cpu" });
// @ts-expect-error: the device is required
new MixedPrecision({ precision: "16-mixed" });
// @ts-expect-error: the alias of a plugin does not change
mixed.precision = "bf16-mixed";
