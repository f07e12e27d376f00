import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { nn } = torch;

class Net extends nn.Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { lmHead: "lm_head" };
  embed: torch.nn.Embedding = new nn.Embedding(4, 3);
  lmHead: torch.nn.Linear = new nn.Linear(3, 4, { bias: false });
  norms = [new nn.BatchNorm1d(3)];
  heads = new nn.ModuleDict({ main: new nn.MultiheadAttention(2, 1) });
  constructor() {
    super();
    this.lmHead.weight = this.embed.weight;
  }
}

describe("copyModule", () => {
  it("copies weights, buffers and structure, and keeps ties", () => {
    const net = new Net().requiresGrad_(false).eval();
    const copy = nn.copyModule(net);
    expect(copy).toBeInstanceOf(Net);
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(net.stateDict()));
    expect(copy.lmHead.weight).toBe(copy.embed.weight);
    expect(copy.embed.weight.isSame(net.embed.weight)).toBe(false);
    expect(copy.embed.weight.requiresGrad).toBe(false);
    expect(copy.norms[0]?.training).toBe(false);
    torch.noGrad(() => copy.embed.weight.fill_(7));
    copy.norms[0]?.runningMean?.fill_(7);
    expect(net.norms[0]?.runningMean?.toArray()).toEqual([0, 0, 0]);
    expect(net.embed.weight.at(0, 0).item()).not.toBe(7);
  });

  it("outlives the scope in which it was made", () => {
    const net = new Net();
    const copies: Net[] = [];
    torch.scope(() => {
      copies.push(nn.copyModule(net));
    });
    expect(copies[0]?.lmHead.forward(torch.ones([1, 3])).shape).toEqual([1, 4]);
    expect(copies[0]?.norms[0]?.runningVar?.toArray()).toEqual([1, 1, 1]);
  });
});

describe("state names", () => {
  it("of a class and its bases are both used", () => {
    class Renamed extends nn.MultiheadAttention {
      static override readonly stateNames: Readonly<Record<string, string>> = {
        extraScale: "extra_scale",
      };
      extraScale = new nn.Parameter(torch.ones([1]));
    }
    expect(Object.keys(new Renamed(2, 1).stateDict())).toEqual([
      "in_proj_weight",
      "in_proj_bias",
      "extra_scale",
      "out_proj.weight",
      "out_proj.bias",
    ]);
    expect(new Net().namedParameters().map(([name]) => name)[0]).toBe("embed.weight");
    expect(Object.keys(new Net().stateDict())).toContain("lm_head.weight");
  });

  it("asks objects that can copy themselves, once for each", () => {
    const key = Symbol.for("@fabric/nn.copy");
    let calls = 0;
    const memory = { seen: 1, [key]: () => ({ seen: ++calls }) };
    class Remembering extends nn.Module {
      memory = memory;
      again = memory;
      shared = { of: "both" };
    }
    const module = new Remembering();
    const copy = nn.copyModule(module);
    expect([copy.memory.seen, calls]).toEqual([1, 1]);
    expect(copy.memory).not.toBe(memory);
    expect(copy.again).toBe(copy.memory);
    expect(copy.shared).toBe(module.shared);
  });

  it("lets a class of another package copy itself, under the global symbol alone", () => {
    class Scales {
      values = new Map<string, number>();
      [Symbol.for("@fabric/nn.copy")](): Scales {
        const copy = new Scales();
        for (const [name, value] of this.values) copy.values.set(name, value);
        return copy;
      }
    }
    class Scaled extends nn.Linear {
      readonly scales = new Scales();
    }
    const net = new nn.Sequential(new Scaled(2, 2), new Scaled(2, 2));
    const first = net.at(0) as Scaled;
    first.scales.values.set("input", 3);
    const copied = nn.copyModule(net).at(0) as Scaled;
    expect(copied.scales).toBeInstanceOf(Scales);
    expect(copied.scales.values.get("input")).toBe(3);
    copied.scales.values.set("input", 5);
    expect(first.scales.values.get("input")).toBe(3);
  });
});
