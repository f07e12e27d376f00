import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Share {
  n: number;
  numReplicas: number;
  shuffle: boolean;
  dropLast: boolean;
  shares: number[][];
}

interface Orders {
  random: number[][];
  randomMany: number[];
  replacement: number[];
  subset: number[];
  weighted: number[];
  weightedOnce: number[];
  split: number[][];
  defaultGenerator: number[][];
  distributed: Share[];
  loader: number[][][];
  loaderDefaultGenerator: number[][][];
}

/** Orders that PyTorch 2.13 gives; written by fixtures/data/make_fixture.py. */
export const orders = JSON.parse(
  readFileSync(join(import.meta.dirname, "../fixtures/data/orders.json"), "utf8"),
) as Orders;
