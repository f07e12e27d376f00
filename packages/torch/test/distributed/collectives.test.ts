import { beforeAll, describe, expect, test } from "vitest";

import { type ProcessResult, runProcesses } from "../support/processes.js";

const script = new URL("./scripts/collectives.ts", import.meta.url);

describe.each([2, 4])("%i processes", (count) => {
  let results: ProcessResult[];
  beforeAll(async () => {
    results = await runProcesses(script, { count });
  }, 90_000);

  test("every case gives the values computed locally, on every rank", () => {
    for (const { rank, reports, output } of results) {
      const failed = reports.filter(([, error]) => error !== null);
      expect(failed, `rank ${rank}\n${output}`).toEqual([]);
      expect(reports.length).toBeGreaterThan(70);
    }
    expect(new Set(results.map((r) => r.reports.length)).size).toBe(1);
  });

  test("every process ends by itself, without a word", () => {
    for (const { code, signal, output } of results)
      expect({ code, signal, output }).toEqual({ code: 0, signal: null, output: "" });
  });
});
