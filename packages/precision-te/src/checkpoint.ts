// Activation checkpointing: a piece of a model is run again in backward instead of keeping what it computed.
import {
  autocast,
  autocastState,
  autograd,
  type Device,
  type DType,
  defaultDtype,
  describeValue,
  enableGrad,
  FabricError,
  getDefaultDtype,
  getRngState,
  isGradEnabled,
  isTensor,
  keep,
  scope,
  setRngState,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { currentRecompute, type Recompute, withRecompute } from "./context/recompute.js";
import { openRegions, type Region, withRegions } from "./context/region.js";
import { refuseGraph } from "./nn/refuse-graph.js";

/**
 * Runs `fn` and keeps only its arguments; backward runs it again. FP8 layers inside are cast with the scales of the first run and collect nothing
 * in the second one; random numbers of the CPU's generator, autocast, the default dtype and the FP8 regions are those of the first run. Regions may
 * also be entered inside `fn`: leaving them in the first run finds the scales anew. Gradients are off in all of that run, so that a `noGrad` of your own
 * around such a region changes nothing there; put it around `checkpoint` where scales are to stay as they are.
 *
 * @param fn - takes the arguments and returns a tensor or an array of tensors; parameters that it reads get their gradients. Other tensors that need
 * a gradient must be arguments themselves, not parts of one.
 * @returns what `fn` returns.
 * @throws FabricError `FABRIC_USAGE_CHECKPOINT` if `fn` is no function, or returns something else.
 *
 * @example
 * ```ts
 * const h = checkpoint((x) => block.forward(x), input);
 * ```
 */
export function checkpoint<A extends readonly unknown[], R extends Tensor | readonly Tensor[]>(
  fn: (...args: A) => R,
  ...args: A
): R {
  if (typeof fn !== "function") throw usageError(`a function that runs the piece`, fn);
  if (!isGradEnabled() || currentRecompute() !== null) return checkResult(fn(...args));
  const tensors = args.filter(isTensor);
  const device = tensors[0]?.device ?? "cpu";
  // A tensor that needs a gradient, so that the piece is in the graph also where only its parameters do.
  const anchor = zeros([], { dtype: "float32", device }).requiresGrad_();
  const again: Again = {
    run: (inputs) => checkResult(fn(...(refill(args, inputs) as unknown as A))),
    recompute: {
      phase: "first",
      replays: [],
      next: 0,
      isReached: tensors.some((t) => t.requiresGrad),
      owesUpdate: false,
    },
    regions: openRegions(),
    device,
    rng: keep(getRngState()),
    dtype: getDefaultDtype(),
    autocast: device.startsWith("meta") ? null : autocastState(device),
  };
  return CheckpointFunction.apply(anchor, again, ...tensors) as R;
}

type Result = Tensor | readonly Tensor[];

/** What the second run needs. */
interface Again {
  run(tensors: readonly Tensor[]): Result;
  readonly recompute: Recompute;
  readonly regions: readonly Region[];
  readonly device: Device;
  readonly rng: Tensor;
  readonly dtype: DType;
  readonly autocast: ReturnType<typeof autocastState> | null;
}

class CheckpointFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    _anchor: Tensor,
    again: Again,
    ...tensors: Tensor[]
  ): Result {
    ctx["again"] = again;
    ctx.saveForBackward(...tensors);
    ctx.setMaterializeGrads(false);
    const result = withRecompute(again.recompute, () => again.run(tensors));
    ctx.markNonDifferentiable(...listOf(result).filter((t) => !t.isFloatingPoint()));
    return result;
  }

  static override backward(
    ctx: autograd.FunctionContext,
    ...gradients: (Tensor | null)[]
  ): (Tensor | null)[] {
    refuseGraph("checkpoint");
    const again = ctx["again"] as Again;
    again.recompute.phase = "again";
    again.recompute.next = 0;
    again.recompute.owesUpdate = false;
    return scope(() => {
      const leaves = ctx.savedTensors.map((t, i) => {
        const leaf = (t as Tensor).detach();
        return ctx.needsInputGrad[i + 2] === true ? leaf.requiresGrad_() : leaf;
      });
      const results = listOf(
        inPlace(again, () =>
          enableGrad(() => withRecompute(again.recompute, () => again.run(leaves))),
        ),
      );
      const reached = results.flatMap((y, i) => {
        const gradient = gradients[i] ?? null;
        return y.requiresGrad && gradient !== null ? [{ y, gradient }] : [];
      });
      if (reached.length > 0)
        autograd.backward(
          reached.map(({ y }) => y),
          { gradTensors: reached.map(({ gradient }) => gradient) },
        );
      return [null, null, ...leaves.map((leaf) => leaf.grad)];
    });
  }
}

/** Runs `fn` where the first run stood: in its regions, with its autocast, default dtype and random numbers. */
function inPlace<T>({ regions, rng, dtype, device, autocast: cast }: Again, fn: () => T): T {
  const outer = getRngState();
  setRngState(rng);
  const inDtype = (): T => defaultDtype(dtype, fn);
  try {
    return withRegions(regions, () => {
      if (cast === null) return inDtype();
      const { enabled, dtype: low, cache } = cast;
      return autocast({ device, enabled, cache, ...(enabled && { dtype: low }) }, inDtype);
    });
  } finally {
    setRngState(outer);
  }
}

function refill(args: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  return args.map((arg) => (isTensor(arg) ? tensors[next++] : arg));
}

function listOf(result: Result): readonly Tensor[] {
  return isTensor(result) ? [result] : result;
}

/** Anything else would lose its gradients without a word. */
function checkResult<R>(result: R): R {
  if (isTensor(result) || (Array.isArray(result) && result.every(isTensor))) return result;
  throw usageError("a function that returns a tensor or an array of tensors", result);
}

function usageError(expected: string, received: unknown): FabricError {
  return new FabricError(
    "FABRIC_USAGE_CHECKPOINT",
    `checkpoint: expected ${expected} but received ${describeValue(received)}.`,
  );
}
