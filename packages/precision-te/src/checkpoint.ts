// Activation checkpointing: a piece of a model is run again in backward instead of keeping what it computed.
import {
  autocast,
  autocastState,
  autograd,
  type Device,
  enableGrad,
  getRngState,
  isGradEnabled,
  isTensor,
  scope,
  setRngState,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { currentRecompute, type Recompute, withRecompute } from "./context/recompute.js";
import { currentRegion, pushRegion, type Region, removeRegion } from "./context/region.js";

/**
 * Runs `fn` and keeps only its arguments; backward runs it again. FP8 layers inside are cast with the scales of the first run and collect nothing
 * in the second one; random numbers of the CPU's generator, autocast and the FP8 region are those of the first run.
 *
 * @param fn - takes the arguments and returns one tensor; parameters that it reads get their gradients.
 * @returns what `fn` returns.
 *
 * @example
 * ```ts
 * const h = checkpoint((x) => block.forward(x), input);
 * ```
 */
export function checkpoint<A extends readonly unknown[]>(
  fn: (...args: A) => Tensor,
  ...args: A
): Tensor {
  if (!isGradEnabled() || currentRecompute() !== null) return fn(...args);
  const tensors = args.filter(isTensor);
  const device = tensors[0]?.device ?? "cpu";
  // A tensor that needs a gradient, so that the piece is in the graph also where only its parameters do.
  const anchor = zeros([], { dtype: "float32", device }).requiresGrad_();
  const again: Again = {
    run: (inputs) => fn(...(refill(args, inputs) as unknown as A)),
    recompute: { phase: "first", replays: [], next: 0 },
    region: currentRegion(),
    device,
    rng: getRngState(),
    autocast: device.startsWith("meta") ? null : autocastState(device),
  };
  return CheckpointFunction.apply(anchor, again, ...tensors);
}

/** What the second run needs. */
interface Again {
  run(tensors: readonly Tensor[]): Tensor;
  readonly recompute: Recompute;
  readonly region: Region | null;
  readonly device: Device;
  readonly rng: Tensor;
  readonly autocast: ReturnType<typeof autocastState> | null;
}

class CheckpointFunction extends autograd.Function {
  static override forward(
    ctx: autograd.FunctionContext,
    _anchor: Tensor,
    again: Again,
    ...tensors: Tensor[]
  ): Tensor {
    ctx["again"] = again;
    ctx.saveForBackward(...tensors);
    return withRecompute(again.recompute, () => again.run(tensors));
  }

  static override backward(ctx: autograd.FunctionContext, gradient: Tensor): (Tensor | null)[] {
    const again = ctx["again"] as Again;
    again.recompute.phase = "again";
    again.recompute.next = 0;
    return scope(() => {
      const leaves = ctx.savedTensors.map((t, i) => {
        const leaf = (t as Tensor).detach();
        return ctx.needsInputGrad[i + 2] === true ? leaf.requiresGrad_() : leaf;
      });
      const y = inPlace(again, () =>
        enableGrad(() => withRecompute(again.recompute, () => again.run(leaves))),
      );
      if (y.requiresGrad) autograd.backward(y, { gradTensors: [gradient] });
      return [null, null, ...leaves.map((leaf) => leaf.grad)];
    });
  }
}

/** Runs `fn` where the first run stood: in its region, with its autocast and random numbers. */
function inPlace<T>({ region, rng, device, autocast: cast }: Again, fn: () => T): T {
  const outer = getRngState();
  setRngState(rng);
  if (region !== null) pushRegion(region);
  try {
    if (cast === null) return fn();
    const { enabled, dtype, cache } = cast;
    return autocast({ device, enabled, cache, ...(enabled && { dtype }) }, fn);
  } finally {
    if (region !== null) removeRegion(region);
    setRngState(outer);
  }
}

function refill(args: readonly unknown[], tensors: readonly Tensor[]): unknown[] {
  let next = 0;
  return args.map((arg) => (isTensor(arg) ? tensors[next++] : arg));
}
