// LayerNorm and RMSNorm with statistics in float32, as a differentiable function.
import { autograd, type DType, ops, scope, type Tensor } from "@fabric/torch";
import { refuseGraph } from "./refuse-graph.js";
import { sumRows } from "./sum-rows.js";

/** `"LayerNorm"`: mean and variance; `"RMSNorm"`: mean square, without a bias. */
export type Normalization = "LayerNorm" | "RMSNorm";

/** How a norm computes. */
export interface NormCall {
  readonly normalization: Normalization;
  readonly eps: number;
  /** The weight is stored minus one. */
  readonly zeroCenteredGamma: boolean;
  /** Dtype of the result. */
  readonly dtype: DType;
}

/** `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimension, computed in float32 and rounded once. */
export class NormFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    call: NormCall,
  ): Tensor {
    const wide = widened(x);
    const factor = factorOf(weight, call);
    const width = x.shape.at(-1) as number;
    ctx["call"] = call;
    ctx["dtypes"] = [x.dtype, weight.dtype, bias?.dtype ?? null];
    if (call.normalization === "RMSNorm") {
      const rsigma = wide.square().mean([-1], true).add(call.eps).rsqrt();
      ctx.saveForBackward(x, weight, null, rsigma);
      return wide.mul(rsigma).mul(factor).to(call.dtype);
    }
    const [y, mean, rsigma] = layerNorm(
      wide,
      [width],
      factor,
      bias === null ? null : widened(bias),
      call.eps,
    );
    ctx.saveForBackward(x, weight, mean, rsigma);
    return y.to(call.dtype);
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    const call = ctx["call"] as NormCall;
    refuseGraph(call.normalization);
    const [xDtype, weightDtype, biasDtype] = ctx["dtypes"] as [DType, DType, DType | null];
    const [x, weight, mean, rsigma] = ctx.savedTensors as [Tensor, Tensor, Tensor | null, Tensor];
    const dtypes = [xDtype, weightDtype, biasDtype] as const;
    return scope(() => [
      ...normGradients(gradient, { x, weight, mean, rsigma }, call, ctx.needsInputGrad, dtypes),
      null,
    ]);
  }
}

/** What the gradients of a norm are computed from. */
export interface SavedNorm {
  readonly x: Tensor;
  readonly weight: Tensor;
  /** `[..., 1]`; null for RMSNorm. */
  readonly mean: Tensor | null;
  /** `[..., 1]`. */
  readonly rsigma: Tensor;
}

/** Gradients of input, weight and bias, those that `needs` asks for, computed in float32 at least and rounded to `dtypes`. */
export function normGradients(
  gradient: Tensor,
  { x, weight, mean, rsigma }: SavedNorm,
  call: NormCall,
  needs: readonly (boolean | undefined)[],
  [xDtype, weightDtype, biasDtype]: readonly [DType, DType, DType | null],
): (Tensor | null)[] {
  const width = x.shape.at(-1) as number;
  const g = widened(gradient);
  const centred = mean === null ? widened(x) : widened(x).sub(mean);
  const normal = centred.mul(rsigma);
  const inner = g.mul(factorOf(weight, call));
  // The gradient without its parts along the normalised row and, with a mean, along the row of ones.
  let part = normal.mul(inner.mul(normal).mean([-1], true));
  if (mean !== null) part = part.add(inner.mean([-1], true));
  const flat = (t: Tensor): Tensor => t.reshape([-1, width]);
  return [
    needs[0] === true ? inner.sub(part).mul(rsigma).to(xDtype) : null,
    needs[1] === true ? sumRows(flat(g.mul(normal)), weightDtype) : null,
    biasDtype !== null && needs[2] === true ? sumRows(flat(g), biasDtype) : null,
  ];
}

const widened = (t: Tensor): Tensor => (t.dtype === "float64" ? t : t.float());

function factorOf(weight: Tensor, { zeroCenteredGamma }: NormCall): Tensor {
  const wide = widened(weight);
  return zeroCenteredGamma ? wide.add(1) : wide;
}

const layerNorm = (...args: unknown[]): [Tensor, Tensor, Tensor] =>
  (ops.aten["native_layer_norm"] as unknown as (...args: unknown[]) => [Tensor, Tensor, Tensor])(
    ...args,
  );
