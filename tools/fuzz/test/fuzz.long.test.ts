import { expect, it } from "vitest";
import { fuzz } from "../run.mjs";

it("ends no process in 200,000 random calls, and every error is typed", async () => {
  const report = await fuzz({ calls: 200_000, seed: 2 });
  expect(report.ended).toEqual([]);
  expect(report.slow).toEqual([]);
  expect(report.untyped).toEqual([]);
  expect(report.calls).toBe(200_000);
}, 7_200_000);
