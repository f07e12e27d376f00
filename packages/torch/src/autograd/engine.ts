// Gradients on request, and the guard that makes a plain backward fail where a strategy must see it.
import { FabricError } from "../errors.js";
import { runtime } from "../runtime.js";
import { makeTensor, Tensor } from "../tensor.js";
import { translate } from "../translate.js";
import { runBackward } from "./after-backward.js";

/** Options of {@link grad}. */
export interface GradOptions {
  /** Gradients of the outputs; ones for scalars by default. */
  gradOutputs?: Tensor | readonly (Tensor | null)[] | undefined;
  /** Keep the graph. Default: the value of `createGraph`. */
  retainGraph?: boolean | undefined;
  /** Make the result differentiable. Default false. */
  createGraph?: boolean | undefined;
  /** Give null for an input that the outputs do not depend on, instead of throwing. Default false. */
  allowUnused?: boolean | undefined;
}

function list(t: Tensor | readonly Tensor[]): readonly Tensor[] {
  return Array.isArray(t) ? (t as readonly Tensor[]) : [t as Tensor];
}

function optional(t: Tensor | readonly (Tensor | null)[] | undefined): readonly (Tensor | null)[] {
  if (t === undefined) return [];
  return Array.isArray(t) ? (t as readonly (Tensor | null)[]) : [t as Tensor];
}

/**
 * Gradients of `outputs` with respect to `inputs`, without touching `.grad`.
 * @returns one tensor an input; null only with `allowUnused`.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions & { allowUnused: true },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions,
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const createGraph = options.createGraph ?? false;
  const given = optional(options.gradOutputs);
  try {
    const handles = runBackward(() =>
      runtime().grad(
        list(outputs).map((t) => Tensor.handleOf(t)),
        list(inputs).map((t) => Tensor.handleOf(t)),
        given.map((t) => (t === null ? null : Tensor.handleOf(t))),
        options.retainGraph ?? createGraph,
        createGraph,
        options.allowUnused ?? false,
      ),
    );
    return handles.map((h) => (h === null ? null : makeTensor(h)));
  } catch (error) {
    throw translate(error, "autograd.grad", [...list(outputs)]);
  }
}

/** Options of {@link backward}. */
export interface EngineBackwardOptions {
  gradTensors?: readonly (Tensor | null)[] | undefined;
  retainGraph?: boolean | undefined;
  createGraph?: boolean | undefined;
  inputs?: readonly Tensor[] | undefined;
}

/** Accumulates the gradients of several tensors at once into the leaves. */
export function backward(
  tensors: Tensor | readonly Tensor[],
  options: EngineBackwardOptions = {},
): void {
  const createGraph = options.createGraph ?? false;
  try {
    runBackward(() =>
      runtime().backward(
        list(tensors).map((t) => Tensor.handleOf(t)),
        (options.gradTensors ?? []).map((t) => (t === null ? null : Tensor.handleOf(t))),
        options.retainGraph ?? createGraph,
        createGraph,
        (options.inputs ?? []).map((t) => Tensor.handleOf(t)),
      ),
    );
  } catch (error) {
    throw translate(error, "autograd.backward", [...list(tensors)]);
  }
}

/** Makes a backward that reaches `t` outside {@link allowGuarded} throw `FABRIC_USAGE_BACKWARD` with `message`. Native: costs nothing in JS. */
export function guardBackward(t: Tensor, message: string): void {
  try {
    runtime().guard(Tensor.handleOf(t), message);
  } catch (error) {
    throw translate(error, "guardBackward", [t]);
  }
}

/** Runs `fn`; backward inside may reach guarded tensors. */
export function allowGuarded<T>(fn: () => T): T {
  if (typeof fn !== "function")
    throw new FabricError("FABRIC_TENSOR_ARGUMENT", "allowGuarded: expected a function.");
  const binding = runtime();
  binding.guardOpen();
  try {
    return fn();
  } finally {
    binding.guardClose();
  }
}
