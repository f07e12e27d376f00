import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { Block } from "./fixtures.js";

const { nn } = torch;

class Swapped extends nn.Identity {}

class Net extends nn.Module {
  field = new nn.Linear(2, 2);
  list = [new nn.Linear(2, 2), new Block()];
  map = new Map([["a", new nn.Linear(2, 2)]]);
  dict = new nn.ModuleDict({ b: new nn.Linear(2, 2) });
  seq = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
  modules2 = new nn.ModuleList([new nn.Linear(2, 2)]);
}

describe("replaceModules", () => {
  it("replaces wherever a module is held", () => {
    const net = new Net();
    const paths: string[] = [];
    const root = nn.replaceModules(net, (module, path) => {
      if (!(module instanceof nn.Linear)) return undefined;
      paths.push(path);
      return new Swapped();
    });
    expect(root).toBe(net);
    expect(paths).toEqual([
      "field",
      "list.0",
      "list.1.fc1",
      "list.1.fc2",
      "map.a",
      "dict.b",
      "seq.0",
      "modules2.0",
    ]);
    expect(net.modules().filter((module) => module instanceof Swapped).length).toBe(paths.length);
    expect(net.seq[0]).toBeInstanceOf(Swapped);
    expect(net.dict.get("b")).toBeInstanceOf(Swapped);
  });

  it("may replace the root, and does not search replacements", () => {
    const wrapped = nn.replaceModules(
      new nn.Linear(2, 2),
      () => new nn.Sequential(new nn.Linear(2, 2)),
    );
    expect(wrapped).toBeInstanceOf(nn.Sequential);
  });

  it("replaces a shared module by one module everywhere", () => {
    const shared = new nn.Linear(2, 2);
    const root = new nn.Sequential(shared, shared);
    let asked = 0;
    nn.replaceModules(root, (module) => {
      if (module !== shared) return undefined;
      asked++;
      return new Swapped();
    });
    expect(asked).toBe(1);
    expect(root[0]).toBe(root[1]);
  });

  it("refuses an answer that is no module", () => {
    expect(() => nn.replaceModules(new Block(), () => 3 as never)).toThrow(
      /Expected a Module or undefined/,
    );
  });
});

describe("constructionHook", () => {
  it("swaps layers of exactly the class, with their arguments, before any weight is made", () => {
    class Own extends nn.Linear {}
    const seen: unknown[][] = [];
    torch.manualSeed(1);
    const made = nn.constructionHook(
      (cls, args) => {
        seen.push([cls, ...args]);
        return cls === nn.Linear ? new Swapped() : undefined;
      },
      () => [
        new nn.Linear(2, 3, { bias: false }),
        new Own(2, 3),
        new nn.LayerNorm(4),
        new nn.Conv2d(1, 2, 3),
      ],
    );
    expect(made[0]).toBeInstanceOf(Swapped);
    expect(made[1]).toBeInstanceOf(Own);
    expect(made[2]).toBeInstanceOf(nn.LayerNorm);
    expect(seen).toEqual([
      [nn.Linear, 2, 3, { bias: false }],
      [nn.LayerNorm, 4, {}],
      [nn.Conv2d, 1, 2, 3, {}],
    ]);
    expect(new nn.Linear(2, 2)).toBeInstanceOf(nn.Linear);
  });

  it("lets a hook build the original, and ends with its guard or on a throw", () => {
    const hook = (cls: unknown): torch.nn.Module | undefined =>
      cls === nn.Linear ? new nn.Sequential(new nn.Linear(2, 2)) : undefined;
    {
      using _guard = nn.constructionHook(hook);
      expect(new nn.Linear(2, 2)).toBeInstanceOf(nn.Sequential);
    }
    expect(() =>
      nn.constructionHook(hook, () => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(new nn.Linear(2, 2)).toBeInstanceOf(nn.Linear);
  });

  it("leaves the output projection of attention alone", () => {
    const attention = nn.constructionHook(
      (cls) => (cls === nn.Linear ? new Swapped() : undefined),
      () => new nn.MultiheadAttention(4, 2),
    );
    expect(attention.outProj).toBeInstanceOf(nn.Linear);
  });

  it("gives a replacement the hooks, whose handles go on working", () => {
    const log: string[] = [];
    const old = new nn.Linear(2, 2);
    const net = new nn.Sequential(old);
    const handles = [
      old.registerForwardPreHook((module) => void log.push(`pre ${module.constructor.name}`)),
      old.registerForwardHook((module) => void log.push(`post ${module.constructor.name}`)),
      old.registerFullBackwardHook((module) => void log.push(`back ${module.constructor.name}`)),
    ];
    const swapped = new Swapped();
    swapped.registerForwardPreHook(() => void log.push("own"));
    nn.replaceModules(net, (module) => (module === old ? swapped : undefined));
    const x = torch.ones([1, 2], { requiresGrad: true });
    const step = (): string => {
      net.forward(x).sum().backward();
      return log.splice(0).join(", ");
    };
    expect(step()).toBe("pre Swapped, own, post Swapped, back Swapped");
    handles[0]?.remove();
    expect(step()).toBe("own, post Swapped, back Swapped");
    const late = swapped.registerForwardHook(() => void log.push("late"));
    // Replaced again, and by the first one: nothing runs twice.
    nn.replaceModules(net, (module) => (module === swapped ? old : undefined));
    expect(step()).toBe("own, post Linear, late, back Linear");
    late.remove();
    for (const handle of handles) handle.remove();
    expect(step()).toBe("own");
  });

  it("leaves hooks where they are under a replacement that wraps the module", () => {
    const log: string[] = [];
    const old = new nn.Linear(2, 2);
    old.registerForwardHook((module) => void log.push(module.constructor.name));
    const wrapped = nn.replaceModules(old, (module) => new nn.Sequential(module));
    wrapped.forward(torch.ones([1, 2]));
    expect(log).toEqual(["Linear"]);
  });
});
