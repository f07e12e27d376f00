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

  const image = (): torch.Tensor => torch.randn([2, 4, 6, 6]);
  const steps = (): torch.Tensor => torch.randn([2, 5, 8]);
  const kinds: Record<string, [make: () => torch.nn.Module, input: () => torch.Tensor]> = {
    convolutions: [
      () =>
        new nn.Sequential(
          new nn.Conv2d(4, 4, 3),
          new nn.ConvTranspose2d(4, 2, 3),
          new nn.AvgPool2d(2),
        ),
      image,
    ],
    "batch and group norms": [
      () =>
        new nn.Sequential(new nn.BatchNorm2d(4), new nn.GroupNorm(2, 4), new nn.InstanceNorm2d(4)),
      image,
    ],
    "layer and RMS norms": [
      () =>
        new nn.Sequential(
          new nn.Linear(8, 8),
          new nn.LayerNorm(8),
          new nn.GELU(),
          new nn.RMSNorm(8),
        ),
      steps,
    ],
    attention: [
      () => new nn.TransformerEncoderLayer(8, 2, { batchFirst: true, dimFeedforward: 16 }),
      steps,
    ],
    LSTM: [() => new First(new nn.LSTM(8, 4, { batchFirst: true })), steps],
    GRU: [() => new First(new nn.GRU(8, 4, { batchFirst: true })), steps],
  };

  for (const [kind, [make, input]] of Object.entries(kinds)) {
    it(`runs ${kind} under bfloat16 autocast, forward and backward, near to float32`, () => {
      torch.manualSeed(0);
      const [model, x] = [make().eval(), input()];
      const exact = model.forward(x) as torch.Tensor;
      const out = torch.autocast(
        { device: "cpu", dtype: "bfloat16" },
        () => model.forward(x) as torch.Tensor,
      );
      // bfloat16 keeps 8 bits: 2^-8 a rounding, a handful of them in a row on values of size one.
      expect(torch.allclose(out.float(), exact, { rtol: 0.05, atol: 0.05 })).toBe(true);
      out.float().square().mean().backward();
      for (const [name, parameter] of model.namedParameters()) {
        expect(parameter.grad?.dtype, name).toBe("float32");
        expect(
          torch
            .isfinite(parameter.grad as torch.Tensor)
            .all()
            .item<boolean>(),
          name,
        ).toBe(true);
      }
    });
  }
});

/** The outputs of a recurrent layer without its state. */
class First extends nn.Module {
  inner: torch.nn.Module;
  constructor(inner: torch.nn.Module) {
    super();
    this.inner = inner;
  }
  override forward(x: torch.Tensor): torch.Tensor {
    return (this.inner.forward(x) as [torch.Tensor])[0];
  }
}
