// Magnitudes that FP8 would need, collected while it is off.
import { noGrad, scope, type Tensor } from "@fabric/torch";
import { isRecomputing } from "../context/recompute.js";
import type { Region } from "../context/region.js";
import { amax } from "../functional/index.js";
import { DelayedScaling } from "../recipes/index.js";
import { SLOTS } from "../state/index.js";
import { metaOf } from "./fp8-meta.js";

/** Collects the magnitudes of input and weight of one product in row 0, in a region that calibrates; the largest of several calls counts. */
export function calibrate(
  module: object,
  region: Region | null,
  { gemms, gemm, input, weight }: { gemms: number; gemm: number; input: Tensor; weight: Tensor },
): void {
  if (region === null || region.enabled || !region.calibrating || isRecomputing()) return;
  const { recipe, pass } = region;
  if (!(recipe instanceof DelayedScaling)) return;
  const state = metaOf(module, gemms).stateFor(recipe, input.device);
  pass.useForward(state, recipe);
  noGrad(() =>
    scope(() => {
      const collected = state.forward.amaxHistory.select(0, 0);
      const slot = gemm * SLOTS.forward;
      [input, weight].forEach((x, i) => {
        const row = collected.slice(0, slot + i, slot + i + 1);
        row.copy_(row.maximum(amax(x)));
      });
    }),
  );
}
