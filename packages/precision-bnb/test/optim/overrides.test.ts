// GlobalOptimManager: which options a parameter gets, from where.
import * as torch from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";
import { optim } from "../../src/index.js";
import { gradient, parameter, savedState } from "./support.js";

const manager = optim.GlobalOptimManager.getInstance();
const N = 4096;

afterEach(() => {
  manager.reset();
});

function stepped(optimizer: torch.optim.Optimizer, params: readonly torch.Tensor[]): void {
  for (const param of params) param.grad = gradient([...param.shape]);
  optimizer.step();
}

function dtypeOf(optimizer: unknown, i = 0): string {
  return (savedState(optimizer as never, i)["state1"] as torch.Tensor).dtype;
}

describe("bits", () => {
  it("are 8 from 4096 elements on", () => {
    const params = [parameter([4095]), parameter([4096]), parameter([64, 64]), parameter([1])];
    const optimizer = new optim.Adam8bit(params);
    stepped(optimizer, params);
    expect(params.map((_, i) => dtypeOf(optimizer, i))).toEqual([
      "float32",
      "uint8",
      "uint8",
      "float32",
    ]);
    expect(Object.keys(savedState(optimizer as never, 0))).toEqual(["state1", "state2"]);
  });

  it("follow minSize8bit", () => {
    const params = [parameter([100]), parameter([5000])];
    const optimizer = new optim.Lion8bit(params, { minSize8bit: 101 });
    stepped(optimizer, params);
    expect([dtypeOf(optimizer, 0), dtypeOf(optimizer, 1)]).toEqual(["float32", "uint8"]);
  });

  it("are 32 for a module's parameter", () => {
    const embedding = new torch.nn.Embedding(64, 64);
    const linear = new torch.nn.Linear(64, 64);
    manager.registerModuleOverride(embedding, "weight", { optimBits: 32 });
    const params = [embedding.weight, linear.weight];
    const optimizer = new optim.AdamW8bit(params);
    stepped(optimizer, params);
    expect([dtypeOf(optimizer, 0), dtypeOf(optimizer, 1)]).toEqual(["float32", "uint8"]);
  });

  it("are those of the parameter that a module has at the first step", () => {
    const embedding = new torch.nn.Embedding(64, 64);
    manager.registerModuleOverride(embedding, "weight", { optimBits: 32 });
    embedding.weight = new torch.nn.Parameter(torch.randn([64, 64]));
    const optimizer = new optim.AdamW8bit([embedding.weight]);
    stepped(optimizer, [embedding.weight]);
    expect(dtypeOf(optimizer)).toBe("float32");
  });

  it("wait for the optimizer that has a module's parameter, and for groups added later", () => {
    const embedding = new torch.nn.Embedding(64, 64);
    const other = parameter([N]);
    manager.registerModuleOverride(embedding, "weight", { optimBits: 32 });
    const first = new optim.Adam8bit([other]);
    stepped(first, [other]);
    expect(dtypeOf(first)).toBe("uint8");
    const second = new optim.Adam8bit([parameter([N])]);
    stepped(second, []);
    second.addParamGroup({ params: [embedding.weight] });
    stepped(second, [embedding.weight]);
    expect(dtypeOf(second, 1)).toBe("float32");
  });
});

describe("the order of lookup", () => {
  it("puts a parameter's override over the optimizer's options and the group's", () => {
    const [a, b] = [parameter([N]), parameter([N])];
    manager.overrideConfig(a, "lr", 0);
    const before = a.detach().clone();
    const optimizer = new optim.Adam8bit([a, b], { lr: 0.1 });
    stepped(optimizer, [a, b]);
    // An override of lr is out of a scheduler's reach.
    (optimizer.paramGroups[0] as { lr: number }).lr = 1;
    stepped(optimizer, [a, b]);
    expect(a.equal(before)).toBe(true);
    expect(b.sub(before).abs().max().item()).toBeGreaterThan(0.5);
  });

  it("takes records, several parameters and later additions", () => {
    const params = [parameter([N]), parameter([N])];
    manager.overrideConfig(params, { optimBits: 32 });
    manager.overrideConfig(params[1] as torch.Tensor, "minSize8bit", 1);
    manager.overrideConfig(params[1] as torch.Tensor, "optimBits", 8);
    const optimizer = new optim.Adam8bit(params);
    stepped(optimizer, params);
    expect([dtypeOf(optimizer, 0), dtypeOf(optimizer, 1)]).toEqual(["float32", "uint8"]);
  });

  it.each([true, false])(
    "finds replaced parameters by their place; registered first: %s",
    (first) => {
      const [a, b] = [parameter([N]), parameter([N])];
      if (first) manager.registerParameters([a, b]);
      manager.overrideConfig(b, "optimBits", 32);
      if (!first) manager.registerParameters([{ params: [a, b] }]);
      const replaced = [a, b].map((p) => p.detach().clone().requiresGrad_(true));
      const optimizer = new optim.Adam8bit(replaced);
      stepped(optimizer, replaced);
      expect([dtypeOf(optimizer, 0), dtypeOf(optimizer, 1)]).toEqual(["uint8", "float32"]);
      const otherwise = [parameter([N]), parameter([2 * N])];
      const another = new optim.Adam8bit(otherwise);
      stepped(another, otherwise);
      expect(dtypeOf(another, 1)).toBe("uint8"); // another shape: another parameter
    },
  );

  it("prefers the parameter's own override to its place's", () => {
    const [old, fresh] = [parameter([N]), parameter([N])];
    manager.registerParameters([old]);
    manager.overrideConfig(old, "optimBits", 32);
    manager.overrideConfig(fresh, "optimBits", 8);
    const optimizer = new optim.Adam8bit([fresh]);
    stepped(optimizer, [fresh]);
    expect(dtypeOf(optimizer)).toBe("uint8");
  });

  it("overrides what a step computes with, for one parameter of many", () => {
    const params = [parameter([N]), parameter([N]), parameter([N])];
    const alone = (params[1] as torch.Tensor).detach().clone().requiresGrad_(true);
    const options = { betas: [0.5, 0.9], eps: 1e-3, weightDecay: 0.2, lr: 0.02 } as const;
    manager.overrideConfig(params[1] as torch.Tensor, options);
    const optimizer = new optim.AdamW8bit(params);
    const other = new optim.AdamW8bit([alone], { ...options, betas: [0.5, 0.9] });
    for (let t = 0; t < 3; t++) {
      stepped(optimizer, params);
      alone.grad = (params[1] as torch.Tensor).grad;
      other.step();
    }
    expect((params[1] as torch.Tensor).equal(alone)).toBe(true);
  });

  it("bounds a parameter's step by its norm", () => {
    const param = parameter([N]);
    manager.overrideConfig(param, "maxUnorm", 0.01);
    const twin = param.detach().clone().requiresGrad_(true);
    const [a, b] = [
      new optim.Adam8bit([param], { lr: 0.01 }),
      new optim.LAMB8bit([twin], { lr: 0.01, maxUnorm: 0.01 }),
    ];
    param.grad = gradient([N]);
    twin.grad = param.grad;
    a.step();
    b.step();
    expect(param.equal(twin)).toBe(true);
    const norm = savedState(b as never)["unorm_vec"] as torch.Tensor;
    expect(norm.item() as number).toBeGreaterThan(0); // the square, as bitsandbytes has it
  });
});

describe("errors", () => {
  const code = "FABRIC_CONFIG_OPTIMIZER";
  const failing = (fn: () => void, text: string): void =>
    expect(fn).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));

  it("name the key, the value and what is wrong", () => {
    const param = parameter([N]);
    failing(() => manager.overrideConfig(param, "optim_bits" as never, 32 as never), "optim_bits");
    failing(() => manager.overrideConfig(param, "optimBits", 4 as never), "8 or 32");
    failing(() => manager.overrideConfig(param, { lr: -1 }), "-1");
    failing(() => manager.overrideConfig("weight" as never, "lr", 1), "module.parameters()");
    failing(() => manager.registerParameters([1] as never), "module.parameters()");
    const linear = new torch.nn.Linear(2, 2);
    failing(() => manager.registerModuleOverride(linear, "wait", { optimBits: 32 }), "wait");
    expect(manager.isUsed).toBe(false);
  });

  it("tell of overrides that an optimizer has no use for", () => {
    const param = parameter([N]);
    manager.overrideConfig(param, "betas", [0.9]);
    failing(() => stepped(new optim.Adam8bit([param]), [param]), "2 numbers");
    manager.reset();
    manager.overrideConfig(param, "maxUnorm", 1);
    failing(() => stepped(new optim.Lion8bit([param]), [param]), "maxUnorm");
  });

  it("there is one manager", () => {
    expect(optim.GlobalOptimManager.getInstance()).toBe(manager);
  });
});
