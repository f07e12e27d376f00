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
