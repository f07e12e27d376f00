// Norms over shards: each process has a part of every gradient.

import { noGrad } from "../../contexts.js";
import { FabricError } from "../../errors.js";
import { cat } from "../../generated/functions.js";
import { keep, scope } from "../../scope.js";
import type { Tensor } from "../../tensor.js";
import { shardedParameter } from "./sharded-parameter.js";

/**
 * The norm over all processes, of the norm that each has of its shards. All processes of the group call it.
 *
 * @param norm - a scalar: this process's norm of order `normType`.
 * @param parameters - the sharded parameters that it is about.
 * @returns a scalar in the dtype of `norm`; the sum of powers is taken in float64.
 * @throws FabricError `FABRIC_USAGE_FSDP` if some parameters are sharded and others whole.
 */
export function combineNorm(norm: Tensor, normType: number, parameters: readonly Tensor[]): Tensor {
  const groups = new Set(parameters.map((parameter) => shardedParameter(parameter)?.group));
  const [group] = groups;
  if (groups.size > 1) {
    throw new FabricError(
      "FABRIC_USAGE_FSDP",
      "A norm over sharded parameters and whole ones, or over those of several groups, would count some of them more than once. Clip them apart, each kind with an optimizer of its own.",
    );
  }
  if (group === undefined || group.size === 1) return norm;
  return noGrad(() =>
    scope(() => {
      const wide = norm.detach().double().reshape([1]);
      if (!Number.isFinite(normType)) {
        // Gloo's maximum forgets a nan that it meets second.
        const both = cat([wide, wide.isnan().double()]);
        group.allReduce(both, "max").wait();
        const isNan = both.select(0, 1).gt(0);
        return keep(both.select(0, 0).maskedFill(isNan, Number.NaN).to(norm.dtype));
      }
      const powers = normType === 0 ? wide : wide.pow(normType);
      group.allReduce(powers, "sum").wait();
      const whole = normType === 0 ? powers : powers.pow(1 / normType);
      return keep(whole.reshape([]).to(norm.dtype));
    }),
  );
}
