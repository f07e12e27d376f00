import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { afterBackward } = torch.autograd;

describe("afterBackward", () => {
  it("does nothing outside of a backward pass", () => {
    expect(afterBackward(() => expect.unreachable())).toBe(false);
    torch.ones([1]).requiresGrad_().sum().backward();
  });

  it("runs once at the end of the outermost pass, in the order of the calls", () => {
    const seen: string[] = [];
    const x = torch.ones([2]).requiresGrad_();
    const inner = torch.ones([2]).requiresGrad_();
    const y = x.mul(2);
    y.registerHook(() => {
      afterBackward((failed) => seen.push(`first ${failed} ${x.grad?.sum().item()}`));
      torch.enableGrad(() => inner.mul(3).sum()).backward();
      seen.push("inner");
      afterBackward((failed) => seen.push(`second ${failed}`));
    });
    y.sum().backward();
    expect(seen).toEqual(["inner", "first false 4", "second false"]);
    torch.autograd.grad(x.mul(2).sum(), x);
    expect(seen).toHaveLength(3);
  });

  it("tells of a pass that threw, whose error is the one thrown", () => {
    const seen: boolean[] = [];
    const y = torch.ones([2]).requiresGrad_().mul(2);
    y.registerHook(() => {
      afterBackward((failed) => {
        seen.push(failed);
        throw new Error("second");
      });
      throw new Error("first");
    });
    expect(() => y.sum().backward()).toThrow("first");
    expect(seen).toEqual([true]);
  });

  it("throws what a function threw, after the others were told", () => {
    const seen: boolean[] = [];
    const y = torch.ones([2]).requiresGrad_().mul(2);
    y.registerHook(() => {
      afterBackward(() => {
        throw new Error("from a function");
      });
      afterBackward((failed) => seen.push(failed));
    });
    expect(() => y.sum().backward()).toThrow("from a function");
    expect(seen).toEqual([true]);
  });
});
