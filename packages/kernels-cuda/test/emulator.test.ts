// The emulator that runs the kernels where there is no GPU: it must fail what a GPU leaves undefined, or the other tests here prove little.
import * as torch from "@fabric/torch";
import { afterEach, describe, expect, it, vi } from "vitest";

const isBuilt = torch.buildInfo().origin.libraries["fabric_cuda_emulated"] !== undefined;
const selftest = (name: string): number[] => {
  torch.loadPackagedLibrary("fabric_cuda_emulated");
  const operator = torch.ops["fabric_emulated"]?.["selftest"] as unknown as (
    name: string,
  ) => torch.Tensor;
  return Array.from(operator(name).toTypedArray() as Float32Array);
};
afterEach(() => vi.unstubAllEnvs());

const title = isBuilt ? "the emulator" : "the emulator (skipped: CUDA's headers were not found)";
describe.skipIf(!isBuilt)(title, () => {
  it("refuses a barrier that not all threads reach", () => {
    expect(() => selftest("divergent barrier")).toThrow("not reached by all");
  });

  it("refuses a warp operation that leaves out lanes", () => {
    expect(() => selftest("absent lanes")).toThrow("leaves out a lane that still runs");
  });

  it("shows a missing barrier in one of its two orders", () => {
    const right = Array.from({ length: 64 }, (_, i) => (i + 1) % 64);
    for (const order of ["forward", "reverse"]) {
      vi.stubEnv("FABRIC_EMULATOR_ORDER", order);
      expect(selftest("guarded neighbours")).toEqual(right);
    }
    vi.stubEnv("FABRIC_EMULATOR_ORDER", "forward");
    expect(selftest("unguarded neighbours")).not.toEqual(right);
  });

  it("copies asynchronously only when it is waited for, and refuses to forget a copy", () => {
    expect(selftest("copies waited for").slice(0, 2)).toEqual([0, 7]);
    expect(selftest("copies not waited for").slice(0, 2)).toEqual([-1, 7]);
    expect(() => selftest("forgotten copies")).toThrow("did not wait for");
  });
});
