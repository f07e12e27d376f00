// One forward pass with the precision plugin around it; hooks left at their defaults cost nothing.

import { collectCreated, forEachTensor } from "../collections.js";
import { refusePromise } from "../context.js";
import { overridesHook, type Precision } from "../precision.js";
import type { Strategy } from "../strategy/strategy.js";
import { isTensor, type nn, type Tensor, torch } from "../torch.js";

/** Marks the Fabric object, which a module may hold and which is not searched. @internal */
export const FABRIC: unique symbol = Symbol.for("@fabric/fabric");

const GUARD_MESSAGE =
  "backward reached the output of a model that was set up with Fabric, outside fabric.backward. Call fabric.backward(loss) instead of loss.backward(): this precision scales the loss there.";

/** Runs a computation of the module inside the plugin's hooks. @internal */
export type ForwardRunner = (call: (...args: unknown[]) => unknown, args: unknown[]) => unknown;

/** Makes the runner for one module; what the plugin overrides is looked at once, here. @internal */
export function makeRunner(strategy: Strategy, original: nn.Module): ForwardRunner {
  const { precision } = strategy;
  const hasInput = overridesHook(precision, "convertInput");
  const hasOutput = overridesHook(precision, "convertOutput");
  const hasContext = overridesHook(precision, "forwardContext");
  const guards = strategy.guardsBackward;
  if (!hasInput && !hasOutput && !hasContext && !guards) return runPlain;
  const inContext = hasContext ? enterAndCall(precision) : callPlainly;
  return (call, args) => {
    let made: Tensor[] | null = null;
    let converted = args;
    if (hasInput) [converted, made] = collectCreated(() => precision.convertInput(args));
    let output = inContext(call, converted);
    refusePromise("forward", output);
    if (hasOutput) output = precision.convertOutput(output);
    if (guards) guardOutputs(output);
    if (made !== null) freeTemporaries(made, output, original);
    return output;
  };
}

function runPlain(call: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  const output = call(...args);
  refusePromise("forward", output);
  return output;
}

function callPlainly(call: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  return call(...args);
}

function enterAndCall(precision: Precision): ForwardRunner {
  return (call, args) => {
    const context = precision.forwardContext();
    try {
      return call(...args);
    } finally {
      context[Symbol.dispose]();
    }
  };
}

function guardOutputs(output: unknown): void {
  if (isTensor(output)) guardOne(output);
  else forEachTensor(output, guardOne);
}

function guardOne(tensor: Tensor): void {
  if (tensor.requiresGrad && !tensor.isLeaf) torch.autograd.guardBackward(tensor, GUARD_MESSAGE);
}

/**
 * Frees the tensors that input conversion made, except those that the output or a field of the module still reaches.
 * Autograd and views keep the storage by references of their own.
 */
function freeTemporaries(made: readonly Tensor[], output: unknown, module: nn.Module): void {
  const candidates = new Set(made);
  forEachTensor(output, (tensor) => candidates.delete(tensor));
  if (candidates.size > 0) keepReachable(module, candidates, new Set());
  for (const tensor of candidates) tensor.dispose();
}

/** Takes what `value` reaches out of the candidates. Lists that begin with a number or a string hold no tensors. */
function keepReachable(value: unknown, candidates: Set<Tensor>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || candidates.size === 0) return;
  if (isTensor(value)) {
    candidates.delete(value);
    return;
  }
  if (seen.has(value) || ArrayBuffer.isView(value) || FABRIC in value) return;
  seen.add(value);
  if (Array.isArray(value) || value instanceof Set || value instanceof Map) {
    let first = true;
    for (const item of value.values()) {
      if (first && (typeof item !== "object" || item === null)) return;
      first = false;
      keepReachable(item, candidates, seen);
    }
    return;
  }
  for (const key of Object.keys(value))
    keepReachable((value as Record<string, unknown>)[key], candidates, seen);
}
