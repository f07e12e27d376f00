// docs/examples/gpt-fp8.ts in its short form: trained in bf16-mixed and in FP8, losses compared, scales followed; and the figures that were recorded.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fp8Slot } from "@fabric/precision-te";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../../../docs/examples/fp8-history.js";
import {
  type Figures,
  FULL,
  HISTORY,
  lossTable,
  percent,
  run,
  SHORT,
  type Training,
  WAYS,
} from "../../../docs/examples/gpt-fp8.js";

const out = mkdtempSync(join(tmpdir(), "fabric-gpt-fp8-"));
const told: string[] = [];
let figures: Figures;
const recorded = JSON.parse(
  readFileSync(new URL("../../../docs/examples/gpt-fp8.json", import.meta.url), "utf8"),
) as Figures;

beforeAll(() => {
  figures = run(SHORT, { out, tell: (line) => told.push(line) });
}, 240_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

const loss50 = ({ losses }: Training): number =>
  losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;

describe("the GPT in FP8", () => {
  it("starts from the same weights and sees the same batches in every training", () => {
    const { trainings } = figures;
    expect(trainings.map(({ way }) => way)).toEqual([...WAYS]);
    expect(new Set(trainings.map(({ nextDraw }) => nextDraw)).size).toBe(1);
    const [first, ...rest] = trainings.map(({ losses }) => losses[0] as number) as [number];
    for (const loss of rest) expect(percent(loss, first)).toBeLessThan(0.1);
  });

  it("learns as bf16-mixed does", () => {
    const [mixed, wide, narrow] = figures.trainings as [Training, Training, Training];
    expect(mixed.losses).toHaveLength(SHORT.training.steps);
    // From log 256 at the start to the frequencies of bytes.
    expect(mixed.losses[0]).toBeGreaterThan(5.4);
    for (const { heldOut } of figures.trainings) expect(heldOut).toBeLessThan(2.9);
    for (const key of ["loss", "heldOut"] as const) {
      expect(percent(wide[key], mixed[key])).toBeLessThan(1.5);
      // Bfloat16 weights lose small updates besides.
      expect(percent(narrow[key], mixed[key])).toBeLessThan(3);
    }
    // They are not the same computation.
    expect(wide.losses).not.toEqual(mixed.losses);
    expect(narrow.losses).not.toEqual(wide.losses);
  });

  it("follows each layer's amaxes and scales", () => {
    const { steps, layers } = figures.history;
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => 1 + 5 * i));
    const names = ["attention.qkv", "attention.out", "up", "down"];
    expect(layers.map(({ name }) => name)).toEqual([
      ...names.map((name) => `blocks.0.${name}`),
      ...names.map((name) => `blocks.1.${name}`),
      "head",
    ]);
    for (const { name, slots } of layers)
      for (const [slot, limit] of Object.entries(LIMITS) as [Fp8Slot, number][]) {
        const { amax, scale, clipped } = slots[slot];
        expect([amax.length, scale.length]).toEqual([12, 12]);
        expect(scale[0], name).toBe(1);
        expect(Math.min(...amax), name).toBeGreaterThan(0);
        expect(clipped, name).toBeLessThan(SHORT.training.steps / 2);
        // The scale takes the largest of the last 16 steps to the end of the format, or just below where an amax fell out between samples.
        const largest = limit === LIMITS.gradOutput ? 57344 : 448;
        scale.slice(1).forEach((value, i) => {
          const window = amax.slice(Math.max(0, i + 1 - Math.floor((HISTORY - 1) / 5)), i + 1);
          expect(value * Math.max(...window), `${name} ${slot}`).toBeLessThan(1.001 * largest);
        });
      }
  });

  it("tells a table, and writes the figures", () => {
    expect(told.join("\n")).toContain(lossTable(figures.trainings));
    expect(JSON.parse(readFileSync(join(out, `${SHORT.name}.json`), "utf8"))).toEqual(figures);
  });
});

describe("the recorded run", () => {
  it("ended within one percent of bf16-mixed", () => {
    expect(recorded.plan).toEqual({ ...FULL, testBytes: null });
    const [mixed, wide] = recorded.trainings as [Training, Training];
    expect([mixed.way, wide.way]).toEqual(FULL.ways);
    for (const training of recorded.trainings) {
      expect(training.losses).toHaveLength(recorded.plan.training.steps);
      expect(training.loss).toBeCloseTo(loss50(training), 10);
    }
    expect(percent(wide.loss, mixed.loss)).toBeLessThan(1);
    expect(percent(wide.heldOut, mixed.heldOut)).toBeLessThan(1);
    expect(wide.losses).not.toEqual(mixed.losses);
  });
});
