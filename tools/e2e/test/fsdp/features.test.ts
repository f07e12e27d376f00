// What Fabric does around a sharded model.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProcesses } from "../../../../packages/torch/test/support/processes.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-fsdp-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** By name, what each rank saw. */
type Cases = Map<string, ReturnType<typeof JSON.parse>>;

describe("Fabric with fsdp and two processes", () => {
  const first: Cases = new Map();
  const second: Cases = new Map();
  const cases = [first, second];

  beforeAll(async () => {
    const results = await runProcesses(new URL("./scripts/features.ts", import.meta.url), {
      count: 2,
      args: [folder],
    });
    for (const { rank, code, output, reports } of results) {
      expect(code, output).toBe(0);
      for (const { name, value, error } of reports) {
        expect(error, name).toBeUndefined();
        cases[rank]?.set(name, value);
      }
    }
  }, 90_000);

  it("leaves a step out everywhere if one process has an infinite gradient", () => {
    for (const each of cases)
      expect(each.get("overflow")).toEqual([
        { skipped: true, scale: 32768, norm: "null", unchanged: true },
        { skipped: true, scale: 16384, norm: "Infinity", unchanged: true },
      ]);
  });

  it("throws everywhere for a norm that is not finite", () => {
    for (const each of cases) expect(each.get("nonfinite")).toBe("FABRIC_USAGE_NONFINITE_GRADIENT");
  });

  it("clips by value", () => {
    for (const each of cases) expect(each.get("clipValue")).toBeCloseTo(1e-3, 8);
  });

  it("accumulates without communication", () => {
    const { difference, size } = first.get("noBackwardSync");
    expect(difference).toBeLessThan(1e-6 * size);
  });

  it("takes no step with gradients that were not averaged", () => {
    for (const each of cases)
      expect(each.get("stepInside")).toBe("FABRIC_USAGE_UNAVERAGED_GRADIENTS");
  });

  it("cuts the state of an optimizer that has stepped before", () => {
    const { losses, expected } = first.get("optimizerBefore");
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss - expected[i])).toBeLessThan(1e-6);
  });

  it("guards what would go wrong", () => {
    expect(first.get("guards")).toEqual({
      early: "FABRIC_USAGE_META_PARAMETERS",
      plain: "FABRIC_USAGE_BACKWARD",
      twice: "FABRIC_USAGE_ALREADY_WRAPPED",
      master: "FABRIC_UNSUPPORTED_STRATEGY",
      buffer: "FABRIC_USAGE_META_PARAMETERS",
      option: "FABRIC_CONFIG_STRATEGY_OPTION",
    });
  });

  it("loads another program's weights into a model from the meta device", () => {
    for (const each of cases) expect(each.get("loadRaw")).toBe(0);
  });

  it("quantises weights that are loaded into shards as one process does", () => {
    expect(first.get("quantisedLoad")).toEqual({
      same: true,
      dtype: "uint8",
      shape: [528, 1],
      full: [1056, 1],
    });
  });

  it("gathers in 16 bits what autocast would cast, and trains in float32", () => {
    expect(first.get("reports")).toEqual({
      seen: ["norm float32", "bfloat16 66,32"],
      dtypes: ["float32 float32"],
      strategy: "fsdp",
    });
  });
});
