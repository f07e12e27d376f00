// Delayed scaling, step by step, against recorded traces and the rule written out.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { casesOf, hasReference } from "../../../../tools/test-support/reference.js";
import { updateScales_ } from "../../src/functional/index.js";

const bits = (t: Tensor): number[] => t.flatten().contiguous().view("int32").toArray() as number[];

describe.skipIf(!hasReference)("against recorded traces", () => {
  for (const { id, args, tensors } of casesOf("delayed_scaling")) {
    if (args["variant"] !== "fused") continue;
    it(id, () => {
      const length = args["amax_history_len"] as number;
      const history = torch.zeros([length, 1]);
      const scale = torch.ones([1]);
      const amaxes = (tensors["amax"] as Tensor).toArray() as number[];
      const scales: Tensor[] = [];
      const firsts: Tensor[] = [];
      for (const amax of amaxes) {
        history.select(0, 0).fill_(amax);
        updateScales_([history], [scale], {
          dtype: args["fp8_max"] === 448 ? "float8_e4m3fn" : "float8_e5m2",
          margin: args["margin"] as number,
          amaxComputeAlgo: args["amax_compute_algo"] as "max",
        });
        scales.push(scale.clone());
        firsts.push(history.flatten().slice(0, 0, 32).clone());
      }
      expect(bits(torch.cat(scales))).toEqual(bits(tensors["scale_after_each_step"] as Tensor));
      const kept = tensors["history_first32_after_each_step"];
      if (kept !== undefined)
        expect(torch.nanToNum(torch.stack(firsts), -1).toArray()).toEqual(
          torch.nanToNum(kept, -1).toArray(),
        );
      const last = tensors["final_history"];
      if (last !== undefined)
        expect(torch.nanToNum(history.flatten(), -1).toArray()).toEqual(
          torch.nanToNum(last, -1).toArray(),
        );
    });
  }
});

describe("updateScales_", () => {
  const run = (rows: number[], options: object = {}): [number[], number] => {
    const history = tensor(rows).view([-1, 1]);
    const scale = tensor([5]);
    updateScales_([history], [scale], { dtype: "float8_e4m3fn", ...options });
    return [history.flatten().toArray() as number[], scale.item() as number];
  };

  it("closes row 0, drops row 1, which counts once more", () => {
    expect(run([2, 56, 3, 4])).toEqual([[0, 3, 4, 2], 8]);
    expect(run([2, 56, 3, 4], { amaxComputeAlgo: "most_recent" })).toEqual([[0, 3, 4, 2], 224]);
    expect(run([7])).toEqual([[0], 64]);
    expect(run([7, 1])).toEqual([[0, 7], 64]);
    expect(run([7, 1], { margin: 2 })).toEqual([[0, 7], 16]);
  });

  it("keeps history and scale at zero, the scale at infinity and NaN, and stops at the largest float32", () => {
    expect(run([0, 1, 2])).toEqual([[0, 1, 2], 5]);
    expect(run([Infinity, 1, 2])).toEqual([[0, 2, Infinity], 5]);
    expect(run([NaN, 1, 2], { amaxComputeAlgo: "most_recent" })).toEqual([[0, 2, NaN], 5]);
    expect(run([1e-38, 0, 0])[1]).toBe(3.4028234663852886e38);
  });

  it("takes amaxes reduced over processes, and several states at once", () => {
    const histories = [torch.zeros([2, 3]), torch.ones([2, 2])];
    const scales = [torch.ones([3]), torch.ones([2])];
    updateScales_(histories, scales, {
      dtype: "float8_e5m2",
      reduced: [tensor([1, 2, 0]), tensor([4, 0])],
    });
    expect(scales.map((scale) => scale.toArray())).toEqual([
      [57344, 28672, 1],
      [14336, 57344],
    ]);
    expect(histories.map((history) => history.toArray())).toEqual([
      [
        [0, 0, 0],
        [1, 2, 0],
      ],
      [
        [0, 0],
        [4, 1],
      ],
    ]);
  });

  it("refuses states that do not fit", () => {
    const options = { dtype: "float8_e4m3fn" } as const;
    expect(() => updateScales_([torch.zeros([2, 2])], [torch.ones([3])], options)).toThrow(
      /scales of \[slots\]/,
    );
    expect(() => updateScales_([torch.zeros([2, 2])], [], options)).toThrow(/as many histories/);
  });
});
