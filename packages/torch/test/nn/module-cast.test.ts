import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;

class Mixed extends nn.Module {
  real = new nn.Parameter(torch.ones([2]));
  complex = new nn.Parameter(torch.ones([2], { dtype: "complex64" }));
  constructor() {
    super();
    this.registerBuffer("table", torch.ones([2]));
    this.registerBuffer("ids", torch.ones([2], { dtype: "int64" }));
  }
}

describe("casting a module", () => {
  it("swaps storage inside the same Parameter objects, gradients included", () => {
    const block = new Block();
    const { weight } = block.fc1;
    block
      .forward(torch.ones([1, 3]))
      .sum()
      .backward();
    const gradient = weight.grad;
    expect(block.double()).toBe(block);
    expect(block.fc1.weight).toBe(weight);
    expect(weight.dtype).toBe("float64");
    expect(weight.grad?.dtype).toBe("float64");
    expect(gradient).not.toBeNull();
    expect(weight.isLeaf && weight.requiresGrad).toBe(true);
    block
      .forward(torch.ones([1, 3], { dtype: "float64" }))
      .sum()
      .backward();
    expect(weight.grad?.dtype).toBe("float64");
  });

  it("casts real floating tensors only", () => {
    const module = new Mixed() as Mixed & { table: torch.Tensor; ids: torch.Tensor };
    module.half();
    expect(module.real.dtype).toBe("float16");
    expect(module.complex.dtype).toBe("complex64");
    expect(module.table.dtype).toBe("float16");
    expect(module.ids.dtype).toBe("int64");
    module.to("float64").to("complex128");
    expect(module.complex.dtype).toBe("complex128");
  });

  it("survives a scope", () => {
    const module = new Mixed() as Mixed & { table: torch.Tensor };
    torch.scope(() => {
      module.bfloat16();
    });
    expect(module.table.to("float32").toArray()).toEqual([1, 1]);
    expect(module.real.detach().to("float32").toArray()).toEqual([1, 1]);
  });

  it("takes a dtype, a device, both, or a tensor to follow", () => {
    const layer = new nn.Linear(2, 2);
    layer.to({ dtype: "float64", device: "cpu" });
    expect(layer.weight.dtype).toBe("float64");
    layer.to("cpu", "float32");
    expect(layer.weight.dtype).toBe("float32");
    layer.to(torch.zeros([1], { dtype: "float64" }));
    expect(layer.weight.dtype).toBe("float64");
    layer.cpu().float();
    expect(layer.bias?.dtype).toBe("float32");
  });

  it("refuses targets that are neither, and integer dtypes", () => {
    const layer = new nn.Linear(2, 2);
    expect(() => layer.to("int64")).toThrow(/floating point or complex dtype.*"int64"/);
    expect(() => layer.to("gpu" as never)).toThrow(/received "gpu"/);
    expect(() => layer.to({ type: "float64" } as never)).toThrow(/received { type }/);
  });

  it("makes room on a device for a module built on meta", () => {
    const layer = new nn.Linear(2, 2, { device: "meta" });
    const { weight } = layer;
    layer.toEmpty({ device: "cpu" });
    layer.resetParameters();
    expect(layer.weight).toBe(weight);
    expect(layer.forward(torch.ones([1, 2])).shape).toEqual([1, 2]);
  });

  it("runs every layer kind under bfloat16 autocast, forward and backward", () => {
    torch.manualSeed(0);
    const model = new nn.Sequential(
      new nn.Conv2d(1, 4, 3),
      new nn.BatchNorm2d(4),
      new nn.ReLU(),
      new nn.AdaptiveAvgPool2d(2),
      new nn.Flatten(),
      new nn.Linear(16, 8),
      new nn.LayerNorm(8),
      new nn.GELU(),
      new nn.Linear(8, 3),
    );
    const x = torch.randn([4, 1, 8, 8]);
    const out = torch.autocast({ device: "cpu", dtype: "bfloat16" }, () => model.forward(x));
    expect(out.dtype).toBe("bfloat16");
    torch.functional.crossEntropy(out.float(), torch.tensor([0n, 1n, 2n, 0n])).backward();
    for (const parameter of model.parameters()) {
      expect(parameter.grad?.dtype).toBe("float32");
      expect(
        torch
          .isfinite(parameter.grad as torch.Tensor)
          .all()
          .item<boolean>(),
      ).toBe(true);
    }
  });
});
