// libtorch's c10d::Reducer: averages gradients in buckets while backward goes on.

import type { ProcessGroup } from "../../distributed/index.js";
import { callNative } from "../../distributed/library.js";
import { FabricError } from "../../errors.js";
import type { Tensor } from "../../tensor.js";

/** What became of one all-reduce; times in nanoseconds of the clock of `process.hrtime`. */
export interface AllReduceEvent {
  /** Bytes of the bucket. */
  readonly bytes: number;
  /** When its last gradient was there. */
  readonly start: number;
  /** When its average was there. */
  readonly end: number;
}

/** @internal */
export interface ReducerOptions {
  readonly group: ProcessGroup;
  readonly bucketBytes: number;
  readonly findUnused: boolean;
  readonly staticGraph: boolean;
  readonly bucketView: boolean;
}

/** Ids are released with their owner: hooks of the parameters go with them. */
const released = new FinalizationRegistry<number>((id) =>
  callNative<unknown>("reducer_release", id),
);

/** A reducer of named parameters. @internal */
export class Reducer {
  readonly #id: number;
  readonly #names: readonly string[];
  readonly #group: ProcessGroup;
  /** Whether it matters which tensors a forward pass returned. */
  readonly looksAtOutputs: boolean;
  #keepsLocal = false;

  constructor(
    parameters: readonly (readonly [name: string, parameter: Tensor])[],
    sparse: readonly boolean[],
    options: ReducerOptions,
  ) {
    const { group, bucketBytes, findUnused, staticGraph, bucketView } = options;
    this.#group = group;
    this.looksAtOutputs = findUnused || staticGraph;
    this.#names = parameters.map(([name]) => name);
    this.#id = callNative<unknown>(
      "reducer_make",
      parameters.map(([, parameter]) => parameter),
      group.nativeId(),
      sparse,
      bucketBytes,
      findUnused,
      staticGraph,
      bucketView,
    ) as number;
    released.register(this, this.#id, this);
  }

  /** Before each forward pass whose gradients will be averaged. @throws FabricError `FABRIC_USAGE_UNUSED_PARAMETERS`. */
  beforeForward(): void {
    this.keepLocal(false);
    this.#named(() => callNative<unknown>("reducer_before_forward", this.#id));
  }

  /** After a forward pass whose gradients will be averaged; returns the outputs to hand out. `fixed` are outputs that cannot be exchanged. */
  afterForward(outputs: readonly Tensor[], fixed: readonly Tensor[]): Tensor[] {
    return callNative<unknown>("reducer_after_forward", this.#id, outputs, fixed) as Tensor[];
  }

  /** Whether gradients are meant to stay in this process, until the next {@link beforeForward}. */
  keepLocal(meant: boolean): void {
    if (meant === this.#keepsLocal) return;
    this.#keepsLocal = meant;
    callNative<unknown>("reducer_keep_local", this.#id, meant);
  }

  /**
   * Throws if gradients since the last {@link beforeForward} could not be averaged.
   *
   * @throws FabricError `FABRIC_USAGE_UNUSED_PARAMETERS`, `FABRIC_USAGE_UNAVERAGED_GRADIENTS`.
   */
  checkFinished(): void {
    if (callNative<unknown>("reducer_is_pending", this.#id) === true)
      this.#named(() => callNative<unknown>("reducer_check_finished", this.#id));
    const missed = Number(callNative<unknown>("reducer_missed_gradient", this.#id));
    if (missed < 0) return;
    throw new FabricError(
      "FABRIC_USAGE_UNAVERAGED_GRADIENTS",
      `\`${this.#names[missed]}\` got a gradient on rank ${this.#group.ranks[this.#group.rank]} that was not averaged: one backward pass is averaged after each forward pass of the model. Add the losses and call backward once, or run forward and backward of all passes but the last inside noSync (fabric.noBackwardSync). Clear the gradients before you go on.`,
    );
  }

  /** The bucket of each parameter. */
  buckets(): number[] {
    return callNative<unknown>("reducer_buckets", this.#id) as number[];
  }

  /** Nanoseconds from the end of forward to each gradient, of the last backward pass. */
  gradientTimes(): number[] {
    return callNative<unknown>("reducer_gradient_times", this.#id) as number[];
  }

  startTrace(): void {
    callNative<unknown>("reducer_start_trace", this.#id);
  }

  /** The all-reduces since the last call. */
  takeTrace(): AllReduceEvent[] {
    const flat = callNative<unknown>("reducer_take_trace", this.#id) as number[];
    return Array.from({ length: flat.length / 3 }, (_, i) => {
      const [bytes, start, end] = flat.slice(i * 3, i * 3 + 3).map(Number) as [
        number,
        number,
        number,
      ];
      return { bytes, start, end };
    });
  }

  /** All-reduces `count` with the forward pass; gradients are divided by what comes out, or by the size of the group. */
  forwardWork(count: Tensor, divideByAll: boolean): void {
    callNative<unknown>("reducer_forward_work", this.#id, count, divideByAll);
  }

  /** Takes part in the all-reduces of the others' backward pass with zeros. */
  shadowBackward(): void {
    callNative<unknown>("reducer_shadow_backward", this.#id);
  }

  release(): void {
    released.unregister(this);
    callNative<unknown>("reducer_release", this.#id);
  }

  #named(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      throw this.#unused(error) ?? error;
    }
  }

  /** c10d names parameters by their index. */
  #unused(error: unknown): FabricError | null {
    const text = error instanceof Error ? error.message : "";
    if (!text.includes("Expected to have finished reduction")) return null;
    callNative<unknown>("reducer_reset", this.#id);
    const indices = /did not receive grad for rank \d+:((?:\s+\d+)+)/.exec(text)?.[1];
    const names = indices
      ?.trim()
      .split(/\s+/)
      .map((index) => `\`${this.#names[Number(index)]}\``);
    const what =
      names === undefined
        ? "Some parameters"
        : `${names.slice(0, SHOWN).join(", ")}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ""} (${names.length} of ${this.#names.length} parameters)`;
    return new FabricError(
      "FABRIC_USAGE_UNUSED_PARAMETERS",
      `${what} got no gradient in the last backward pass on rank ${this.#group.ranks[this.#group.rank]}, so the processes could not average theirs. Let all outputs of forward take part in the loss; or freeze what is never trained before set-up; or search for unused parameters in each pass: \`findUnusedParameters: true\`, which is the strategy "ddp_find_unused_parameters_true". If that pass threw an error, this is what it left behind, and the next pass begins anew.`,
      { cause: error },
    );
  }
}

const SHOWN = 8;

/** Copies the tensors of one process, by default the first, into those of the others. @internal */
export function broadcastTensors(
  tensors: readonly Tensor[],
  group: ProcessGroup,
  bytes: number,
  rank = 0,
): void {
  // No backend knows 8-bit floats.
  const full = tensors
    .filter((tensor) => tensor.numel() > 0)
    .map((tensor) => (tensor.dtype.startsWith("float8") ? tensor.detach().view("uint8") : tensor));
  if (full.length > 0)
    callNative<unknown>("broadcast_coalesced_", full, group.nativeId(), rank, bytes);
}
