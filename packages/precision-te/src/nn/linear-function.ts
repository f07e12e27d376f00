// The linear map in FP8 as a differentiable function.
import { autograd, type DType, scope, type Tensor } from "@fabric/torch";
import { fusedGradients, fuseNorm, type NormDTypes } from "./fused-norm.js";
import {
  backwardGemm,
  closeBackward,
  forwardGemm,
  type GemmCall,
  type PackedGemm,
  packSaved,
  SAVED,
} from "./gemm.js";
import type { NormCall } from "./norm-function.js";
import { refuseGraph } from "./refuse-graph.js";
import { sumRows } from "./sum-rows.js";

/**
 * `x W^T + b`, of `[..., in]`, `[out, in]` and `[out]` or null; results in the call's dtype. With `norm` it is `norm(x) W^T + b`, for calls that
 * `takesCaster` allows.
 */
export class LinearFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    call: GemmCall,
    norm: NormCall | null,
    normWeight: Tensor | null,
    normBias: Tensor | null,
  ): Tensor {
    const [needsX, needsWeight, , , , ...needsNorm] = ctx.needsInputGrad;
    const lead = x.shape.slice(0, -1);
    const fused = norm === null ? null : fuseNorm(x, normWeight as Tensor, normBias, norm);
    const source = fused?.cast ?? x.reshape([-1, x.shape.at(-1) as number]);
    const needs = {
      input: needsX === true || needsNorm.includes(true),
      weight: needsWeight === true,
    };
    const { y, saved } = forwardGemm(call, 0, source, weight, bias, needs);
    ctx["call"] = call;
    ctx["norm"] = norm;
    ctx["dtypes"] = [x.dtype, weight.dtype, bias?.dtype ?? null];
    ctx["normDtypes"] = [x.dtype, normWeight?.dtype ?? x.dtype, normBias?.dtype ?? null];
    ctx["shape"] = x.shape;
    const packed = packSaved(saved);
    ctx["unpack"] = packed.unpack;
    if (call.needsGrad) ctx.saveForBackward(...packed.tensors, ...(fused?.saved() ?? []));
    return y.reshape([...lead, y.shape[1] as number]);
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    refuseGraph("te.Linear");
    const call = ctx["call"] as GemmCall;
    const [xDtype, weightDtype, biasDtype] = ctx["dtypes"] as [DType, DType, DType | null];
    const grads = scope(() => {
      const flat = gradient.reshape([-1, gradient.shape.at(-1) as number]);
      const saved = (ctx["unpack"] as PackedGemm["unpack"])(ctx.savedTensors);
      const { input, weight } = backwardGemm(call, 0, flat, saved, weightDtype);
      const [needsX, , needsBias, , , ...needsNorm] = ctx.needsInputGrad;
      const norm = ctx["norm"] as NormCall | null;
      const [x = null, normWeight = null, normBias = null] =
        norm === null
          ? [input?.to(xDtype).reshape(ctx["shape"] as number[])]
          : fusedGradients(
              input,
              ctx.savedTensors.slice(SAVED),
              norm,
              [needsX, ...needsNorm],
              ctx["normDtypes"] as NormDTypes,
            );
      const b = biasDtype !== null && needsBias === true ? sumRows(flat, biasDtype) : null;
      return [x, weight, b, null, null, normWeight, normBias];
    });
    closeBackward(call);
    return grads;
  }
}
