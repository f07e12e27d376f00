// Two linear maps with an activation between them, in FP8, as a differentiable function.
import { autograd, type DType, scope, type Tensor } from "@fabric/torch";
import {
  backwardGemm,
  closeBackward,
  forwardGemm,
  type GemmCall,
  type PackedGemm,
  packSaved,
} from "./gemm.js";
import { sumRows } from "./linear-function.js";
import { type Activation, activate, activateBackward } from "./mlp-activation.js";
import { refuseGraph } from "./refuse-graph.js";

/** What the two maps save; the result of the first comes last. */
const SAVED = 5;

interface Kept {
  call: GemmCall;
  activation: Activation;
  first: PackedGemm["unpack"];
  second: PackedGemm["unpack"];
  dtypes: [x: DType, w1: DType, b1: DType | null, w2: DType, b2: DType | null];
  shape: readonly number[];
}

/** `f(x W1^T + b1) W2^T + b2`; the activation is computed in float32 and cast to FP8 without another rounding, forward and backward. */
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
  ): Tensor {
    const flat = x.reshape([-1, x.shape.at(-1) as number]);
    const [needsX, needsW1, needsB1, needsW2] = ctx.needsInputGrad as boolean[];
    const first = forwardGemm(call, 0, flat, w1, b1, {
      input: needsX === true,
      weight: needsW1 === true,
    });
    const hidden = first.y;
    const second = forwardGemm(call, 1, activate(activation, hidden.float()), w2, b2, {
      input: needsX === true || needsW1 === true || needsB1 === true,
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
    };
    ctx["kept"] = kept;
    if (call.needsGrad) ctx.saveForBackward(...packed[0].tensors, ...packed[1].tensors, hidden);
    return second.y.reshape([...x.shape.slice(0, -1), second.y.shape[1] as number]);
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    refuseGraph("te.LayerNormMLP");
    const { call, activation, first, second, dtypes, shape } = ctx["kept"] as Kept;
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
      return [
        inner.input === null ? null : inner.input.to(xDtype).reshape([...shape]),
        inner.weight,
        biases[0] ?? null,
        outer.weight,
        biases[1] ?? null,
        null,
        null,
      ];
    });
    closeBackward(call);
    return grads;
  }
}
