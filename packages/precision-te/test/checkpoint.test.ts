// Activation checkpointing: the same values, gradients and scales as without.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { checkpoint, fp8Autocast, LayerNormMLP, Linear } from "../src/index.js";

class Block extends nn.Module {
  a = new Linear(32, 32);
  mlp = new LayerNormMLP(32, 64);
  drop = new nn.Dropout(0.3);
  override forward(x: Tensor): Tensor {
    return x.add(this.drop.forward(this.mlp.forward(this.a.forward(x))));
  }
}

function steps(isCheckpointed: boolean, from: "input" | "parameters") {
  torch.manualSeed(3);
  const blocks = [new Block(), new Block()];
  const seen: Tensor[] = [];
  for (let i = 0; i < 3; i++) {
    const x = torch.randn([16, 32]).mul(i + 1);
    if (from === "input") x.requiresGrad_();
    for (const block of blocks) block.zeroGrad();
    const y = fp8Autocast({ recipe: { amaxHistoryLen: 3 } }, () =>
      blocks.reduce(
        (h, block) => (isCheckpointed ? checkpoint((t) => block.forward(t), h) : block.forward(h)),
        x,
      ),
    );
    y.square().sum().backward();
    seen.push(y, ...(x.grad === null ? [] : [x.grad]));
    for (const block of blocks) {
      for (const parameter of block.parameters()) seen.push((parameter.grad as Tensor).clone());
      for (const { fp8State } of [block.a, block.mlp])
        for (const scales of [fp8State?.forward, fp8State?.backward])
          seen.push(scales?.scale.clone() as Tensor, scales?.amaxHistory.clone() as Tensor);
    }
  }
  return seen;
}

describe("checkpoint", () => {
  for (const from of ["input", "parameters"] as const)
    it(`changes nothing, with gradients of the ${from}: values, gradients, scales, histories, dropout`, () => {
      const [plain, saved] = [steps(false, from), steps(true, from)];
      expect(saved).toHaveLength(plain.length);
      plain.forEach((t, i) => {
        expect(torch.equal(t, saved[i] as Tensor)).toBe(true);
      });
    });

  it("runs plainly without gradients, under autocast as well", () => {
    const block = new Block().eval();
    const x = torch.randn([8, 32]);
    const run = (wrap: boolean) =>
      torch.noGrad(() =>
        fp8Autocast({ recipe: { kind: "current" } }, () =>
          wrap ? checkpoint((t) => block.forward(t), x) : block.forward(x),
        ),
      );
    expect(torch.equal(run(true), run(false))).toBe(true);
    const leaf = x.clone().requiresGrad_();
    const y = torch.autocast({ dtype: "bfloat16" }, () =>
      fp8Autocast({ recipe: { kind: "current" } }, () =>
        checkpoint((t) => block.a.forward(t), leaf),
      ),
    );
    y.sum().backward();
    expect([y.dtype, leaf.grad?.dtype, block.a.weight.grad?.dtype]).toEqual([
      "bfloat16",
      "float32",
      "float32",
    ]);
  });
});
