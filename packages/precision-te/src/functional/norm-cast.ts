// Norms whose results go to FP8 in the same pass.
import { noGrad, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";
import type { CastOptions, Fp8Cast } from "./cast.js";

/** Options of {@link normCastToFp8}. */
export interface NormCastOptions extends CastOptions {
  /** `"LayerNorm"`: mean and variance; `"RMSNorm"`: mean square, without a bias. */
  normalization: "LayerNorm" | "RMSNorm";
  /** `[width]`. */
  weight: Tensor;
  /** `[width]`, or null; of LayerNorm only. */
  bias: Tensor | null;
  /** Added to the variance. */
  eps: number;
  /** The weight is stored minus one. */
  zeroCenteredGamma: boolean;
}

/** What {@link normCastToFp8} returns. */
export interface Fp8NormCast extends Fp8Cast {
  /** Means of the rows, float32 `[..., 1]`; null for RMSNorm. */
  readonly mean: Tensor | null;
  /** 1 / sqrt(variance + eps), or of the mean square, float32 `[..., 1]`. */
  readonly rsigma: Tensor;
}

/**
 * `castToFp8` of a norm over the last dimension, which is computed in float32 and not rounded before the cast; the history takes the largest
 * magnitude of the norm.
 *
 * @param x - float32, float16 or bfloat16, `[..., width]`; float64 is narrowed to float32.
 * @throws FabricError `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function normCastToFp8(x: Tensor, options: NormCastOptions): Fp8NormCast {
  const { normalization, weight, bias, eps, zeroCenteredGamma, scale } = options;
  const { slot = 0, history = null, dtype = "float8_e4m3fn", transpose = false } = options;
  const isLayerNorm = normalization === "LayerNorm";
  const norm = isLayerNorm ? [weight, bias, eps] : [weight, eps];
  const name = isLayerNorm ? "fp8_layer_norm_cast" : "fp8_rms_norm_cast";
  const results = noGrad(
    () =>
      operatorFor(name, x)(
        x,
        ...norm,
        zeroCenteredGamma,
        scale,
        slot,
        history,
        dtype,
        transpose,
      ) as Tensor[],
  );
  const [codes, transposed, scaleInv] = results as [Tensor, Tensor, Tensor];
  const rsigma = results.at(-1) as Tensor;
  const mean = isLayerNorm ? (results[3] as Tensor) : null;
  if (transpose) return { codes, transposed, scaleInv, mean, rsigma };
  transposed.dispose();
  return { codes, transposed: null, scaleInv, mean, rsigma };
}
