import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

describe("random numbers", () => {
  it("repeat after the same seed, and are PyTorch's", () => {
    torch.manualSeed(42);
    const a = torch.randn([3]);
    torch.manualSeed(42);
    expect(torch.randn([3]).toArray()).toEqual(a.toArray());
    // torch.manual_seed(42); torch.randn(3) in PyTorch 2.13
    expect(a.toArray()).toEqual([0.33669036626815796, 0.12880940735340118, 0.23446236550807953]);
  });

  it("come from a generator of one's own without disturbing the default one", () => {
    const g = new torch.Generator().manualSeed(1);
    const state = torch.getRngState();
    const a = torch.rand([4], { generator: g } as never);
    expect(torch.getRngState().toArray()).toEqual(state.toArray());
    g.manualSeed(1);
    expect(torch.rand([4], { generator: g } as never).toArray()).toEqual(a.toArray());
    expect(g.initialSeed()).toBe(1);
  });

  it("resume from a saved state", () => {
    const state = torch.getRngState();
    const a = torch.randperm(10);
    torch.setRngState(state);
    expect(torch.randperm(10).toArray()).toEqual(a.toArray());
    expect(() => torch.setRngState(torch.ones([3]))).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_OPERATOR" }),
    );
    expect(() => torch.manualSeed(1.5)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("takes back every seed that it tells", () => {
    const before = torch.initialSeed();
    torch.manualSeed(-1n);
    const seed = torch.initialSeed();
    const a = torch.rand([4]).toArray();
    expect(torch.manualSeed(seed)).toBe(seed);
    expect(torch.rand([4]).toArray()).toEqual(a);
    torch.manualSeed(before);
    expect(() => torch.manualSeed(2n ** 64n)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("gives the generator that operators draw from by default", () => {
    const generator = torch.defaultGenerator();
    generator.manualSeed(11);
    const first = torch.rand([4]).toArray();
    torch.manualSeed(11);
    expect(torch.rand([4]).toArray()).toEqual(first);
    expect(generator.device).toBe("cpu");
    // a generator made afterwards is one of its own
    expect(new torch.Generator().manualSeed(5).getState().equal(generator.getState())).toBe(false);
    if (!torch.cuda.isAvailable())
      expect(() => torch.defaultGenerator("cuda")).toThrow(/defaultGenerator/);
  });
});
