// A small version of the proof: a streaming load stays within its limit, and the measure notices a load that does not.

import { describe, expect, it } from "vitest";
import { measure } from "../measure.mjs";

const MB = 1e6;

describe("a checkpoint of 234 MB", () => {
  it("is loaded within 1.1 times the final size and a layer, unless it is read as a whole", {
    timeout: 300_000,
  }, async () => {
    const [init, meta, int8, whole] = await measure({
      sizes: { blocks: 8, width: 1024, vocabulary: 8000 },
      runs: ["nf4-dq:init", "nf4-dq:meta", "int8:init", "nf4-dq:whole"],
      shardBytes: 40 * MB,
      // V8's young generation may grow to 48 MB, whatever the size of the model; here that would drown what is measured.
      flags: ["--max-semi-space-size=1"],
    });
    for (const row of [init, meta, int8]) {
      expect(row?.files).toBe(7);
      expect(row?.largestBytes).toBe(2 * 8000 * 1024);
      expect(row?.peak).toBeGreaterThan(row?.finalBytes as number);
      expect(row?.peak).toBeLessThanOrEqual(row?.limit as number);
      expect(row?.peakAnon).toBeLessThanOrEqual(row?.peak as number);
    }
    // The float model and the checkpoint at once.
    expect(whole?.peak).toBeGreaterThan(1.5 * (whole?.checkpointBytes as number));
    expect(whole?.fits).toBe(false);
    expect(whole?.finalBytes).toBe(init?.finalBytes);
  });
});
