import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;

describe("state dicts", () => {
  it("carry a copy from one module to another, through objects and Maps", () => {
    const [from, to] = [new Block(), new Block()];
    expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    expect(torch.equal(to.fc2.weight, from.fc2.weight)).toBe(true);
    expect(to.fc2.weight.isSame(from.fc2.weight)).toBe(false);
    to.loadStateDict(new Map(Object.entries(new Block().stateDict())));
    expect(torch.equal(to.fc2.weight, from.fc2.weight)).toBe(false);
  });

  it("share storage with the module and are detached", () => {
    const block = new Block();
    const weight = block.stateDict()["fc1.weight"] as torch.Tensor;
    expect(weight.requiresGrad).toBe(false);
    weight.fill_(2);
    expect(block.fc1.weight.at(0, 0).item()).toBe(2);
    expect(block.stateDict({ keepVars: true })["fc1.weight"]).toBe(block.fc1.weight);
    expect(Object.keys(block.stateDict({ prefix: "net." }))[0]).toBe("net.fc1.weight");
  });

  it("leave out buffers that are not persistent", () => {
    class Net extends nn.Module {
      constructor() {
        super();
        this.registerBuffer("kept", torch.zeros([1]));
        this.registerBuffer("lost", torch.zeros([1]), { persistent: false });
        this.registerBuffer("absent", null);
      }
    }
    expect(Object.keys(new Net().stateDict())).toEqual(["kept"]);
  });

  it("name what is missing and unexpected, and load nothing then", () => {
    const block = new Block();
    const before = block.fc2.weight.toArray();
    const { "fc1.bias": _, ...rest } = new Block().stateDict();
    const wrong = { ...rest, "fc3.bias": torch.zeros([3]) };
    const load = (): unknown => block.loadStateDict(wrong);
    expect(load).toThrow(/Missing \(1\): fc1.bias/);
    expect(load).toThrow(/Unexpected \(1\): fc3.bias/);
    expect(block.fc2.weight.toArray()).toEqual(before);
    expect(block.loadStateDict(wrong, { strict: false })).toEqual({
      missingKeys: ["fc1.bias"],
      unexpectedKeys: ["fc3.bias"],
    });
    expect(block.fc2.weight.toArray()).not.toEqual(before);
  });

  it("refuse entries of another shape with both shapes, also when not strict, and load nothing", () => {
    const block = new Block();
    const before = block.fc1.weight.toArray();
    const wrong = { ...new Block().stateDict(), "fc2.weight": torch.zeros([3, 4]) };
    expect(() => block.loadStateDict(wrong, { strict: false })).toThrow(
      /fc2.weight: module has \[3, 3\], state dict has \[3, 4\]/,
    );
    expect(block.fc1.weight.toArray()).toEqual(before);
  });

  it("point at a prefix that every key has", () => {
    const wrapped = Object.fromEntries(
      Object.entries(new Block().stateDict()).map(([key, value]) => [`module.${key}`, value]),
    );
    expect(() => new Block().loadStateDict(wrapped)).toThrow(/begins with `module.`/);
  });

  it("refuse what is no state dict", () => {
    expect(() => new Block().loadStateDict({ "fc1.weight": 3 as never })).toThrow(
      /Expected a Tensor for `fc1.weight`/,
    );
    expect(() => new Block().loadStateDict(null as never)).toThrow(/Expected a state dict/);
  });

  it("convert to the dtype of the module when copied, and keep their own when assigned", () => {
    const source = new Block().double().stateDict();
    const copied = new Block();
    copied.loadStateDict(source);
    expect(copied.fc1.weight.dtype).toBe("float32");
    const assigned = new Block();
    const weight = assigned.fc1.weight;
    assigned.loadStateDict(source, { assign: true });
    expect(assigned.fc1.weight).toBe(weight);
    expect(weight.dtype).toBe("float64");
    expect(weight.requiresGrad).toBe(true);
  });

  it("fill a module that was built on the meta device when assigned", () => {
    const meta = new nn.Linear(3, 3, { device: "meta" });
    const source = new nn.Linear(3, 3).stateDict();
    expect(() => meta.loadStateDict(source)).toThrow(/assign: true/);
    meta.loadStateDict(source, { assign: true });
    expect(meta.weight.device).toBe("cpu");
    expect(meta.forward(torch.ones([1, 3])).shape).toEqual([1, 3]);
  });

  it("carry what a module says is its extra state, and set it once everything fits", () => {
    class Counter extends nn.Linear {
      count = 0;
      override getExtraState(): torch.Tensor {
        return torch.tensor([this.count]);
      }
      override setExtraState(state: torch.Tensor): void {
        this.count = state.item<number>();
      }
    }
    const [from, to] = [new nn.Sequential(new Counter(2, 2)), new nn.Sequential(new Counter(2, 2))];
    const counter = (net: torch.nn.Sequential) => net.modules()[1] as Counter;
    counter(from).count = 7;
    const state = from.stateDict();
    expect(Object.keys(state)).toEqual(["0.weight", "0.bias", "0._extra_state"]);
    expect(() => to.loadStateDict({ ...state, "0.bias": torch.ones([3]) })).toThrow(/does not fit/);
    expect(counter(to).count).toBe(0);
    to.loadStateDict(state);
    expect(counter(to).count).toBe(7);
    const { "0._extra_state": _, ...without } = state;
    expect(() => to.loadStateDict(without)).toThrow(/0\._extra_state/);
    expect(() => new nn.Sequential(new nn.Linear(2, 2)).loadStateDict(state)).toThrow(
      /Unexpected \(1\): 0\._extra_state/,
    );
    expect(new nn.Linear(2, 2).getExtraState()).toBeUndefined();
  });
});
