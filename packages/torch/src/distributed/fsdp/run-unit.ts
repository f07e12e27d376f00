// One forward of a sharded module: gather, run, watch what backward will need, give back.

import { Function as AutogradFunction, type FunctionContext } from "../../autograd/function.js";
import { isGradEnabled } from "../../contexts.js";
import type { DType } from "../../dtype.js";
import {
  differentiableTensors,
  replaceTensors,
  tensorsInInstances,
} from "../../nn/parallel/outputs.js";
import type { Tensor } from "../../tensor.js";
import type { Schedule, UnitCall } from "./schedule.js";
import type { Unit } from "./unit.js";

/** Runs `forward` of a unit's module with its parameters gathered. @internal */
export function runUnit(
  unit: Unit,
  schedule: Schedule,
  forward: (args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  schedule.beforeForward(unit);
  unit.install();
  unit.active = true;
  let output: unknown;
  let call: UnitCall | null = null;
  try {
    const { paramDtype, castForwardInputs = true, outputDtype } = unit.policy;
    let given: readonly unknown[] = args;
    if (paramDtype !== undefined && castForwardInputs) given = castAll(given, paramDtype);
    if (isGradEnabled()) {
      const tapped = tapInputs(unit, schedule, given);
      given = tapped.args;
      call = tapped.call;
    }
    output = forward(given);
    if (outputDtype !== undefined) output = castAll(output, outputDtype);
  } finally {
    unit.active = false;
    unit.uninstall();
    schedule.afterForward(unit);
  }
  if (call !== null) watchOutputs(output, call, schedule);
  return output;
}

/** Puts an identity between the arguments and the module whose backward tells that their gradients are known. */
function tapInputs(
  unit: Unit,
  schedule: Schedule,
  args: readonly unknown[],
): { args: readonly unknown[]; call: UnitCall } {
  const inputs = [...new Set(differentiableTensors(args))];
  const fixed = tensorsInInstances(args);
  const call: UnitCall = { unit, awaitsInputs: inputs.length + fixed.length > 0 };
  const done = doneOf(call, schedule, fixed.length + (inputs.length > 0 ? 1 : 0));
  // Hooks on a leaf would stay; without, the unit is kept to the end of backward.
  for (const tensor of fixed) if (!tensor.isLeaf) tensor.registerHook(done);
  if (inputs.length === 0) return { args, call };
  const tapped = InputTap.apply(done, ...inputs);
  const replaced = replaceTensors(args, (tensor) => tapped[inputs.indexOf(tensor)] ?? tensor);
  return { args: replaced as unknown[], call };
}

/** Made apart, so that it does not hold the arguments. Does its work when it was called `times` times. */
function doneOf(call: UnitCall, schedule: Schedule, times: number): () => void {
  let awaited = times;
  return () => {
    awaited--;
    if (awaited <= 0) schedule.inputsDone(call);
  };
}

class InputTap extends AutogradFunction {
  static override forward(ctx: FunctionContext, done: () => void, ...inputs: Tensor[]): Tensor[] {
    ctx.done = done;
    ctx.setMaterializeGrads(false);
    return inputs.map((input) => input.detach());
  }

  static override backward(ctx: FunctionContext, ...grads: (Tensor | null)[]): (Tensor | null)[] {
    (ctx.done as () => void)();
    return [null, ...grads];
  }
}

function watchOutputs(output: unknown, call: UnitCall, schedule: Schedule): void {
  for (const tensor of [...differentiableTensors(output), ...tensorsInInstances(output)])
    if (!tensor.isLeaf) tensor.registerHook(beginOf(call, schedule));
}

/** Made apart, so that the callback, which the graph holds, does not hold the output. */
function beginOf(call: UnitCall, schedule: Schedule): () => void {
  return () => schedule.beginBackward(call);
}

function castAll(value: unknown, dtype: DType): readonly unknown[] {
  return replaceTensors(value, (tensor) =>
    tensor.isFloatingPoint() && tensor.dtype !== dtype ? tensor.to(dtype) : tensor,
  ) as readonly unknown[];
}
