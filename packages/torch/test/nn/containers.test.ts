import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn } = torch;

describe("containers", () => {
  it("names the layers of a Sequential by position, or as told", () => {
    const positional = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU()).append(
      new nn.Linear(3, 1),
    );
    expect(Object.keys(positional.stateDict())).toEqual([
      "0.weight",
      "0.bias",
      "2.weight",
      "2.bias",
    ]);
    expect(positional.length).toBe(3);
    expect(positional[1]).toBeInstanceOf(nn.ReLU);
    expect(positional.at(-1)).toBe(positional[2]);
    const named = new nn.Sequential({ fc: new nn.Linear(2, 2), act: new nn.ReLU() });
    expect(Object.keys(named.stateDict())).toEqual(["fc.weight", "fc.bias"]);
    expect(named.forward(torch.ones([1, 2])).shape).toEqual([1, 2]);
    expect([...named].length).toBe(2);
    expect(() => new nn.Sequential({ forward: new nn.ReLU() })).toThrow(/received "forward"/);
    expect(() => new nn.Sequential(3 as never)).toThrow(
      /Sequential: expected a Module for `0` but received 3/,
    );
  });

  it("behaves like an array in a ModuleList", () => {
    const list = new nn.ModuleList([new nn.Linear(1, 1)]).append(new nn.ReLU() as never);
    list.insert(0, new nn.Tanh() as never);
    expect([...list].map((module) => module.constructor.name)).toEqual(["Tanh", "Linear", "ReLU"]);
    expect(Object.keys(list.stateDict())).toEqual(["1.weight", "1.bias"]);
    expect(list.at(-1)).toBe(list[2]);
  });

  it("takes any name in a ModuleDict, also those of methods", () => {
    const dict = new nn.ModuleDict({ forward: new nn.Linear(1, 1), keys: new nn.ReLU() });
    expect(Object.keys(dict.stateDict())).toEqual(["forward.weight", "forward.bias"]);
    expect([...dict.keys()]).toEqual(["forward", "keys"]);
    expect(dict.has("keys") && dict.delete("keys")).toBe(true);
    expect(dict.size).toBe(1);
    expect(() => dict.set("a.b", new nn.ReLU())).toThrow(/a name without a dot/);
  });

  it("makes parameters of tensors in a ParameterList", () => {
    const list = new nn.ParameterList([torch.zeros([2]), new nn.Parameter(torch.ones([1]))]);
    expect(list.length).toBe(2);
    expect(list[0]).toBeInstanceOf(nn.Parameter);
    class Net extends nn.Module {
      scales = list;
    }
    expect(Object.keys(new Net().stateDict())).toEqual(["scales.0", "scales.1"]);
  });
});
