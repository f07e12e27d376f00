// Two and four processes give the losses, norms and weights of one process with the whole batch, for every precision.
import { describe, expect, it } from "vitest";
import { runProcesses } from "../../../../packages/torch/test/support/processes.js";

interface Outcome {
  mode: string;
  error?: string;
  whole: { losses: number[]; norms: number[] };
  mean: number[];
  norms: number[];
  apart: number;
  sameKeys: boolean;
  sameDtypes: boolean;
  lossScale: number[];
  /** Of FP8: those of a process by those of one with the whole batch. */
  scales: number[];
  sameScales: boolean;
}

/**
 * How far losses, norms and weights (about 0.2) may be apart after 6 steps. In float32 and float64 sums are taken in another order. Elsewhere
 * each process rounds its gradients to 16 bits before they are averaged, where one process rounds those of the whole batch: half a unit in the last
 * place is 2^-9 of a bfloat16 and 2^-12 of a float16. With 16-bit weights a weight may round to the neighbour, 2^-8 or 2^-11 of it, in a step. In FP8 such a neighbour may
 * have another code, 2^-4 of it, before sums average that out; amaxes are those of 16-bit numbers.
 */
const TOLERANCE: Readonly<Record<string, { loss: number; norm: number; weight: number }>> = {
  "32-true": { loss: 2e-6, norm: 2e-6, weight: 5e-7 },
  // Losses and norms are float32 here: outputs are cast to the default dtype.
  "64-true": { loss: 2e-6, norm: 1e-12, weight: 1e-14 },
  "bf16-mixed": { loss: 2e-3, norm: 4e-3, weight: 1e-3 },
  "16-mixed": { loss: 5e-4, norm: 5e-4, weight: 2e-4 },
  "bf16-true": { loss: 5e-3, norm: 2e-2, weight: 4e-3 },
  "16-true": { loss: 2e-3, norm: 2e-3, weight: 5e-4 },
  "int8-training": { loss: 4e-3, norm: 4e-3, weight: 2e-3 },
  int8: { loss: 2e-3, norm: 2e-3, weight: 2e-3 },
  "nf4 + LoRA": { loss: 4e-3, norm: 4e-3, weight: 2e-3 },
  "transformer-engine": { loss: 1e-2, norm: 3e-2, weight: 1e-2 },
  "frozen FP8 codes": { loss: 1e-2, norm: 3e-2, weight: 1e-2 },
};

function largest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}

describe.each([2, 4])("fsdp with %i processes", (count) => {
  it("trains as one process does under every precision", async () => {
    const results = await runProcesses(new URL("./scripts/precisions.ts", import.meta.url), {
      count,
      limitMs: 120_000,
    });
    for (const { code, output } of results) expect(code, output).toBe(0);
    const outcomes = results[0]?.reports as Outcome[];
    expect(outcomes.map(({ mode }) => mode)).toEqual(Object.keys(TOLERANCE));
    for (const outcome of outcomes) {
      const { mode, error, whole, mean, norms, apart, lossScale, scales, sameScales } = outcome;
      expect(error, mode).toBeUndefined();
      const { loss, norm, weight } = TOLERANCE[mode] as (typeof TOLERANCE)[string];
      expect(largest(mean, whole.losses), `${mode}: losses`).toBeLessThan(loss);
      expect(largest(norms, whole.norms), `${mode}: norms`).toBeLessThan(norm);
      expect(apart, `${mode}: weights`).toBeLessThan(weight);
      expect(outcome.sameKeys && outcome.sameDtypes, `${mode}: state dict`).toBe(true);
      expect(lossScale[0], mode).toBe(lossScale[1]);
      expect(scales.length > 0, `${mode}: products in FP8`).toBe(
        /transformer-engine|FP8/.test(mode),
      );
      for (const ratio of scales) expect(Math.abs(ratio - 1), `${mode}: scales`).toBeLessThan(0.05);
      expect(sameScales, `${mode}: scales of all ranks`).toBe(true);
      // What is compared must have moved: a step at least tenfold the tolerance.
      expect(Math.abs((whole.losses[5] as number) - (whole.losses[0] as number))).toBeGreaterThan(
        10 * loss,
      );
    }
  }, 150_000);
});
