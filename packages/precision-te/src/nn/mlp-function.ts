// Two linear maps with an activation between them, in FP8, as a differentiable function.
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
import { type Activation, activate, activateBackward } from "./mlp-activation.js";
import type { NormCall } from "./norm-function.js";
import { refuseGraph } from "./refuse-graph.js";
import { sumRows } from "./sum-rows.js";

interface Kept {
  call: GemmCall;
  activation: Activation;
  first: PackedGemm["unpack"];
  second: PackedGemm["unpack"];
  dtypes: [x: DType, w1: DType, b1: DType | null, w2: DType, b2: DType | null];
  shape: readonly number[];
  norm: NormCall | null;
  normDtypes: NormDTypes;
}

/**
 * `f(x W1^T + b1) W2^T + b2`; the activation is computed in float32 and cast to FP8 without another rounding, forward and backward. With `norm` the
 * first map is of `norm(x)`, for calls that `takesCaster` allows.
 */
export class MlpFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    x: Tensor,
    w1: Tensor,
    b1: Tensor | null,
    w2: Tensor,
    b2: Tensor | null,
    call: GemmCall,
    activation: Activation,
    norm: NormCall | null,
    normWeight: Tensor | null,
    normBias: Tensor | null,
  ): Tensor {
    const fused = norm === null ? null : fuseNorm(x, normWeight as Tensor, normBias, norm);
    const source = fused?.cast ?? x.reshape([-1, x.shape.at(-1) as number]);
    const [needsX, needsW1, needsB1, needsW2, , , , , ...needsNorm] = ctx.needsInputGrad;
    const needsInput = needsX === true || needsNorm.includes(true);
    const first = forwardGemm(call, 0, source, w1, b1, {
      input: needsInput,
      weight: needsW1 === true,
    });
    const hidden = first.y;
    const second = forwardGemm(call, 1, activate(activation, hidden.float()), w2, b2, {
      input: needsInput || needsW1 === true || needsB1 === true,
      weight: needsW2 === true,
    });
    const packed = [packSaved(first.saved), packSaved(second.saved)] as const;
    const kept: Kept = {
      call,
      activation,
      first: packed[0].unpack,
      second: packed[1].unpack,
      dtypes: [x.dtype, w1.dtype, b1?.dtype ?? null, w2.dtype, b2?.dtype ?? null],
      shape: x.shape,
      norm,
      normDtypes: [x.dtype, normWeight?.dtype ?? x.dtype, normBias?.dtype ?? null],
    };
    ctx["kept"] = kept;
    if (call.needsGrad)
      ctx.saveForBackward(
        ...packed[0].tensors,
        ...packed[1].tensors,
        hidden,
        ...(fused?.saved() ?? []),
      );
    return second.y.reshape([...x.shape.slice(0, -1), second.y.shape[1] as number]);
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    refuseGraph("te.LayerNormMLP");
    const { call, activation, first, second, dtypes, shape, norm, normDtypes } = ctx[
      "kept"
    ] as Kept;
    const [xDtype, w1Dtype, b1Dtype, w2Dtype, b2Dtype] = dtypes;
    const tensors = ctx.savedTensors;
    const grads = scope(() => {
      const flat = gradient.reshape([-1, gradient.shape.at(-1) as number]);
      const outer = backwardGemm(call, 1, flat, second(tensors.slice(SAVED)), w2Dtype);
      const biases = [
        null as Tensor | null,
        b2Dtype !== null && ctx.needsInputGrad[4] === true ? sumRows(flat, b2Dtype) : null,
      ];
      let inner: { input: Tensor | null; weight: Tensor | null } = { input: null, weight: null };
      if (outer.input !== null) {
        const hidden = (tensors[2 * SAVED] as Tensor).float();
        const g = activateBackward(activation, outer.input.float(), hidden);
        inner = backwardGemm(call, 0, g, first(tensors.slice(0, SAVED)), w1Dtype);
        if (b1Dtype !== null && ctx.needsInputGrad[2] === true) biases[0] = sumRows(g, b1Dtype);
      }
      const [needsX, , , , , , , , ...needsNorm] = ctx.needsInputGrad;
      const [x = null, normWeight = null, normBias = null] =
        norm === null
          ? [inner.input?.to(xDtype).reshape([...shape])]
          : fusedGradients(
              inner.input,
              tensors.slice(2 * SAVED + 1),
              norm,
              [needsX, ...needsNorm],
              normDtypes,
            );
      const [b1 = null, b2 = null] = biases;
      return [x, inner.weight, b1, outer.weight, b2, null, null, null, normWeight, normBias];
    });
    closeBackward(call);
    return grads;
  }
}
