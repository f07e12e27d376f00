// Both aliases keep to every rule of the conformance kit.
import type { DType } from "@fabric/core";
import { testPrecision } from "@fabric/precision-testkit";
import * as torch from "@fabric/torch";
import { createPrecision, MixedPrecision } from "../src/index.js";

const FLOAT32: Record<string, DType> = {
  parameters: "float32",
  buffers: "float32",
  gradients: "float32",
  optimizerState: "float32",
  output: "float32",
};

for (const alias of ["16-mixed", "bf16-mixed"] as const)
  testPrecision(alias, {
    create: (environment) => createPrecision(alias, environment),
    alias,
    dtypes: FLOAT32,
  });

testPrecision("16-mixed, its scale growing every second step", {
  create: ({ accelerator, device }) =>
    new MixedPrecision({
      precision: "16-mixed",
      device: accelerator,
      scaler: new torch.amp.GradScaler({
        device,
        initScale: 256,
        growthInterval: 2,
        growthFactor: 1.25,
      }),
    }),
  alias: "16-mixed",
  dtypes: FLOAT32,
});
