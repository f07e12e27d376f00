// A checkpoint of several processes goes on in another number of them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { runProcesses } from "../../../../packages/torch/test/support/processes.js";

const script = new URL("./scripts/resume.ts", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "fabric-resume-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function losses(count: number, from: "start" | "checkpoint"): Promise<number[]> {
  const results = await runProcesses(script, { count, args: [join(folder, "saved"), from] });
  for (const { code, output } of results) expect(code, output).toBe(0);
  return results[0]?.reports[0].losses;
}

test("saved by 4, resumed by 2 and by 1: the losses go on alike", {
  timeout: 120_000,
}, async () => {
  await losses(4, "start");
  const [two, one] = [await losses(2, "checkpoint"), await losses(1, "checkpoint")];
  // Averages of other parts of a batch: some units in the last place of float32, which AdamW's first steps enlarge.
  const apart = two.map((loss, i) => Math.abs(loss / (one[i] as number) - 1));
  expect(Math.max(...apart)).toBeLessThan(2e-5);
  expect(two).toHaveLength(3);
});
