import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../setup/paths.mjs";
import { CPU_ONLY } from "../cpu-only.js";
import { readDevice } from "../device.js";

/** `a/{b,c}/d` as `a/b/d` and `a/c/d`. */
function expand(pattern: string): string[] {
  const [, before, list, after] = /^(.*?)\{([^}]*)\}(.*)$/.exec(pattern) ?? [];
  if (list === undefined) return [pattern];
  return list.split(",").flatMap((item) => expand(`${before}${item}${after}`));
}

describe("the device of a run", () => {
  afterEach(() => {
    vi.resetModules();
    vi.unstubAllEnvs();
    vi.doUnmock("@fabric/torch");
  });

  it("is the CPU unless FABRIC_TEST_DEVICE says cuda; anything else is refused", () => {
    expect(readDevice(undefined)).toBe("cpu");
    expect(readDevice("")).toBe("cpu");
    expect(readDevice("cuda")).toBe("cuda");
    expect(() => readDevice("gpu")).toThrow('FABRIC_TEST_DEVICE is "gpu"; use one of cpu, cuda.');
  });

  it("has to be there before the first test", async () => {
    for (const isThere of [true, false]) {
      vi.resetModules();
      vi.stubEnv("FABRIC_TEST_DEVICE", "cuda");
      vi.doMock("@fabric/torch", () => ({ cuda: { isAvailable: () => isThere } }));
      const { setup } = await import("../require-device.js");
      if (isThere) expect(setup()).toBeUndefined();
      else expect(setup).toThrow(/libtorch sees no CUDA device/);
    }
  });

  it("leaves out files that still exist, each named once", () => {
    const names = Object.values(CPU_ONLY).flat().flatMap(expand);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names)
      expect(existsSync(join(ROOT, name.replace("/**", ""))), name).toBe(true);
  });
});
