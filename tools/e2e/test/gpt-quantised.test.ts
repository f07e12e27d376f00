// docs/examples/gpt-quantised.ts in its short form: trained, saved, loaded in every mode, adapted.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MODES, type ModeResult } from "../../../docs/examples/gpt-modes.js";
import { type Figures, modeTable, run, SHORT } from "../../../docs/examples/gpt-quantised.js";
import { loadDeclarations, loadNovel } from "../../../docs/examples/novel.js";

const out = mkdtempSync(join(tmpdir(), "fabric-gpt-"));
const told: string[] = [];
let figures: Figures;
const of = (mode: string): ModeResult =>
  figures.modes.find((result) => result.mode === mode) as ModeResult;

beforeAll(async () => {
  figures = await run(SHORT, { out, retrain: true, tell: (line) => told.push(line) });
}, 240_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("the novel", () => {
  it("is whole, in order, and split without a gap", () => {
    const { train, test } = loadNovel();
    expect([train.size(0), test.size(0)]).toEqual([1_074_833, 119_426]);
    const text = (tensor: typeof train): string =>
      Buffer.from(tensor.toArray() as number[]).toString("utf8");
    expect(text(train.narrow(0, 0, 21))).toBe("CHAPTER 1. Loomings.\n");
    expect(text(test.narrow(0, test.size(0) - 60, 60))).toContain("another orphan");
  });

  it("is not the text that adapters learn", () => {
    const { train, test } = loadDeclarations();
    expect(train.size(0)).toBeGreaterThan(1e6);
    expect(test.size(0)).toBeGreaterThan(1e5);
  });
});

describe("the quantised GPT", () => {
  it("learned in bf16-mixed what the checkpoint then predicts", () => {
    expect(figures.training.steps).toBe(SHORT.training.steps);
    // From 256 at the start to the frequencies of bytes.
    expect(of("32-true").perplexity).toBeLessThan(24);
    expect(of("32-true").perplexity).toBeGreaterThan(1);
  });

  it("predicts as well in every mode, but for a little", () => {
    expect(figures.modes.map(({ mode }) => mode)).toEqual([...MODES]);
    const full = of("32-true").perplexity;
    for (const { mode, perplexity } of figures.modes) {
      const most = { "32-true": 0, "bf16-true": 0.001, int8: 0.001, "int8-training": 0.001 };
      expect(
        Math.abs(perplexity / full - 1),
        `${mode}: ${perplexity} against ${full}`,
      ).toBeLessThanOrEqual(most[mode as keyof typeof most] ?? 0.005);
    }
    // They are not the same model: something was rounded.
    expect(of("nf4").perplexity).not.toBe(full);
    expect(of("fp4").perplexity).not.toBe(of("nf4").perplexity);
  });

  it("takes the bytes that its codes and scales need", () => {
    const elements = of("32-true").layerBytes / 4;
    expect(of("bf16-true").layerBytes).toBe(2 * elements);
    expect(of("int8-training").layerBytes).toBe(2 * elements);
    expect(of("int8").layerBytes / elements).toBeCloseTo(1, 1);
    // 4 bits and a float32 scale for 64 of them, and tables.
    expect(of("nf4").layerBytes / elements).toBeCloseTo(0.57, 2);
    for (const { bytes, layerBytes } of figures.modes) expect(bytes).toBeGreaterThan(layerBytes);
    for (const { batchRate, singleRate } of figures.modes)
      expect(Math.min(batchRate, singleRate)).toBeGreaterThan(0);
  });

  it("adapts to another text in 4 bits: the held-out perplexity falls", () => {
    const { curve, trained, optimizerBytes } = figures.adapted;
    expect(curve.map(({ step }) => step)).toEqual([0, 10, 20, 30]);
    const values = curve.map(({ perplexity }) => perplexity);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values[3]).toBeLessThan(0.95 * (values[0] as number));
    // Rank 8 beside qkv, out, up and down of two blocks, 64 wide.
    expect(trained).toBe(2 * 8 * (64 + 192 + (64 + 64) + (64 + 256) + (256 + 64)));
    // Two bytes an element where there are 1024 of them, else eight.
    expect(optimizerBytes / trained).toBeLessThan(6);
  });

  it("tells a table, and writes the figures", () => {
    expect(told.join("\n")).toContain(modeTable(figures.modes));
    expect(JSON.parse(readFileSync(join(out, `${SHORT.name}.json`), "utf8"))).toEqual(figures);
    expect(existsSync(join(out, SHORT.name))).toBe(true);
  });
});
