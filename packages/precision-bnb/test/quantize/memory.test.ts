// Memory is that of a piece and of one tensor's codes, not of the checkpoint.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { measurePeak } from "./memory-child.js";
import { temporaryFolder } from "./support.js";

const root = temporaryFolder();
const MB = 1e6;

describe("the peak of memory", () => {
  it("grows by less than half of a checkpoint of 400 MB", () => {
    const layers = Array.from({ length: 8 }, (): [number, number] => [5000, 5000]);
    const { growth, bytes } = measurePeak(join(root, "eight"), "nf4-dq", layers);
    expect(bytes).toBe(400 * MB);
    expect(growth).toBeLessThan(200 * MB);
  });
});
