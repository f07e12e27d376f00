// A training step that runs as usual a few times, is recorded once and replayed from then on.

import { mapLeaves } from "../collections.js";
import { refusePromise } from "../context.js";
import type { FabricBase } from "../fabric-base.js";
import { FabricError, isTensor, type optim, type Tensor, torch } from "../torch.js";
import { countReplayedStep, watchingSteps } from "../wrappers/fabric-optimizer.js";
import { StaticInputs } from "./inputs.js";
import { CudaGraphRecorder, type StepRecorder } from "./recorder.js";
import { refuseFabric, refuseOptimizer } from "./refusals.js";

/** Options of `fabric.capture`. */
export interface CaptureOptions<A extends readonly unknown[] = readonly unknown[]> {
  /** Steps that run as usual, on a stream of their own, before the recording; at least 1. Default 3. */
  warmup?: number | undefined;
  /**
   * Arguments to warm up and record with at once, and not at the first calls. The warm-up steps are real ones: with an optimizer in it they
   * train on these.
   */
  sampleInputs?: A | undefined;
  /** Records in the place of CUDA graphs: for another device. */
  recorder?: StepRecorder | undefined;
}

/** What `fabric.capture` returns: call it as the step itself. */
export interface CapturedStep<A extends unknown[], R> {
  /** One step. Once recorded it returns the same tensors each time, which the next call overwrites. */
  (...args: A): R;
  /** Whether the step was recorded, so that calls replay it. */
  readonly isCaptured: boolean;
  /** Steps taken by replaying. */
  readonly replays: number;
  /**
   * Drops the recording; the next calls warm up and record anew. For changed options that a recording has fixed, such as betas or weight decay.
   * Loads by the Fabric, and other state or parameters in an optimizer, do it by themselves.
   */
  reset(): void;
}

/** @internal */
export function captureStep<A extends unknown[], R>(
  fabric: FabricBase,
  step: (...args: A) => R,
  options: CaptureOptions<A>,
  loads: () => number,
): CapturedStep<A, R> {
  if (typeof step !== "function") throw badOption("a function, the training step,", "step", step);
  const { warmup = 3, sampleInputs, recorder } = options;
  if (!Number.isInteger(warmup) || warmup < 1) throw badOption("an integer >= 1", "warmup", warmup);
  if (sampleInputs !== undefined && !Array.isArray(sampleInputs))
    throw badOption("an array of arguments", "sampleInputs", sampleInputs);
  refuseFabric(fabric, recorder === undefined);
  const state = new Capture(fabric, step, {
    warmup,
    recorder: recorder ?? new CudaGraphRecorder(fabric.device),
    loads,
  });
  if (sampleInputs !== undefined) state.prepare(sampleInputs);
  const run = (...args: A): R => state.run(args);
  return Object.defineProperties(run, {
    isCaptured: { get: () => state.isCaptured },
    replays: { get: () => state.replays },
    reset: { value: () => state.reset() },
  }) as CapturedStep<A, R>;
}

/** What a {@link Capture} works with. */
interface Means {
  readonly warmup: number;
  readonly recorder: StepRecorder;
  /** How often the Fabric has loaded something. */
  readonly loads: () => number;
}

class Capture<A extends unknown[], R> {
  replays = 0;
  readonly #fabric: FabricBase;
  readonly #step: (...args: A) => R;
  readonly #recorder: StepRecorder;
  readonly #warmup: number;
  readonly #loads: () => number;
  /** Warm-up steps to go. */
  #left: number;
  #inputs: StaticInputs | null = null;
  #outputs: R | undefined;
  #failure: unknown;
  /** Optimizers in the order of their steps within one run. */
  #stepped: optim.Optimizer[] = [];

  /** Parameters that a replay changes, unseen by libtorch: those that had a gradient when their optimizer stepped. */
  readonly #written = new Set<Tensor>();
  /** What was there when the step was recorded. */
  #generations: readonly number[] = [];

  constructor(fabric: FabricBase, step: (...args: A) => R, means: Means) {
    this.#fabric = fabric;
    this.#step = step;
    this.#recorder = means.recorder;
    this.#warmup = means.warmup;
    this.#loads = means.loads;
    this.#left = means.warmup;
  }

  get isCaptured(): boolean {
    return this.#inputs !== null;
  }

  run(args: A): R {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#inputs !== null && this.#isStale()) this.reset();
    if (this.#inputs === null) {
      if (this.#left > 0) return this.#warm(args);
      this.#record(args);
    } else this.#inputs.fill(args);
    const { precision } = this.#fabric;
    for (const optimizer of this.#stepped) optimizer.refreshCapturable();
    precision.beforeReplay(this.#stepped);
    this.#recorder.replay();
    this.replays += 1;
    for (const optimizer of this.#stepped) countReplayedStep(optimizer);
    // What was kept of weights, such as their codes in FP8, is of before.
    torch.autograd.incrementVersion([...this.#written]);
    precision.afterReplay(this.#stepped);
    return this.#outputs as R;
  }

  /** Warms up and records with the same arguments, without a replay. */
  prepare(args: A): void {
    while (this.#left > 0) this.#warm(args);
    this.#record(args);
  }

  reset(): void {
    this.#recorder.reset();
    this.#inputs = null;
    this.#outputs = undefined;
    this.#failure = undefined;
    this.#stepped = [];
    this.#written.clear();
    this.#left = this.#warmup;
  }

  #warm(args: A): R {
    const inputs = new StaticInputs(args, this.#recorder.device);
    const result = this.#recorder.warm(() => this.#call(inputs.values as A));
    this.#left -= 1;
    return result;
  }

  #record(args: A): void {
    const inputs = new StaticInputs(args, this.#recorder.device);
    for (const optimizer of this.#stepped) optimizer.refreshCapturable();
    try {
      this.#outputs = this.#recorder.record(() => this.#call(inputs.values as A));
    } catch (error) {
      this.#fail(error);
    }
    this.#inputs = inputs;
    this.#generations = this.#generationsNow();
  }

  /** Whether tensors that the recording writes to were replaced: a replay would train the former ones, in memory that others may have by now. */
  #isStale(): boolean {
    const now = this.#generationsNow();
    return now.some((generation, i) => generation !== this.#generations[i]);
  }

  #generationsNow(): number[] {
    return [this.#loads(), ...this.#stepped.map(({ generation }) => generation)];
  }

  /** One run of the step that leaves every decision to the device. Outputs are taken out of scopes and of the graph of autograd. */
  #call(args: A): R {
    this.#stepped = [];
    this.#written.clear();
    const watch = (optimizer: optim.Optimizer): void => {
      refuseOptimizer(optimizer);
      this.#stepped.push(optimizer);
      const params = optimizer.paramGroups.flatMap((group) => group.params);
      const grads = torch.autograd.gradsOf(params);
      params.forEach((param, i) => void (grads[i] !== null && this.#written.add(param)));
    };
    return torch.cuda.withoutHostReads(() =>
      watchingSteps(watch, () => {
        const result = this.#step(...args);
        refusePromise("fabric.capture", result);
        return mapLeaves(result, (leaf) => (isTensor(leaf) ? settled(leaf) : leaf)) as R;
      }),
    );
  }

  /** Gradients made in a recording that failed were never computed. */
  #fail(error: unknown): never {
    for (const optimizer of this.#stepped) optimizer.zeroGrad();
    this.#fabric.precision.recordingFailed();
    try {
      this.#recorder.reset();
    } catch {} // the failure itself is the news
    this.#failure = error;
    throw error;
  }
}

function settled(tensor: Tensor): Tensor {
  return torch.keep(tensor.detach());
}

function badOption(expected: string, name: string, received: unknown): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_CAPTURE",
    `fabric.capture: expected ${expected} for \`${name}\` but received ${torch.describeValue(received)}.`,
  );
}
