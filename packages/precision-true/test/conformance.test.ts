// Every alias, with and without its options, keeps to every rule of the conformance kit.
import type { DType } from "@fabric/core";
import { testPrecision } from "@fabric/precision-testkit";
import { createPrecision, type HalfAlias, HalfPrecision } from "../src/index.js";

const DTYPES: Record<string, DType> = {
  "16-true": "float16",
  "bf16-true": "bfloat16",
  "64-true": "float64",
};

for (const [alias, dtype] of Object.entries(DTYPES))
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    dtypes: {
      parameters: dtype,
      buffers: dtype,
      gradients: dtype,
      optimizerState: dtype,
      output: "float32",
    },
  });

for (const precision of ["16-true", "bf16-true"] as HalfAlias[]) {
  const dtype = DTYPES[precision];
  const dtypes = {
    parameters: dtype,
    buffers: dtype,
    gradients: dtype,
    optimizerState: "float32",
    output: "float32",
  } as const;
  testPrecision(`${precision} with master weights`, {
    create: () => new HalfPrecision({ precision, masterWeights: true }),
    dtypes,
  });
  testPrecision(`${precision} with stochastic rounding`, {
    create: () => new HalfPrecision({ precision, stochasticRounding: true }),
    dtypes,
  });
  testPrecision(`${precision} with master weights, rounded by chance`, {
    create: () => new HalfPrecision({ precision, masterWeights: true, stochasticRounding: true }),
    dtypes,
  });
}
