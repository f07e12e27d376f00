// Spec: the losses of several processes are those of one with the whole batch, in every precision.
import { beforeAll, describe, expect, test } from "vitest";

import {
  type ProcessResult,
  runProcesses,
} from "../../../../packages/torch/test/support/processes.js";

const script = new URL("./scripts/precisions.ts", import.meta.url);

/**
 * Largest relative difference of a loss over 12 steps. Averages of parts are added in another order than the whole batch, so each gradient differs
 * by about a unit in the last place of what it is rounded to, and the weights by that times the step, which is a tenth of them or less: the losses
 * agree to a fraction of one rounding (eps) of the computing dtype. FP8 rounds to 2^-4 and int8 to 2^-8, where such a difference now and then
 * moves a value to the neighbouring code.
 */
const EPS = {
  float32: 2 ** -24,
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  int8: 2 ** -8,
  float8: 2 ** -4,
};
const TOLERANCES: Readonly<Record<string, number>> = {
  "32-true": 16 * EPS.float32,
  // The loss is a float32: outputs of 64-true are of the default dtype.
  "64-true": 2 * EPS.float32,
  "bf16-mixed": EPS.bfloat16 / 2,
  "16-mixed": EPS.float16 / 2,
  "bf16-true": EPS.bfloat16 / 2,
  "16-true": EPS.float16 / 2,
  "transformer-engine": EPS.float8 / 4,
  "nf4 + LoRA": EPS.bfloat16 / 2,
  "int8-training": 2 * EPS.int8,
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
      expect(alike, "parameters and scales of all ranks").toBe(true);
      // There is something to see: the loss has fallen by far more than the tolerance.
      expect((mean.at(-1) as number) / (mean[0] as number)).toBeLessThan(0.92);
    }
  });
});
