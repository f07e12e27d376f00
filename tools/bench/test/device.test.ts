// The cases of `npm run bench -- --device`, on the CPU.
import { torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { type DeviceCase, lack } from "../device/case.js";
import { bits4Cases } from "../device/cases/bits4.js";
import { fp8Cases } from "../device/cases/fp8.js";
import { int8Cases } from "../device/cases/int8.js";
import { modelCases } from "../device/cases/models.js";
import { optimCases } from "../device/cases/optim.js";
import { type Clock, hostClock } from "../device/clock.js";
import { measuredRates } from "../device/machines.js";
import { launchesFor, measure, setsFor } from "../device/measure.js";
import { deviceTable, rowsOf } from "../device/table.js";

for (const name of ["fabric_bnb", "fabric_te"]) torch.loadPackagedLibrary(name);
const makers = [bits4Cases, int8Cases, optimCases, fp8Cases, modelCases];
const cases = makers.flatMap((make) => make("cpu"));

describe("cases", () => {
  for (const bench of cases) {
    it.skipIf(lack(bench.operator, "cpu") !== null)(`${bench.group}: ${bench.name}`, () => {
      const { ours, ...others } = bench.make();
      for (const run of [ours, ...Object.values(others)]) torch.scope(run);
    });
  }

  it("have the same groups and operators on a GPU, at sizes beyond its caches or its products' reach", () => {
    const large = makers.flatMap((make) => make("cuda"));
    const key = ({ group, operator }: DeviceCase): string => `${group} ${operator}`;
    expect(large.map(key)).toEqual(cases.map(key));
    for (const { cost, name } of large)
      expect(cost.bytes > 30e6 || cost.flops > 1e9, name).toBe(true);
  });
});

describe("measuring", () => {
  it("rotates over more than 150 MB and uses every set equally often", () => {
    for (const bytes of [1e6, 33e6, 150e6, 5e9]) {
      const sets = setsFor(bytes, "cuda");
      expect(sets * bytes > 150e6 || sets === 32, String(bytes)).toBe(true);
      expect(launchesFor(sets, "cuda") % sets).toBe(0);
      expect(launchesFor(sets, "cuda")).toBeGreaterThanOrEqual(20);
    }
    expect(setsFor(1e6, "cpu")).toBe(1);
  });

  it("takes the median and the least of bursts in turns, and compares with ours and the roofline", async () => {
    const order: string[] = [];
    const bench: DeviceCase = {
      group: "g",
      name: "copy",
      operator: null,
      cost: { bytes: 1e6, flops: 0 },
      goal: 0.5,
      make: () => ({ ours: () => order.push("ours"), other: () => order.push("other") }),
    };
    const ns: Record<string, number[]> = { ours: [100, 300, 200], other: [800, 400, 600] };
    const clock: Clock = {
      prepare(launch, launches, record) {
        launch(0);
        const side = order.at(-1) as string;
        const left = [...(ns[side] as number[])];
        return {
          ...hostClock.prepare(launch, launches, record),
          burst() {
            order.push(`time ${side}`);
            return left.shift() as number;
          },
        };
      },
    };
    const plan = { device: "cpu", bursts: 3, clock, peer: null } as const;
    const timings = await measure(bench, plan, () => expect.unreachable());
    expect(order.filter((what) => what.startsWith("time"))).toEqual(
      ["ours", "other", "other", "ours", "ours", "other"].map((side) => `time ${side}`),
    );
    const rows = rowsOf(bench, timings, measuredRates(1e13, 1e14), true);
    expect(rows).toMatchObject([
      { side: "ours", medianUs: 0.2, minUs: 0.1, rate: 5000, unit: "GB/s", share: 0.5, goal: 0.5 },
      { side: "other", medianUs: 0.6, minUs: 0.4, goal: null, timesOurs: 3 },
    ]);
    expect(deviceTable(rows)).toMatch(/50 % +\| >= 50 % \| met/);
  });

  it("names an operator that is not there", () => {
    expect(lack("fabric::no_such_operator", "cpu")).toMatch(
      "there is no operator fabric::no_such_operator yet",
    );
    expect(lack(null, "cuda")).toBeNull();
  });
});
