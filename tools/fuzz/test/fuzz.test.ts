import { expect, it } from "vitest";
import { type Random, randomFor } from "../random.mjs";
import { fuzz } from "../run.mjs";

it("makes the same choices again from a seed and a call's number", () => {
  const draw = (random: Random): number[] => Array.from({ length: 5 }, () => random.below(1000));
  expect(draw(randomFor(1, 42))).toEqual(draw(randomFor(1, 42)));
  expect(draw(randomFor(1, 42))).not.toEqual(draw(randomFor(1, 43)));
});

it("says so when the child does not start", async () => {
  // A limit shorter than a start: no call was made, so none is to blame.
  await expect(fuzz({ calls: 1, limitMs: 1, workers: 1 })).rejects.toThrow("does not start");
}, 60_000);

it("ends no process in 3,000 random calls, and every error is typed", async () => {
  const report = await fuzz({ calls: 3000, seed: 11, workers: 1 });
  expect(report.ended).toEqual([]);
  expect(report.slow).toEqual([]);
  expect(report.untyped).toEqual([]);
  expect(report.calls).toBe(3000);
}, 240_000);
