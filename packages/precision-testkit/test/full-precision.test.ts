// `32-true`, core's own precision, keeps to every rule.
import { FullPrecision } from "@fabric/core";
import { testPrecision } from "@fabric/precision-testkit";

testPrecision("32-true", {
  create: () => new FullPrecision(),
  alias: "32-true",
  tolerance: { forward: 1e-5, gradient: 1e-5 },
  dtypes: {
    parameters: "float32",
    buffers: "float32",
    gradients: "float32",
    optimizerState: "float32",
    output: "float32",
  },
});
