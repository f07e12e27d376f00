import { Fabric, type Precision, type PrecisionFactory } from "@fabric/core";
import {
  createPrecision,
  DoublePrecision,
  HalfPrecision,
  type KeepInDtype,
} from "@fabric/precision-true";
import { nn } from "@fabric/torch";

const half = new HalfPrecision({
  precision: "bf16-true",
  keepInDtype: { "**.rope.*": "float32" },
  outputDtype: "bfloat16",
});
half satisfies Precision;
createPrecision satisfies PrecisionFactory;
new Fabric({ plugins: [half] });
new DoublePrecision();
new DoublePrecision({ outputDtype: "float64" });

half.convertModule(new nn.Linear(2, 2)) satisfies nn.Linear;

class Rope extends nn.Module {
  readonly keepInDtype = { cos: "float32" } satisfies KeepInDtype;
}
new Rope();

new HalfPrecision({ precision: "bf16-true", masterWeights: true, stochasticRounding: undefined });
half.masterWeights satisfies boolean;
half.stochasticRounding satisfies boolean;
// @ts-expect-error: a switch
new HalfPrecision({ precision: "bf16-true", masterWeights: "float32" });
// @ts-expect-error: float64 has no master weights
new DoublePrecision({ masterWeights: true });

// @ts-expect-error: not an alias of this class
new HalfPrecision({ precision: "64-true" });
// @ts-expect-error: the alias is required
new HalfPrecision({});
// @ts-expect-error: no such dtype
new HalfPrecision({ precision: "16-true", keepInDtype: { "*": "float31" } });
