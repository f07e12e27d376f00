import { describe, expect, test } from "vitest";

import { runProcesses } from "../support/processes.js";

const script = new URL("./scripts/traffic.ts", import.meta.url);
const BYTES = 4 * 2 ** 20;

describe.each([2, 4])("%i processes", (count) => {
  test("send what theory says, and keep nothing", async (context) => {
    const results = await runProcesses(script, { count, execArgv: ["--expose-gc"] });
    const share = (count - 1) / count;
    for (const { reports, output, code } of results) {
      expect(code, output).toBe(0);
      const [{ measured, skipped }, { grown, tensors }] = reports;
      expect(tensors).toBe(0);
      expect(grown).toBeLessThan(16 * 2 ** 20);
      if (skipped !== undefined) context.skip(`no count of bytes here: ${skipped}`);
      const theory: Record<string, number> = {
        allReduce: 2 * share * BYTES,
        allGatherIntoTensor: share * BYTES,
        reduceScatterTensor: share * BYTES,
        allToAllSingle: share * BYTES,
        "allReduce of bfloat16": share * BYTES,
      };
      for (const [name, bytes] of Object.entries(theory)) {
        // Headers, and the barrier's messages.
        expect(measured[name], name).toBeGreaterThanOrEqual(bytes);
        expect(measured[name], name).toBeLessThan(bytes * 1.02 + 2 ** 16);
      }
    }
  });
});
