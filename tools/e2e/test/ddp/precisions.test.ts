// Spec: the losses of several processes are those of one with the whole batch, in every precision.
import { beforeAll, describe, expect, test } from "vitest";

import {
  type ProcessResult,
  runProcesses,
} from "../../../../packages/torch/test/support/processes.js";

const script = new URL("./scripts/precisions.ts", import.meta.url);

/**
 * Largest relative difference of a loss. Averages of parts are added in another order than the whole batch, so gradients differ by a few units
 * in the last place of the dtype that they are rounded to, and each step carries that on. The weights that see a step of 16-bit rounding
 * (2^-8 for bfloat16, 2^-11 for float16) do so in steps of a clipped gradient, of which a loss sees about a tenth.
 */
const TOLERANCES: Readonly<Record<string, number>> = {
  "32-true": 1e-5,
  // The loss is a float32: outputs of 64-true are of the default dtype.
  "64-true": 5e-7,
  "bf16-mixed": 2e-2,
  "16-mixed": 2e-3,
  "bf16-true": 2e-2,
  "16-true": 2e-3,
  "transformer-engine": 4e-2,
  "nf4 + LoRA": 2e-2,
  "int8-training": 1e-2,
};

describe.each([2, 4])("%i processes", (count) => {
  let results: ProcessResult[];
  beforeAll(async () => {
    results = await runProcesses(script, {
      count,
      limitMs: 110_000,
      env: { NODE_NO_WARNINGS: "1" },
    });
  }, 120_000);

  test.each(Object.entries(TOLERANCES))("%s", (mode, tolerance) => {
    for (const { reports, output } of results) {
      const found = reports.find((report) => report.mode === mode);
      expect(found?.error, output).toBeUndefined();
      const { whole, mean, alike } = found as { whole: number[]; mean: number[]; alike: boolean };
      const worst = Math.max(...whole.map((loss, i) => Math.abs((mean[i] as number) / loss - 1)));
      expect(worst).toBeLessThan(tolerance);
      expect(alike, "parameters of all ranks").toBe(true);
      // There is something to see: the loss has fallen by far more than the tolerance.
      expect((mean.at(-1) as number) / (mean[0] as number)).toBeLessThan(0.8);
    }
  });
});
