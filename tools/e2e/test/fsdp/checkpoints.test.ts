// Checkpoints of sharded models: full and sharded, resumed by as many processes, by more and by one.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric, type nn, optim, ShardsFolder } from "@fabric/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consolidate } from "../../../../packages/core/src/checkpoint/shards/consolidate.js";
import { runProcesses } from "../../../../packages/torch/test/support/processes.js";
import type { Job } from "./scripts/checkpoints.js";
import { Net } from "./scripts/models.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-fsdp-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  losses: number[];
  loaded: number;
  lossScale: number;
  shape: number[];
}

async function run(count: number, jobs: readonly Job[]): Promise<Run[]> {
  const results = await runProcesses(new URL("./scripts/checkpoints.ts", import.meta.url), {
    count,
    limitMs: 90_000,
    args: [JSON.stringify(jobs)],
  });
  for (const { code, output, reports } of results) {
    expect(code, output).toBe(0);
    for (const each of reports) expect(each.error).toBeUndefined();
  }
  return (results[0] as (typeof results)[number]).reports as Run[];
}

/**
 * How far losses may be apart: rounding of float32 sums in another order, and of gradients to float16 before they are averaged. In FP8 AdamW, whose first
 * steps follow the signs of gradients, moves bfloat16 weights; and where twice as many processes go on, a process's gradients are twice as large as
 * those that its scales were found from. Losses fall by more than one.
 */
const TOLERANCE = { "32-true": 2e-6, "16-mixed": 2e-3, "transformer-engine": 8e-2 } as const;
const PRECISIONS = ["32-true", "16-mixed", "transformer-engine"] as const;
const MODES = PRECISIONS.flatMap((precision) => [
  { type: "full" as const, precision },
  { type: "sharded" as const, precision },
]);

const path = (type: string, precision: string): string => join(folder, `${type}-${precision}`);
const job = (rest: Partial<Job>): Job => ({
  stateDictType: null,
  steps: 3,
  from: 0,
  precision: "32-true",
  ...rest,
});

let one: Run[];
let two: Run[];
let resumedByTwo: Run[];
let resumedByFour: Run[];
let resumedByOne: Run[];

beforeAll(async () => {
  one = await run(1, [
    job({ steps: 6, save: join(folder, "one") }),
    ...PRECISIONS.slice(1).map((precision) => job({ steps: 6, precision })),
    job({ steps: 2, from: 6, load: join(folder, "one") }),
  ]);
  two = await run(2, [
    ...MODES.map(({ type, precision }) =>
      job({ stateDictType: type, precision, save: path(type, precision) }),
    ),
    ...PRECISIONS.map((precision) => job({ stateDictType: "full", steps: 6, precision })),
  ]);
  const resume = MODES.map(({ type, precision }) =>
    job({ stateDictType: type, precision, from: 3, load: path(type, precision) }),
  );
  resumedByTwo = await run(2, [
    ...resume,
    job({ stateDictType: "full", from: 6, steps: 2, load: join(folder, "one"), meta: true }),
    job({ stateDictType: "sharded", from: 3, load: path("sharded", "32-true"), meta: true }),
  ]);
  resumedByFour = await run(4, resume);
  resumedByOne = await run(
    1,
    resume.map((each) => ({ ...each, stateDictType: null })),
  );
}, 180_000);

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((got[i] as number) - value), `step ${i}`).toBeLessThan(tolerance);
  }
}

describe("checkpoints of sharded models", () => {
  it.each(MODES.map((mode, i) => ({ ...mode, i })))(
    "two processes resume a $type one under $precision bit for bit",
    ({ precision, i }) => {
      const through = two[MODES.length + PRECISIONS.indexOf(precision)] as Run;
      const [before, after] = [two[i] as Run, resumedByTwo[i] as Run];
      expect([...before.losses, ...after.losses]).toEqual(through.losses);
      expect(after.loaded).toBe(3);
    },
  );

  it.each(MODES.map((mode, i) => ({ ...mode, i })))(
    "four processes, and one, resume a $type one under $precision",
    ({ precision, i }) => {
      const whole = one[PRECISIONS.indexOf(precision)] as Run;
      const through = whole.losses.slice(3);
      expectClose(resumedByFour[i]?.losses as number[], through, TOLERANCE[precision]);
      expect((whole.losses[0] as number) - (whole.losses[5] as number)).toBeGreaterThan(1);
      expectClose(resumedByOne[i]?.losses as number[], through, TOLERANCE[precision]);
      expect(resumedByFour[i]?.lossScale).toBe(whole.lossScale);
    },
  );

  it("a model made on the meta device loads what one process saved, rows only", () => {
    const [here, whole] = [resumedByTwo[MODES.length], one[PRECISIONS.length]] as [Run, Run];
    expectClose(here.losses, whole.losses, 2e-6);
    expect(here.shape).toEqual([12, 32]);
  });

  it("a model made on the meta device loads a sharded checkpoint", () => {
    expect(resumedByTwo[MODES.length + 1]?.losses).toEqual(resumedByTwo[1]?.losses);
  });

  it("a full one is that of one process: names, shapes, dtypes, optimizer numbers", async () => {
    const fabric = new Fabric({ accelerator: "cpu" });
    const [whole, sharded] = await Promise.all(
      [join(folder, "one"), path("full", "32-true")].map((each) => fabric.load(each)),
    );
    const shapes = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value, (_key, item) =>
          typeof item === "object" && item !== null && "dtype" in item && "shape" in item
            ? `${item.dtype} ${item.shape}`
            : item,
        ),
      );
    expect({ ...(shapes(sharded) as object), step: 6 }).toEqual(shapes(whole));
  });

  it("each process writes about half of a sharded one, which joins into a full one", async () => {
    const shards = path("sharded", "32-true");
    const sizes = readdirSync(shards)
      .filter((name) => name.endsWith(".safetensors"))
      .map((name) => statSync(join(shards, name)).size);
    expect(sizes).toHaveLength(2);
    expect((sizes[1] as number) / (sizes[0] as number)).toBeGreaterThan(0.8);
    {
      using opened = new ShardsFolder(shards);
      opened.check(true);
    }
    const joined = join(folder, "joined.safetensors");
    consolidate(shards, joined);
    const fabric = new Fabric({ accelerator: "cpu" });
    const load = async (from: string): Promise<nn.Module> => {
      const net = new Net();
      const optimizer = new optim.AdamW(net.parameters(), { lr: 0.01 });
      await fabric.load(from, { model: net, optimizer });
      return net;
    };
    const [a, b] = [await load(joined), await load(path("full", "32-true"))];
    for (const [name, tensor] of Object.entries(a.stateDict()))
      expect(tensor.equal(b.stateDict()[name] as typeof tensor), name).toBe(true);
  });
});
