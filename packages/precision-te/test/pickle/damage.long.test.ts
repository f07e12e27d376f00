import { expect, it } from "vitest";
import { readDamaged } from "./damage.js";

it("300,000 damaged states of Transformer Engine are read or refused; none crashes or hangs", () => {
  const { read, refused, longestMs } = readDamaged(300_000);
  expect(read + refused).toBe(300_000);
  expect(longestMs).toBeLessThan(1000);
});
