import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProcesses } from "../../support/processes.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-fsdp-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Gradients = Record<string, number[] | null>;

function expectSame(got: Gradients, expected: Gradients): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    const own = got[name];
    if (values === null) expect(own, name).toBeNull();
    else
      for (const [i, value] of values.entries())
        expect(Math.abs((own?.[i] as number) - value), name).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(value)),
        );
  }
}

describe.each([2, 4])("sharding over %i processes", (count) => {
  // biome-ignore lint/suspicious/noExplicitAny: each case reports something else.
  const cases = new Map<string, any>();

  beforeAll(async () => {
    const results = await runProcesses(new URL("./scripts/features.ts", import.meta.url), {
      count,
      args: [folder],
      execArgv: ["--expose-gc"],
    });
    for (const { code, output } of results) expect(code, output).toBe(0);
    for (const { name, value, error } of results[0]?.reports ?? []) {
      expect(error, name).toBeUndefined();
      cases.set(name, value);
    }
  }, 90_000);

  it("trains as one process: ties, scalars, sizes that do not divide", () => {
    const { losses, expected, apart, moments } = cases.get("training");
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss - expected[i])).toBeLessThan(5e-6);
    expect(apart).toBeLessThan(1e-6);
    expect(moments).toBeLessThan(1e-6);
    expect(Math.abs(expected[0] - expected[5])).toBeGreaterThan(1);
  });

  it("chooses blocks, inner ones first", () => {
    expect(cases.get("training").units).toEqual(["blocks.2", "blocks.1", "blocks.0", ""]);
    expect(cases.get("policies")).toEqual({
      auto: ["mlp", "encoder.1", "encoder.0", ""],
      classes: ["mlp", ""],
      size: ["encoder.0.fc1", "encoder.0", "encoder.1.fc1", "encoder.1", ""],
      predicate: ["encoder.1", ""],
    });
  });

  it("gathers ahead in the second forward, and in each backward", () => {
    const { first, second } = cases.get("order");
    const forward = (events: string[]): string[] =>
      events.slice(
        0,
        events.lastIndexOf("release blocks.2", events.indexOf("reduce blocks.2")) + 1,
      );
    expect(forward(first).filter((event) => event.startsWith("gather"))).toEqual(
      ["Net", "blocks.0", "blocks.1", "blocks.2"].map((name) => `gather ${name}`),
    );
    // In the first pass nothing is known of the order: each unit is gathered when it runs.
    expect(first.indexOf("gather blocks.1")).toBeGreaterThan(first.indexOf("release blocks.0"));
    expect(second.indexOf("gather blocks.1")).toBeLessThan(second.indexOf("release blocks.0"));
    expect(second.indexOf("gather blocks.2")).toBeLessThan(second.indexOf("release blocks.1"));
    for (const events of [first, second]) {
      const backward = events.slice(events.lastIndexOf("gather blocks.2"));
      expect(backward).toEqual([
        "gather blocks.2",
        "wait blocks.2",
        "gather blocks.1",
        "reduce blocks.2",
        "release blocks.2",
        "wait blocks.1",
        "gather blocks.0",
        "reduced blocks.2",
        "reduce blocks.1",
        "release blocks.1",
        "wait blocks.0",
        "reduced blocks.1",
        "reduce blocks.0",
        "release blocks.0",
        "reduced blocks.0",
        "reduce Net",
        "release Net",
        "reduced Net",
      ]);
    }
  });

  it("holds 1/N of parameters, gradients and optimizer state, and gathers a few units at a time", () => {
    const { whole, sharded, trained, largest, forwardPeak, stepPeak, after, moreHandles } =
      cases.get("memory");
    expect(sharded / (whole / count)).toBeLessThan(1.1);
    // Parameters, gradients and two moments.
    expect(trained / ((4 * whole) / count)).toBeLessThan(1.1);
    expect(after).toBeLessThan(1.05 * trained);
    expect(moreHandles).toBeLessThanOrEqual(0);
    // One unit, and another on its way: its rows, what it sends, and the place where they are laid out; a native job may end a little later.
    expect(forwardPeak).toBeLessThan(7 * largest);
    expect(stepPeak - whole / count).toBeLessThan(11 * largest);
  });

  it("sends two gatherings of a block, one of the rest, and one reduction", (context) => {
    const { skipped, elements, sent } = cases.get("wire");
    if (skipped !== undefined) context.skip(`no count of bytes here: ${skipped}`);
    const share = (count - 1) / count;
    const bytes = share * (3 * elements.blocks + 2 * elements.root);
    for (const [dtype, size] of [
      ["float32", 4],
      ["bfloat16", 2],
    ] as const) {
      expect(sent[dtype], dtype).toBeGreaterThanOrEqual(bytes * size);
      // Rows that do not divide are padded; headers, and what the kernel sent twice.
      expect(sent[dtype], dtype).toBeLessThan(bytes * size * 1.03 + 2 ** 16);
    }
  });

  it("keeps a frozen weight until backward needs it no more", () => {
    const { expected, got } = cases.get("frozen");
    expectSame(got, expected);
    expect(got["layers.0.base.weight"]).toBeNull();
  });

  it("averages the sum of several backward passes with noSync", () => {
    const { expected, got, reducedInside, untouched } = cases.get("noSync");
    expectSame(got, expected);
    expect(reducedInside).toBe(false);
    expect(untouched).toBe(true);
  });

  it("recomputes inside backward, and runs a module twice", () => {
    const { expected, got } = cases.get("repeated");
    expectSame(got, expected);
  });

  it("leaves null where no process has a gradient, and averages where some have", () => {
    const got = cases.get("unused") as Gradients;
    expect(got["never.weight"]).toBeNull();
    expect(got["left.weight"]).toEqual(new Array(16).fill(1 / count));
    expect(got["right.weight"]).toEqual(new Array(16).fill((count - 1) / count));
  });

  it("refuses a gathered parameter that is used outside of forward", () => {
    const { message, shape } = cases.get("outside");
    expect(message).toContain("a parameter of `Leaky` was used outside of its forward");
    expect(shape).toEqual([4 / count, 4]);
  });

  it("takes norms over all processes", () => {
    for (const { p, whole, combined } of cases.get("norms"))
      expect(Math.abs(combined / whole - 1), p).toBeLessThan(1e-5);
  });

  it("has a norm of nan everywhere if one process has", () => {
    expect(cases.get("nanNorms")).toEqual([true, true]);
  });

  it("finds what blocks take and give in instances of classes and in sets", () => {
    const { expected, got } = cases.get("instances");
    expectSame(got, expected);
  });

  it("clears gradients that were not averaged yet", () => {
    const { expected, got, waiting } = cases.get("cleared");
    expectSame(got, expected);
    expect(waiting).toEqual([expect.any(String), null, expect.any(String), null, null]);
  });

  it("shows and changes whole parameters with summonFullParams", () => {
    const { shapes, doubled } = cases.get("summon");
    const rows = Math.ceil(31 / count);
    expect(shapes).toEqual([
      [rows, 10],
      [31, 10],
      [rows, 10],
    ]);
    expect(doubled).toBe(true);
  });

  it("has shards again after a forward that threw", () => {
    const rows = Math.ceil(6 / count);
    expect(cases.get("failing")).toEqual({
      thrown: "on purpose",
      shape: [rows, 6],
      grad: [rows, 6],
    });
  });

  it("drops what a backward that threw has begun", () => {
    const { thrown, expected, got } = cases.get("failingBackward");
    expect(thrown).toContain("on purpose");
    expectSame(got, expected);
  });

  it("runs in inference mode first, and trains after", () => {
    expect(cases.get("inference")).toEqual({ distance: 0, losses: 2 });
  });

  it("names a parameter that is tied to one of another unit", () => {
    expect(cases.get("tied")).toContain("`b.fc1.weight` is tied");
  });

  it("computes in paramDtype and keeps shards and gradients in theirs", () => {
    expect(cases.get("mixed")).toEqual({
      seen: ["bfloat16 bfloat16"],
      output: "float32",
      shards: ["float32"],
      grads: ["float32"],
    });
  });

  it("loads whole state dicts by rows, in memory and from a file", () => {
    const { peak, ...loaded } = cases.get("loading");
    expect(loaded).toEqual({ memory: true, file: true, refused: true });
    // The largest matrix has 786 KB.
    expect(peak).toBeLessThan(64 * 1024);
  });
});
