import { beforeAll, describe, expect, test } from "vitest";

import { type ProcessResult, runProcesses } from "../../support/processes.js";

const script = new URL("./scripts/ddp.ts", import.meta.url);

describe.each([2, 4])("DistributedDataParallel in %i processes", (count) => {
  let results: ProcessResult[];
  beforeAll(async () => {
    results = await runProcesses(script, {
      count,
      env: { NODE_NO_WARNINGS: "1" },
      execArgv: ["--expose-gc"],
    });
  }, 90_000);

  test("every case holds on every rank", () => {
    for (const { rank, reports, output } of results) {
      const failed = reports.filter(([, error]) => error !== null);
      expect(failed, `rank ${rank}\n${output}`).toEqual([]);
      expect(reports.length).toBe(28);
    }
  });

  test("every process ends by itself, without a word", () => {
    for (const { code, signal, output } of results)
      expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: "" });
  });
});
