import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Fabric } from "@fabric/core";
import { expect, it } from "vitest";
import { loadDamaged } from "./mutations.js";

it("100,000 damaged checkpoints are refused, or are what was saved; none crashes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fabric-damage-"));
  try {
    const { accepted } = await loadDamaged(new Fabric({ accelerator: "cpu" }), folder, 100_000);
    expect(accepted).toBeLessThan(3000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
