// Every mode keeps to every rule of the conformance kit.
import { testPrecision } from "@fabric/precision-testkit";
import { createPrecision } from "../src/index.js";

for (const alias of ["nf4", "nf4-dq", "fp4", "fp4-dq"])
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    dtypes: { buffers: "bfloat16", output: "float32" },
    // A weight of 4 bits is off by 9 % (NF4) or 12 % (FP4) of its size, over several layers.
    tolerance: { forward: 0.25, gradient: 0.25 },
  });

for (const alias of ["int8", "int8-training"])
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    dtypes: { buffers: "float16", output: "float32" },
    // Codes are off by about 1 % of a typical value, in the weight and in the input, over several layers.
    tolerance: { forward: 0.05, gradient: 0.05 },
  });
