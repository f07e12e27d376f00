// Autograd functions written in TypeScript.
import type { Binding, Handle } from "../binding.js";
import { noGrad } from "../contexts.js";
import type { Device } from "../device.js";
import type { DType } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { zeros } from "../generated/functions.js";
import { runtime } from "../runtime.js";
import { isTensor, makeTensor, Tensor } from "../tensor.js";
import { translate } from "../translate.js";

interface OutputLike {
  shape: readonly number[];
  dtype: DType;
  device: Device;
}

/** Passed to `forward` and `backward`; plain values may be kept on it as properties, tensors only through {@link saveForBackward}. */
export class FunctionContext {
  /** Whether each argument of `forward` needs a gradient. */
  needsInputGrad: boolean[] = [];
  [key: string]: unknown;

  /** @internal */
  readonly saved: (Tensor | null)[] = [];
  /** @internal */
  readonly dirty: Set<Tensor> = new Set();
  /** @internal */
  readonly nonDifferentiable: Set<Tensor> = new Set();
  /** @internal */
  materializeGrads = true;
  /** @internal */
  unpacked: (Tensor | null)[] = [];

  /** Keeps tensors (inputs or outputs) for backward; later changes in place are detected. */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    for (const t of tensors)
      if (t !== null && !isTensor(t))
        throw new FabricError(
          "FABRIC_TENSOR_ARGUMENT",
          `saveForBackward: expected Tensors or null but received ${show(t)}.`,
        );
    this.saved.length = 0;
    this.saved.push(...tensors);
  }
  /** What {@link saveForBackward} kept; in `backward` only. */
  get savedTensors(): readonly (Tensor | null)[] {
    return this.unpacked;
  }
  /** Says that `forward` changed these inputs in place and returns them. */
  markDirty(...tensors: Tensor[]): void {
    for (const t of tensors) this.dirty.add(t);
  }
  /** Says that these outputs have no gradient. */
  markNonDifferentiable(...tensors: Tensor[]): void {
    for (const t of tensors) this.nonDifferentiable.add(t);
  }
  /** Whether `backward` gets zeros instead of null for outputs without a gradient. Default true. */
  setMaterializeGrads(value: boolean): void {
    this.materializeGrads = value;
  }
}

/** What `forward` may return. */
export type FunctionResult = Tensor | readonly (Tensor | null)[];

interface FunctionClass {
  readonly name: string;
  forward(ctx: FunctionContext, ...args: never[]): FunctionResult;
  backward(
    ctx: FunctionContext,
    ...grads: never[]
  ): Tensor | null | undefined | readonly (Tensor | null | undefined)[];
}

type ForwardArgs<C extends FunctionClass> = C["forward"] extends (
  ctx: never,
  ...args: infer A
) => unknown
  ? A
  : never;

/**
 * Base of a differentiable function with its own backward:
 *
 * ```ts
 * class Square extends torch.autograd.Function {
 *   static forward(ctx: FunctionContext, x: Tensor) { ctx.saveForBackward(x); return x.mul(x); }
 *   static backward(ctx: FunctionContext, g: Tensor) { const [x] = ctx.savedTensors; return g.mul(x!).mul(2); }
 * }
 * const y = Square.apply(x);
 * ```
 *
 * `backward` returns one gradient for each argument of `forward`, null for those that are not tensors. Backward of such a graph runs on the
 * calling thread.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's form, subclassed by users
export abstract class Function {
  /** Computes the outputs; runs without recording. */
  static forward(_ctx: FunctionContext, ..._args: never[]): FunctionResult {
    throw new FabricError(
      "FABRIC_USAGE_AUTOGRAD_FUNCTION",
      "an autograd.Function needs `static forward(ctx, ...args)`.",
    );
  }
  /** Computes the gradients of the arguments from those of the outputs. */
  static backward(
    _ctx: FunctionContext,
    ..._grads: never[]
  ): Tensor | null | undefined | readonly (Tensor | null | undefined)[] {
    throw new FabricError(
      "FABRIC_USAGE_AUTOGRAD_FUNCTION",
      "this autograd.Function has no `static backward(ctx, ...grads)`.",
    );
  }

  /** Runs `forward` and records the function in the graph. @returns what `forward` returns. */
  static apply<C extends FunctionClass>(
    this: C,
    ...args: ForwardArgs<C>
  ): ReturnType<C["forward"]> {
    // biome-ignore lint/complexity/noThisInStatic: `this` is the user's subclass
    return applyFunction(this, args as readonly unknown[]) as ReturnType<C["forward"]>;
  }
}

function applyFunction(cls: FunctionClass, args: readonly unknown[]): FunctionResult {
  const ctx = new FunctionContext();
  ctx.needsInputGrad = args.map((arg) => isTensor(arg) && arg.requiresGrad);
  const result = noGrad(() => cls.forward(ctx, ...(args as never[])));
  const isList = Array.isArray(result);
  const outputs = (isList ? result : [result]) as readonly (Tensor | null)[];
  outputs.forEach((out) => {
    if (out !== null && !isTensor(out))
      throw new FabricError(
        "FABRIC_USAGE_AUTOGRAD_FUNCTION",
        `${cls.name}.forward returned ${show(out)}; expected a Tensor or an array of tensors.`,
      );
  });
  const like: (OutputLike | null)[] = outputs.map((t) =>
    t === null ? null : { shape: t.shape, dtype: t.dtype, device: t.device },
  );
  const inputs = args.filter(isTensor);
  const handles = (list: readonly (Tensor | null)[]): (Handle | null)[] =>
    list.map((t) => (t === null ? null : Tensor.handleOf(t)));
  const flags = outputs.map((t) =>
    t === null ? 0 : (ctx.nonDifferentiable.has(t) ? 1 : 0) | (ctx.dirty.has(t) ? 2 : 0),
  );
  const saved = handles(ctx.saved);
  ctx.saved.length = 0;
  let made: (Handle | null)[];
  try {
    made = runtime().makeFunction(
      cls.name,
      backwardOf(cls, ctx, like, args.map(isTensor)),
      inputs.map((t) => Tensor.handleOf(t)),
      handles(outputs),
      saved,
      flags,
    );
  } catch (error) {
    throw translate(error, cls.name, args);
  }
  const wrapped = made.map((h, i) => {
    const original = outputs[i] as Tensor | null;
    // An input changed in place stays the same object.
    if (original !== null && ctx.dirty.has(original)) return original;
    return h === null ? null : makeTensor(h);
  });
  ctx.dirty.clear();
  ctx.nonDifferentiable.clear();
  return isList ? wrapped : (wrapped[0] as Tensor);
}

/** The callback that the graph holds. Made apart: a closure keeps all that its function holds, and outputs kept by their own graph would never go. */
function backwardOf(
  cls: FunctionClass,
  ctx: FunctionContext,
  like: readonly (OutputLike | null)[],
  argumentIsTensor: readonly boolean[],
): Parameters<Binding["makeFunction"]>[1] {
  return (grads, unpacked) => runBackward(cls, ctx, like, argumentIsTensor, grads, unpacked);
}

/** Called by libtorch's engine. */
function runBackward(
  cls: FunctionClass,
  ctx: FunctionContext,
  like: readonly (OutputLike | null)[],
  argumentIsTensor: readonly boolean[],
  grads: readonly (Handle | null)[],
  unpacked: readonly (Handle | null)[],
): (Handle | null)[] {
  ctx.unpacked = unpacked.map((h) => (h === null ? null : makeTensor(h)));
  // All handles first: an operator may start a new batch, and these belong to the present one.
  const known = grads.map((h) => (h === null ? null : makeTensor(h)));
  const given = known.map((g, i) => {
    const shape = like[i];
    return g !== null || shape == null || !ctx.materializeGrads
      ? g
      : zeros(shape.shape, { dtype: shape.dtype, device: shape.device });
  });
  try {
    const result = cls.backward(ctx, ...(given as never[]));
    const list = Array.isArray(result)
      ? (result as readonly (Tensor | null | undefined)[])
      : [result as Tensor | null | undefined];
    if (list.length !== argumentIsTensor.length) {
      throw new FabricError(
        "FABRIC_USAGE_AUTOGRAD_FUNCTION",
        `${cls.name}.backward returned ${list.length} gradient(s), but forward took ${argumentIsTensor.length} argument(s); return null for those without a gradient.`,
      );
    }
    const out: (Handle | null)[] = [];
    argumentIsTensor.forEach((isInput, i) => {
      const g = list[i];
      if (g != null && !isTensor(g))
        throw new FabricError(
          "FABRIC_USAGE_AUTOGRAD_FUNCTION",
          `${cls.name}.backward returned ${show(g)} for argument ${i}; expected a Tensor or null.`,
        );
      if (isInput) out.push(g == null ? null : Tensor.handleOf(g));
      else if (g != null)
        throw new FabricError(
          "FABRIC_USAGE_AUTOGRAD_FUNCTION",
          `${cls.name}.backward returned a gradient for argument ${i}, which is not a tensor; return null there.`,
        );
    });
    return out;
  } finally {
    ctx.unpacked = [];
  }
}
