import { describe, expect, it } from "vitest";
import {
  adam8Cost,
  cast8Cost,
  linear4Cost,
  product8Cost,
  quantize4Cost,
  quantizeRowsCost,
  roofline,
  unscaleCost,
} from "../device/cost.js";
import { measuredRates, ratesOf } from "../device/machines.js";

const H200 = ratesOf("NVIDIA H200");
if (H200 === null) throw new Error("the table has no H200");
const us = (cost: Parameters<typeof roofline>[0]): number => roofline(cost, H200).ns / 1e3;
const [OUT, IN, ROWS] = [14336, 4096, 8192];

describe("the cost of a launch", () => {
  // Worked out by hand from bytes over 4.3 TB/s and operations over 790 or 1581 T.
  it.each([
    ["quantise to NF4", quantize4Cost(OUT * IN, 2), 35, "memory"],
    ["product with NF4, 1 row", linear4Cost(1, IN, OUT), 7.7, "memory"],
    ["product with NF4, 16 rows", linear4Cost(16, IN, OUT), 7.8, "memory"],
    ["product with NF4, 64 rows", linear4Cost(64, IN, OUT), 9.5, "products"],
    ["quantise rows to int8", quantizeRowsCost(ROWS, IN, 2), 23.4, "memory"],
    ["product of int8", product8Cost(ROWS, IN, OUT, "int8"), 609, "products"],
    ["8-bit Adam, 7 G of bfloat16", adam8Cost(7e9, 2), 16_400, "memory"],
    ["cast to FP8", cast8Cost(ROWS, IN), 23.4, "memory"],
    ["cast to FP8 and transpose", cast8Cost(ROWS, IN, { transpose: true }), 31.2, "memory"],
    ["unscale 1 G of float32", unscaleCost(1e9, 4, true), 1860, "memory"],
    ["norm of 1 G of float32", unscaleCost(1e9, 4, false), 930, "memory"],
  ] as const)("%s", (_, cost, expected, bound) => {
    expect(Math.abs(us(cost) / expected - 1)).toBeLessThan(0.02);
    expect(roofline(cost, H200).bound).toBe(bound);
  });
});

describe("the machines", () => {
  it("are found by the driver's name for them, an unknown one is not", () => {
    expect(H200.bytes).toBeCloseTo(4.3e12, -9);
    expect(H200.flops.bfloat16).toBeCloseTo(790e12, -9);
    for (const name of [
      "NVIDIA H100 80GB HBM3",
      "NVIDIA A100-SXM4-80GB",
      "NVIDIA GeForce RTX 4090",
      "NVIDIA B200",
    ])
      expect(ratesOf(name), name).not.toBeNull();
    expect(ratesOf("NVIDIA H100 PCIe")?.bytes).toBeLessThan(
      ratesOf("NVIDIA H100 80GB HBM3")?.bytes ?? 0,
    );
    expect(ratesOf("Tesla T4")).toBeNull();
  });

  it("that were measured do 8-bit products twice as fast", () => {
    expect(measuredRates(1e12, 1e14)).toEqual({
      bytes: 1e12,
      flops: { bfloat16: 1e14, int8: 2e14, float8: 2e14 },
    });
  });
});
