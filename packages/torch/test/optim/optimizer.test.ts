// What all optimizers share: groups, gradients, hooks and errors; scopes.test.ts has scopes and memory.
import { describe, expect, it, vi } from "vitest";
import * as torch from "../../src/index.js";
import { Fit } from "./fit.js";

const { nn, optim } = torch;

const parameter = (...values: number[]): torch.nn.Parameter =>
  new nn.Parameter(torch.tensor(values));
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe("what an optimizer is given", () => {
  it("takes parameters, any iterable of them, or groups with options of their own", () => {
    const [a, b] = [parameter(1), parameter(2)];
    expect(new optim.SGD([a, b]).paramGroups[0]?.params).toEqual([a, b]);
    expect(new optim.SGD(new Set([a, b])).paramGroups[0]?.params).toEqual([a, b]);
    const groups = new optim.SGD([{ params: [a], lr: 0.5 }, { params: b }], {
      lr: 0.1,
      momentum: 0.9,
    }).paramGroups;
    expect(groups.map((g) => [g.lr, g.momentum])).toEqual([
      [0.5, 0.9],
      [0.1, 0.9],
    ]);
  });

  it("takes named parameters and writes their names into the state dict", () => {
    const model = new nn.Linear(2, 1);
    const adam = new optim.Adam(model.namedParameters());
    expect(adam.paramGroups[0]?.params).toEqual([model.weight, model.bias]);
    expect(adam.stateDict().param_groups[0]?.["param_names"]).toEqual(["weight", "bias"]);
    const plain = new optim.Adam(model.parameters());
    plain.loadStateDict(adam.stateDict());
    expect(plain.stateDict().param_groups[0]).not.toHaveProperty("param_names");
  });

  it("updates each group with its own options, and a group that came later", () => {
    const [a, b] = [parameter(1), parameter(1)];
    const sgd = new optim.SGD([a], { lr: 0.5 });
    sgd.addParamGroup({ params: [b], lr: 0.25 });
    for (const p of [a, b]) p.grad = torch.ones([1]);
    sgd.step();
    expect([a.item(), b.item()]).toEqual([0.5, 0.75]);
  });

  const p = parameter(1);
  const wrong: [string, () => unknown][] = [
    ["an empty list", () => new optim.SGD([])],
    ["a tensor in place of a list", () => new optim.SGD(p as never)],
    ["a list of numbers", () => new optim.SGD([1] as never)],
    ["undefined", () => new optim.SGD(undefined as never)],
    ["a parameter twice in one group", () => new optim.SGD([p, p])],
    ["a parameter in two groups", () => new optim.SGD([{ params: [p] }, { params: [p] }])],
    ["a tensor that is not a leaf", () => new optim.SGD([p.mul(2)])],
    ["a group without parameters", () => new optim.SGD([{ params: [p] }, { lr: 1 }] as never)],
    ["names for some only", () => new optim.SGD([["p", p], parameter(2)] as never)],
    ["a negative rate", () => new optim.Adam([p], { lr: -1 })],
    ["a rate that is no number", () => new optim.Adam([p], { lr: "1" as never })],
    ["a beta of one", () => new optim.AdamW([p], { betas: [0.9, 1] })],
    ["nesterov without momentum", () => new optim.SGD([p], { nesterov: true })],
    ["a negative eps", () => new optim.RMSprop([p], { eps: -1 })],
    ["a negative decay in one group", () => new optim.Lion([{ params: [p], weightDecay: -1 }])],
    ["two groups for LBFGS", () => new optim.LBFGS([{ params: [p] }, { params: [parameter(2)] }])],
  ];
  for (const [what, make] of wrong) {
    it(`refuses ${what}`, () => {
      expect(make).toThrow(code("FABRIC_CONFIG_OPTIMIZER"));
    });
  }
});

describe("step", () => {
  it("leaves parameters without a gradient alone, and makes no state for them", () => {
    const [a, b] = [parameter(1), parameter(1)];
    const adam = new optim.AdamW([a, b], { lr: 0.1 });
    a.grad = torch.ones([1]);
    adam.step();
    expect(b.item()).toBe(1);
    expect([...adam.state.keys()]).toEqual([a]);
  });

  it("runs a closure with gradients on, and returns its value", () => {
    const fit = new Fit();
    const sgd = new optim.SGD(fit.params, { lr: 0.01 });
    const first = torch.noGrad(() => sgd.step(fit.closure));
    expect(typeof first).toBe("number");
    expect(fit.closure()).toBeLessThan(first);
  });

  it("asks LBFGS for a closure", () => {
    expect(() => new optim.LBFGS([parameter(1)]).step()).toThrow(code("FABRIC_USAGE_CLOSURE"));
  });

  it("takes a rate that was changed between steps", () => {
    const a = parameter(0);
    const sgd = new optim.SGD([a], { lr: 1 });
    a.grad = torch.ones([1]);
    sgd.step();
    (sgd.paramGroups[0] as { lr: number }).lr = 0.5;
    sgd.step();
    expect(a.item()).toBe(-1.5);
  });

  it("keeps training a parameter that was cast in place", () => {
    const model = new nn.Linear(2, 1);
    const adam = new optim.AdamW(model.parameters(), { lr: 0.1 });
    model.double();
    model
      .forward(torch.ones([1, 2], { dtype: "float64" }))
      .sum()
      .backward();
    const before = model.weight.detach().clone();
    adam.step();
    expect(model.weight.dtype).toBe("float64");
    expect(model.weight.detach().equal(before)).toBe(false);
  });

  it("calls hooks around each step until they are removed", () => {
    const a = parameter(1);
    const sgd = new optim.SGD([a], { lr: 1 });
    const seen: number[] = [];
    const before = sgd.registerStepPreHook(() => void seen.push(a.item()));
    const after = sgd.registerStepPostHook(() => void seen.push(a.item()));
    a.grad = torch.ones([1]);
    sgd.step();
    expect(seen).toEqual([1, 0]);
    before.remove();
    after.remove();
    sgd.step();
    expect(seen).toEqual([1, 0]);
  });

  it("skips, or divides by the scale, what a scaler hands over", () => {
    for (const fused of [true, false]) {
      const a = parameter(1);
      const adam = new optim.SGD([a], { lr: 1, fused });
      a.grad = torch.tensor([8]).float();
      adam.gradScale = torch.tensor(16).float();
      adam.foundInf = torch.tensor(0).float();
      adam.step();
      expect(a.item(), `fused: ${fused}`).toBe(0.5);
      a.grad = torch.tensor([Number.NaN]);
      adam.foundInf = torch.tensor(1).float();
      adam.step();
      expect(a.item(), `fused: ${fused}`).toBe(0.5);
    }
  });

  it("does not count a cancelled fused step", () => {
    const a = parameter(1);
    const adam = new optim.AdamW([a]);
    a.grad = torch.ones([1]);
    adam.gradScale = torch.ones([]);
    adam.foundInf = torch.ones([]);
    adam.step();
    expect((adam.state.get(a) as { step: torch.Tensor }).step.item()).toBe(0);
    expect(a.item()).toBe(1);
  });
});

describe("zeroGrad", () => {
  it("drops gradients, or fills them with zeros on request", () => {
    const a = parameter(1, 2);
    const sgd = new optim.SGD([a]);
    a.grad = torch.ones([2]);
    sgd.zeroGrad({ setToNone: false });
    expect(a.grad?.toArray()).toEqual([0, 0]);
    sgd.zeroGrad();
    expect(a.grad).toBeNull();
  });
});

describe("names", () => {
  it("does not warn", () => {
    const warn = vi.spyOn(process, "emitWarning");
    const fit = new Fit();
    fit.train(new optim.AdamW(fit.params), 1);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
