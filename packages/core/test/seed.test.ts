import { data, Fabric, seedEverything, torch } from "@fabric/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thrown, warnings } from "./helpers.js";

const NAMES = ["FABRIC_GLOBAL_SEED", "FABRIC_SEED_WORKERS"];
let before: (string | undefined)[];
beforeEach(() => {
  before = NAMES.map((name) => process.env[name]);
  for (const name of NAMES) delete process.env[name];
});
afterEach(() => {
  NAMES.forEach((name, i) => {
    if (before[i] === undefined) delete process.env[name];
    else process.env[name] = before[i];
  });
});

describe("seedEverything", () => {
  it("seeds the generators and tells child processes", () => {
    expect(Fabric.seedEverything(11, { verbose: false })).toBe(11);
    const first = torch.rand([4]);
    seedEverything(11, { verbose: false, workers: false });
    expect(torch.equal(first, torch.rand([4]))).toBe(true);
    expect(NAMES.map((name) => process.env[name])).toEqual(["11", "0"]);
  });

  it("without a seed takes the variable's, else 0 with a warning", async () => {
    const seen = await warnings(() =>
      expect(seedEverything(undefined, { verbose: false })).toBe(0),
    );
    expect(seen.some((line) => line.startsWith("FABRIC_CONFIG_NO_SEED"))).toBe(true);
    process.env["FABRIC_GLOBAL_SEED"] = "77";
    expect(seedEverything(null, { verbose: false })).toBe(77);
    process.env["FABRIC_GLOBAL_SEED"] = "many";
    thrown("FABRIC_CONFIG_SEED", () => seedEverything());
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN, "1" as never])("refuses %s", (seed) => {
    thrown("FABRIC_CONFIG_SEED", () => seedEverything(seed));
  });

  it("takes both ends of the range", () => {
    expect([
      seedEverything(0, { verbose: false }),
      seedEverything(2 ** 32 - 1, { verbose: false }),
    ]).toEqual([0, 2 ** 32 - 1]);
  });
});

const { workerSeed } = data;

describe("workerSeed", () => {
  it("gives every worker of every rank its own, for neighbouring base seeds too", () => {
    const seeds = new Set<number>();
    for (let base = 0; base < 8; base++)
      for (let worker = 0; worker < 16; worker++)
        for (let rank = 0; rank < 16; rank++) seeds.add(workerSeed(base, worker, rank));
    expect(seeds.size).toBe(8 * 16 * 16);
    expect([...seeds].every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
  });

  it("is not degenerate for small seeds: about half of the bits are set", () => {
    let bits = 0;
    for (let worker = 0; worker < 64; worker++)
      bits += workerSeed(0, worker, 0).toString(2).replaceAll("0", "").length;
    // 64 draws of 53 bits: the mean has a standard deviation of 0.46
    expect(Math.abs(bits / 64 - 26.5)).toBeLessThan(2.5);
  });
});
