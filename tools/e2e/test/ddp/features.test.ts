// Exchange, order, loaders, checkpoints and mixed precision's scale in several processes, through Fabric.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { runProcesses } from "../../../../packages/torch/test/support/processes.js";

const script = new URL("./scripts/features.ts", import.meta.url);

describe.each([2, 4])("Fabric in %i processes", (count) => {
  test("every case holds on every rank", { timeout: 90_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "fabric-ddp-"));
    try {
      const results = await runProcesses(script, {
        count,
        args: [folder],
        env: { NODE_NO_WARNINGS: "1" },
      });
      for (const { rank, code, reports, output } of results) {
        expect(
          reports.filter(([, error]) => error !== null),
          `rank ${rank}\n${output}`,
        ).toEqual([]);
        expect(reports.length).toBe(14);
        expect(code).toBe(0);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
