// A weight first cast inside noGrad is cached without a graph in some versions of libtorch; later uses in the same
// autocast then lose its gradient, and switching the cache off makes memory grow. Checked on the libtorch that is loaded.
import * as torch from "@fabric/torch";
import { nn } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { MixedPrecision } from "../src/index.js";

describe.each(["16-mixed", "bf16-mixed"] as const)("the autocast cache under %s", (precision) => {
  const mixed = new MixedPrecision({ precision, device: "cpu" });

  it("gives gradients to a layer that was used in noGrad before, in the same autocast", () => {
    const layer = new nn.Linear(4, 4);
    const x = torch.ones([2, 4]);
    {
      using _guard = mixed.forwardContext();
      torch.noGrad(() => layer.forward(x));
      layer.forward(x).float().sum().backward();
    }
    expect(layer.weight.grad?.toArray()).toEqual(torch.ones([4, 4]).mul(2).toArray());
    expect(layer.bias?.grad?.toArray()).toEqual([2, 2, 2, 2]);
  });

  it("casts a weight once a context, however often it is used, and drops the copy with the context", () => {
    const layer = new nn.Linear(1024, 1024, { bias: false });
    const x = torch.ones([2, 1024]).to(precision === "16-mixed" ? "float16" : "bfloat16");
    const copy = layer.weight.nbytes / 2;
    const bytes = (): number => torch.memory().cpu.bytes;
    globalThis.gc?.(); // so that nothing of an earlier test is collected meanwhile
    torch.scope(() => {
      torch.scope(() => mixed.forwardContext()[Symbol.dispose]()); // whatever is made once
      const start = bytes();
      {
        using _guard = mixed.forwardContext();
        layer.forward(x);
        const cached = bytes() - start;
        expect(cached).toBeGreaterThanOrEqual(copy);
        expect(cached).toBeLessThan(copy * 1.1);
        torch.resetPeakMemory();
        for (let i = 0; i < 5; i++) layer.forward(x);
        // A second cast would take two megabytes, if only for a moment.
        expect(torch.memory().cpu.peakBytes - start - cached).toBeLessThan(copy / 4);
      }
      torch.scope(() => mixed.forwardContext()[Symbol.dispose]());
      // The graph of the last use holds what it needs for its backward pass; a new context starts without the old copies.
      torch.resetPeakMemory();
      {
        using _guard = mixed.forwardContext();
        const before = bytes();
        layer.forward(x);
        expect(torch.memory().cpu.peakBytes - before).toBeGreaterThanOrEqual(copy);
      }
    });
  });

  it("keeps tensor memory flat over 1000 such pairs", () => {
    const layer = new nn.Linear(64, 64);
    const x = torch.ones([2, 64]);
    const step = (): void => {
      torch.scope(() => {
        using _guard = mixed.forwardContext();
        torch.noGrad(() => layer.forward(x));
        layer.forward(x).float().sum().backward();
      });
      layer.zeroGrad();
    };
    const bytesNow = (): number => {
      globalThis.gc?.();
      return torch.memory().cpu?.bytes ?? 0;
    };
    for (let i = 0; i < 20; i++) step();
    const before = bytesNow();
    for (let i = 0; i < 1000; i++) step();
    // One more weight copy a step would be 8 kB each, so 8 MB; what is left over from one step is less than 100 kB.
    expect(bytesNow() - before).toBeLessThan(100_000);
  });

  it("keeps memory flat within one autocast too", () => {
    const layer = new nn.Linear(64, 64);
    const x = torch.ones([2, 64]);
    torch.scope(() => {
      using _guard = mixed.forwardContext();
      const pair = (): void => {
        torch.scope(() => {
          torch.noGrad(() => layer.forward(x));
          layer.forward(x).float().sum().backward();
        });
      };
      pair();
      const before = torch.memory().cpu?.bytes ?? 0;
      for (let i = 0; i < 1000; i++) pair();
      expect((torch.memory().cpu?.bytes ?? 0) - before).toBeLessThan(100_000);
    });
  });
});
