// The same for larger checkpoints, one large tensor, and every mode.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { measurePeak } from "./memory-child.js";
import { temporaryFolder } from "./support.js";

const root = temporaryFolder();
const MB = 1e6;

describe("the peak of memory", () => {
  it.each(["nf4", "fp4-dq", "int8"])(
    "does not depend on the number of tensors in mode %s",
    (mode) => {
      const layers = Array.from({ length: 40 }, (): [number, number] => [5000, 5000]);
      const { growth, bytes } = measurePeak(join(root, mode), mode, layers);
      expect(bytes).toBe(2000 * MB);
      expect(growth).toBeLessThan(200 * MB);
    },
  );

  it("of one large tensor holds its scales, a thirty-second of it, while they are quantised", () => {
    const { growth, bytes } = measurePeak(join(root, "one"), "nf4-dq", [[20_000, 50_000]]);
    expect(bytes).toBe(2000 * MB);
    expect(growth).toBeLessThan(500 * MB);
  });
});
