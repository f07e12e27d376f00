// Both aliases keep to every rule of the conformance kit.
import { testPrecision } from "@fabric/precision-testkit";
import { createPrecision } from "../src/index.js";

for (const [alias, dtype] of [
  ["transformer-engine", "bfloat16"],
  ["transformer-engine-float16", "float16"],
] as const)
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    dtypes: { parameters: dtype, buffers: dtype, gradients: dtype, output: "float32" },
    // E4M3 has 3 bits of mantissa, E5M2 2: codes are off by up to 6 % and 13 %; in the first step scales are 1 and gradients of 1e-3 subnormal.
    tolerance: { forward: 0.06, gradient: 0.2 },
  });
