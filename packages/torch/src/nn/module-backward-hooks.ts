// Hooks on the gradients that pass through a module: identities around its forward watch them go by.

import { Function as AutogradFunction, type FunctionContext } from "../autograd/function.js";
import { isGradEnabled } from "../contexts.js";
import { isTensor, type Tensor } from "../tensor.js";
import type { Module } from "./module.js";
import type { FullBackwardHook } from "./module-state.js";

/** One forward of a hooked module, as its two identities share it. */
interface HookedCall {
  readonly module: Module;
  readonly hooks: readonly FullBackwardHook[];
  /** Positions of the arguments that collect gradients, and how many arguments there are. */
  readonly positions: readonly number[];
  readonly argumentCount: number;
  gradOutput: readonly (Tensor | null)[];
}

/** Runs `forward` between identities whose backward calls the hooks. @internal */
export function callWithBackwardHooks(
  module: Module,
  hooks: readonly FullBackwardHook[],
  args: readonly unknown[],
  forward: (args: readonly unknown[]) => unknown,
): unknown {
  if (!isGradEnabled()) return forward(args);
  const positions = args.flatMap((arg, i) => (isTensor(arg) && arg.requiresGrad ? [i] : []));
  const call: HookedCall = { module, hooks, positions, argumentCount: args.length, gradOutput: [] };
  const current = [...args];
  if (positions.length > 0) {
    const inputs = positions.map((i) => args[i] as Tensor);
    InputTap.apply(call, ...inputs).forEach((input, i) => {
      current[positions[i] as number] = input;
    });
  }
  return tapOutputs(call, forward(current));
}

function tapOutputs(call: HookedCall, output: unknown): unknown {
  if (isTensor(output)) return output.requiresGrad ? OutputTap.apply(call, output)[0] : output;
  if (!Array.isArray(output)) return output;
  const indices = output.flatMap((item, i) => (isTensor(item) && item.requiresGrad ? [i] : []));
  if (indices.length === 0) return output;
  const result = [...output];
  OutputTap.apply(call, ...indices.map((i) => output[i] as Tensor)).forEach((item, i) => {
    result[indices[i] as number] = item;
  });
  return result;
}

class OutputTap extends AutogradFunction {
  static override forward(ctx: FunctionContext, call: HookedCall, ...outputs: Tensor[]): Tensor[] {
    ctx.call = call;
    return outputs.map((output) => output.detach());
  }

  static override backward(ctx: FunctionContext, ...grads: (Tensor | null)[]): (Tensor | null)[] {
    const call = ctx.call as HookedCall;
    call.gradOutput = grads;
    // Nothing will arrive at the inputs, so that the hooks run now.
    if (call.positions.length === 0) runHooks(call, new Array<null>(call.argumentCount).fill(null));
    return [null, ...grads];
  }
}

class InputTap extends AutogradFunction {
  static override forward(ctx: FunctionContext, call: HookedCall, ...inputs: Tensor[]): Tensor[] {
    ctx.call = call;
    return inputs.map((input) => input.detach());
  }

  static override backward(ctx: FunctionContext, ...grads: (Tensor | null)[]): (Tensor | null)[] {
    const call = ctx.call as HookedCall;
    const gradInput = new Array<Tensor | null>(call.argumentCount).fill(null);
    grads.forEach((grad, i) => {
      gradInput[call.positions[i] as number] = grad;
    });
    const replaced = runHooks(call, gradInput);
    return [null, ...call.positions.map((position) => replaced[position] ?? null)];
  }
}

function runHooks(call: HookedCall, gradInput: (Tensor | null)[]): readonly (Tensor | null)[] {
  let current: readonly (Tensor | null)[] = gradInput;
  for (const hook of call.hooks) {
    current = hook(call.module, current, call.gradOutput) ?? current;
  }
  return current;
}
