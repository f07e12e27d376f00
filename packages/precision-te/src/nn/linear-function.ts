// The linear map in FP8 as a differentiable function.
import { autograd, type DType, scope, type Tensor } from "@fabric/torch";
import {
  backwardGemm,
  closeBackward,
  forwardGemm,
  type GemmCall,
  type PackedGemm,
  packSaved,
} from "./gemm.js";
import { refuseGraph } from "./refuse-graph.js";

/** Sum of rows in float32 at least. */
export function sumRows(gradient: Tensor, dtype: DType): Tensor {
  const wide = gradient.dtype === "float64" ? "float64" : "float32";
  return gradient.sum([0], { dtype: wide }).to(dtype);
}

/** `x W^T + b`, of `[..., in]`, `[out, in]` and `[out]` or null; results in the call's dtype. */
export class LinearFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | null,
    call: GemmCall,
  ): Tensor {
    const [needsInput, needsWeight] = ctx.needsInputGrad as [boolean, boolean];
    const lead = x.shape.slice(0, -1);
    const flat = x.reshape([-1, x.shape.at(-1) as number]);
    const needs = { input: needsInput, weight: needsWeight };
    const { y, saved } = forwardGemm(call, 0, flat, weight, bias, needs);
    ctx["call"] = call;
    ctx["dtypes"] = [x.dtype, weight.dtype, bias?.dtype ?? null];
    ctx["shape"] = x.shape;
    const packed = packSaved(saved);
    ctx["unpack"] = packed.unpack;
    if (call.needsGrad) ctx.saveForBackward(...packed.tensors);
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
      const needsBias = biasDtype !== null && ctx.needsInputGrad[2] === true;
      return [
        input === null ? null : input.to(xDtype).reshape(ctx["shape"] as number[]),
        weight,
        needsBias ? sumRows(flat, biasDtype) : null,
        null,
      ];
    });
    closeBackward(call);
    return grads;
  }
}
