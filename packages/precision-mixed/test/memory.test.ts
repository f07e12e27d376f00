// A training loop under mixed precision leaves nothing behind, in a scope or without one.
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { functional as F, nn, optim } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { MixedPrecision } from "../src/index.js";

describe.each(["16-mixed", "bf16-mixed"] as const)("memory under %s", (precision) => {
  it.each([true, false])("stays flat over 300 steps (in a scope: %s)", async (scoped) => {
    const plugin = new MixedPrecision({ precision, device: "cpu" });
    const fabric = new Fabric({ accelerator: "cpu", plugins: [plugin] });
    const net = new nn.Sequential(new nn.Linear(32, 64), new nn.ReLU(), new nn.Linear(64, 8));
    const adamw = new optim.AdamW(net.parameters(), { lr: 1e-3 });
    const [model, optimizer] = fabric.setup(net, adamw);
    const x = torch.rand([16, 32]);
    const y = torch.zeros([16], { dtype: "int64" });
    const step = (): void => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(x) as torch.Tensor, y);
      fabric.backward(loss);
      fabric.clipGradients(model, optimizer, { maxNorm: 1 });
      optimizer.step();
    };
    const run = (steps: number): void => {
      for (let i = 0; i < steps; i++) {
        if (scoped) torch.scope(step);
        else step();
      }
    };
    const settled = async (): Promise<{ bytes: number; tensors: number }> => {
      for (let i = 0; i < 4; i++) {
        globalThis.gc?.();
        await new Promise((resolve) => setImmediate(resolve)); // finalizers run between tasks
      }
      const { bytes = 0, tensors = 0 } = torch.memory().cpu ?? {};
      return { bytes, tensors };
    };
    run(20);
    const before = await settled();
    run(300);
    const after = await settled();
    // One scaled loss or weight copy left behind a step would be 300 tensors and more.
    expect(after.tensors - before.tensors).toBeLessThan(30);
    expect(after.bytes - before.bytes).toBeLessThan(100_000);
  });
});
