import { enterAll, Fabric, nn, Precision, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { Net, thrown } from "./helpers.js";

/** Float64 everywhere, by the default dtype. */
class Double extends Precision {
  readonly precision = "double";
  override tensorInitContext(): Disposable {
    return torch.defaultDtype("float64");
  }
  override moduleInitContext(): Disposable {
    return torch.defaultDtype("float64");
  }
  override forwardContext(): Disposable {
    return torch.defaultDtype("float64");
  }
}

const fabric = (): Fabric => new Fabric({ plugins: new Double() });

describe("contexts", () => {
  it("autocast enters the forward context, in both forms, and restores on a throw", () => {
    expect(fabric().autocast(() => torch.zeros([1]).dtype)).toBe("float64");
    expect(() =>
      fabric().autocast(() => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(torch.getDefaultDtype()).toBe("float32");
    {
      using _guard = fabric().autocast();
      expect(torch.getDefaultDtype()).toBe("float64");
    }
    expect(torch.getDefaultDtype()).toBe("float32");
    expect(new Fabric().autocast(() => torch.getDefaultDtype())).toBe("float32");
  });

  it("initTensor and initModule use the plugin's dtype", () => {
    expect(fabric().initTensor(() => torch.ones([1])).dtype).toBe("float64");
    expect(fabric().initModule(() => new Net()).fc1.weight.dtype).toBe("float64");
    {
      using _guard = fabric().initModule();
      expect(new nn.Linear(1, 1).weight.dtype).toBe("float64");
    }
    expect(torch.getDefaultDtype()).toBe("float32");
  });

  it("leaves weights uninitialised with emptyInit, drawing no random number, in either order of arguments", () => {
    const draw = (fn: () => void): number => {
      torch.manualSeed(3);
      fn();
      return torch.rand([1]).item();
    };
    const untouched = draw(() => {});
    expect(draw(() => void fabric().initModule({ emptyInit: true }, () => new Net()))).toBe(
      untouched,
    );
    expect(draw(() => void fabric().initModule(() => new Net(), { emptyInit: true }))).toBe(
      untouched,
    );
    expect(draw(() => void fabric().initModule(() => new Net()))).not.toBe(untouched);
    expect(draw(() => void new Net())).not.toBe(untouched);
  });

  it("leaves what it entered when a later context fails", () => {
    class Failing extends Double {
      override moduleInitContext(): Disposable {
        throw new Error("no");
      }
    }
    expect(() =>
      new Fabric({ plugins: new Failing() }).initModule({ emptyInit: true }, () => 1),
    ).toThrow("no");
    torch.manualSeed(3);
    const weight = new nn.Linear(2, 2).weight;
    torch.manualSeed(3);
    expect(torch.equal(weight, new nn.Linear(2, 2).weight)).toBe(true);
  });

  it("refuses asynchronous work, with the state restored", () => {
    for (const run of [
      () => fabric().autocast(async () => 1),
      () => fabric().initModule(async () => 1),
      () => fabric().initTensor(async () => 1),
    ]) {
      thrown("FABRIC_USAGE_ASYNC_CONTEXT", run);
      expect(torch.getDefaultDtype()).toBe("float32");
    }
    thrown("FABRIC_USAGE_CONTEXT", () => fabric().autocast(3 as never));
  });

  it("noBackwardSync does nothing on one device, but wants a wrapped module", () => {
    const f = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const model = f.setup(net);
    expect(f.noBackwardSync(model, () => 5)).toBe(5);
    expect(f.noBackwardSync(model, false, () => 6)).toBe(6);
    expect(f.noBackwardSync(model, { enabled: true }, () => 7)).toBe(7);
    {
      using _guard = f.noBackwardSync(model);
    }
    thrown("FABRIC_USAGE_NOT_WRAPPED", () => f.noBackwardSync(net, () => 1));
    thrown("FABRIC_USAGE_NOT_WRAPPED", () => f.noBackwardSync(null as never, () => 1));
  });
});

describe("enterAll", () => {
  it("leaves in reverse what it entered: all of it, also when one throws, and once", () => {
    const log: string[] = [];
    const ctx = (name: string) => () => {
      if (name === "locked") throw new Error("locked");
      log.push(`+${name}`);
      return {
        [Symbol.dispose]() {
          log.push(`-${name}`);
          if (name === "bad") throw new Error("leaving");
        },
      };
    };
    const both = enterAll(ctx("a"), ctx("bad"), ctx("b"));
    expect(() => both[Symbol.dispose]()).toThrow("leaving");
    both[Symbol.dispose]();
    expect(log.splice(0).join(" ")).toBe("+a +bad +b -b -bad -a");
    expect(() => enterAll(ctx("a"), ctx("bad"), ctx("locked"))).toThrow("locked");
    expect(log.join(" ")).toBe("+a +bad -bad -a");
  });
});
