import { Fabric, nn, type Tensor, torch } from "@fabric/core";
import { expect, it } from "vitest";
import { __CLASS__, roundTo } from "../src/index.js";

it("rounds to the nearest number of 4 fraction bits", () => {
  const x = torch.tensor([1, 1.03, 1.04, -3.1, 0, 0.1]);
  const near = [1, 1, 1.0625, -3.125, 0, 0.1015625];
  expect(roundTo(x, 4).toArray()).toEqual(near);
});

it("shows the model rounded inputs, and leaves integers alone", () => {
  const seen: unknown[] = [];
  class Probe extends nn.Module {
    override forward(x: Tensor, ids: Tensor): Tensor {
      seen.push(x.toArray(), ids.toArray());
      return x;
    }
  }
  const fabric = new Fabric({ accelerator: "cpu", plugins: [new __CLASS__()] });
  fabric.setup(new Probe()).forward(torch.tensor([1.03]), torch.tensor([1000], { dtype: "int32" }));
  expect(seen).toEqual([[1], [1000]]);
});
