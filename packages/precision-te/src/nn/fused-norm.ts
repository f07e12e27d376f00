// A norm before a linear map, computed by the function of the map: its result goes to FP8 in the same pass and is never stored.
import type { DType, Tensor } from "@fabric/torch";
import { normCastToFp8 } from "../functional/index.js";
import { operandOf } from "./cast-operand.js";
import type { Caster } from "./gemm.js";
import { type NormCall, normGradients } from "./norm-function.js";

/** Input of a product, and what its function takes besides for a norm of it. */
export interface Source {
  readonly x: Tensor;
  readonly norm: readonly [call: NormCall | null, weight: Tensor | null, bias: Tensor | null];
}

/** For an input that is taken as it is. */
export const NO_NORM = [null, null, null] as const;

/** A norm on the way forward. */
export interface FusedNorm {
  /** Makes the codes of the norm. */
  readonly cast: Caster;
  /** What {@link fusedGradients} reads, once the codes were made. */
  saved(): (Tensor | null)[];
}

/** A norm over the last dimension of `x`. @throws what `normCastToFp8` throws, when the codes are made. */
export function fuseNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { normalization, eps, zeroCenteredGamma }: NormCall,
): FusedNorm {
  let statistics: (Tensor | null)[] = [];
  return {
    cast: (casting) => {
      const { delayed, dtype, columns, copyTransposes } = casting;
      if (delayed === null) throw new TypeError("a norm is cast with scales that are known before");
      const { mean, rsigma, ...cast } = normCastToFp8(x, {
        normalization,
        weight,
        bias,
        eps,
        zeroCenteredGamma,
        dtype,
        scale: delayed.scale,
        slot: delayed.slot,
        history: delayed.amaxHistory,
        transpose: columns && copyTransposes,
      });
      statistics = [mean, rsigma];
      const codes = cast.codes.reshape([-1, x.shape.at(-1) as number]);
      return operandOf({ ...cast, codes }, casting);
    },
    saved: () => [x, weight, ...statistics],
  };
}

/** Dtypes of a norm's input, weight and bias. */
export type NormDTypes = readonly [x: DType, weight: DType, bias: DType | null];

/** Gradients of input, weight and bias from that of the norm. */
export function fusedGradients(
  gradient: Tensor | null,
  [x, weight, mean, rsigma]: readonly (Tensor | null)[],
  call: NormCall,
  needs: readonly (boolean | undefined)[],
  dtypes: NormDTypes,
): (Tensor | null)[] {
  if (gradient === null) return [null, null, null];
  const saved = {
    x: x as Tensor,
    weight: weight as Tensor,
    mean: mean ?? null,
    rsigma: rsigma as Tensor,
  };
  return normGradients(gradient.float().reshape(saved.x.shape), saved, call, needs, dtypes);
}
