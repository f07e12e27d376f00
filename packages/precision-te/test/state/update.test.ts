// The end of a step through functions of the recipe: against recorded traces of the rule that always rolls.

import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { casesOf, hasReference } from "../../../../tools/test-support/reference.js";
import { DelayedScaling } from "../../src/index.js";
import { DelayedState, updateStates } from "../../src/state/index.js";

const finite = (t: Tensor): number[] => torch.nanToNum(t.flatten(), -1).toArray() as number[];

describe.skipIf(!hasReference)("with functions, against recorded traces", () => {
  for (const { id, args, tensors } of casesOf("delayed_scaling")) {
    if (args["variant"] !== "unfused" || args["fp8_max"] !== 448) continue;
    it(id, () => {
      const length = args["amax_history_len"] as number;
      const isMax = args["amax_compute_algo"] === "max";
      const recipe = new DelayedScaling({
        amaxHistoryLen: length,
        margin: args["margin"] as number,
        amaxComputeAlgo: (history) => (isMax ? history.amax(0) : history.select(0, 0).clone()),
      });
      const state = new DelayedState(1, length, "cpu");
      const scales: Tensor[] = [];
      const firsts: Tensor[] = [];
      for (const amax of (tensors["amax"] as Tensor).toArray() as number[]) {
        state.forward.amaxHistory.select(0, 0).fill_(amax);
        updateStates([{ state, recipe }], "forward", null);
        scales.push(state.forward.scale.slice(0, 0, 1).clone());
        firsts.push(state.forward.amaxHistory.select(1, 0).slice(0, 0, 32).clone());
      }
      const bits = (t: Tensor) => t.flatten().contiguous().view("int32").toArray();
      expect(bits(torch.cat(scales))).toEqual(bits(tensors["scale_after_each_step"] as Tensor));
      const kept = tensors["history_first32_after_each_step"];
      if (kept !== undefined) expect(finite(torch.stack(firsts))).toEqual(finite(kept));
      const last = tensors["final_history"];
      if (last !== undefined)
        expect(finite(state.forward.amaxHistory.select(1, 0))).toEqual(finite(last));
    });
  }
});
