// All-gather that gradients flow back through.

import { autograd, distributed, type Tensor, torch } from "../torch.js";

/** The tensors of all processes along a new first dimension; the gradient is the sum of what all processes made of this one's tensor. @internal */
export function gatherWithGradient(tensor: Tensor, group: distributed.ProcessGroup): Tensor {
  return Gather.apply(tensor, group);
}

class Gather extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    tensor: Tensor,
    group: distributed.ProcessGroup,
  ): Tensor {
    ctx["group"] = group;
    const { dtype, device, shape } = tensor;
    const all = torch.empty([group.size, ...shape], { dtype, device });
    distributed.allGatherIntoTensor(all, tensor.detach(), { group }).wait();
    return all;
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    const group = ctx["group"] as distributed.ProcessGroup;
    const sum = gradient.contiguous().clone();
    distributed.allReduce(sum, { op: "sum", group }).wait();
    return [sum.select(0, group.rank), null];
  }
}
