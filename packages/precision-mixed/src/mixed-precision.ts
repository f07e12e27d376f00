// `16-mixed` and `bf16-mixed`: float32 weights, 16-bit maths, and gradient scaling for float16.

import {
  type BackwardOptions,
  isRealFloat,
  type LossScaleHistory,
  mapTensors,
  Precision,
  type PrecisionEnvironment,
  type Processes,
  type ShardingDtypes,
  type StepClosure,
  type StepReport,
} from "@fabric/core";
import {
  type amp,
  autocast,
  type DType,
  enableGrad,
  FabricError,
  getDefaultDtype,
  nn,
  optim,
  type Tensor,
} from "@fabric/torch";
import { LossScaling } from "./loss-scaling.js";
import { checkMixedOptions, makeScaler } from "./options.js";

/** The aliases of {@link MixedPrecision}. */
export type MixedAlias = "16-mixed" | "bf16-mixed";

/**
 * Which inputs of `forward` are cast to 16 bits: all real floating ones, none, or those for which the predicate is
 * true. Its name says where the tensor stands among the arguments, as `"0"` or `"1.mask"`.
 */
export type CastInputs = "all" | "none" | ((name: string, tensor: Tensor) => boolean);

/** Options of {@link MixedPrecision}. */
export interface MixedPrecisionOptions {
  /** `"16-mixed"` for float16 with gradient scaling, `"bf16-mixed"` for bfloat16. */
  precision: MixedAlias;
  /** Device family whose operators are cast: `"cpu"`, `"cuda"` or `"mps"`. */
  device: string;
  /** The scaler to use with `"16-mixed"`; without it one with the usual defaults is made. */
  scaler?: amp.GradScaler | undefined;
  /** Which inputs are cast; default `"all"`, float64 ones included. */
  castInputs?: CastInputs | undefined;
  /**
   * After how many skipped steps in a row, at a scale of 1 or less, training is given up with an error: gradients overflow by themselves
   * then, and a smaller scale cannot help. Default 25; false goes on for ever, as PyTorch does.
   */
  collapseAfter?: number | false | undefined;
}

/**
 * Runs `forward` under autocast. Weights, gradients and optimizer state stay float32; only activations and a copy of
 * each weight per forward pass are of 16 bits. What `forward` returns is cast to the default dtype.
 *
 * With `"16-mixed"` losses are multiplied by a scale before the backward pass, so that small gradients survive in
 * float16; a step whose gradients are inf or nan is left out. Several optimizers may share the scale: each steps with
 * gradients of their true size, and the scale is adjusted once for each backward generation, that is for the backward
 * passes between two rounds of steps.
 *
 * Inputs are cast before the model can object: positions, times and large ids held as floats lose digits. Use
 * `castInputs` to spare them.
 *
 * @example
 * ```ts
 * const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu", castInputs: (name) => name !== "1" });
 * const fabric = new Fabric({ accelerator: "cpu", plugins: [mixed] });
 * ```
 */
export class MixedPrecision extends Precision {
  /** The alias it serves. */
  readonly precision: MixedAlias;
  /** Device family whose operators are cast. */
  readonly device: "cpu" | "cuda" | "mps";
  /** float16 or bfloat16. */
  readonly dtype: DType;
  /** The scaler; null for bfloat16, which has float32's range. */
  readonly scaler: amp.GradScaler | null;
  /** Which inputs are cast. */
  readonly castInputs: CastInputs;
  override readonly requiresFabricBackward: boolean;

  readonly #scaling: LossScaling | null;

  /**
   * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias, `FABRIC_CONFIG_SCALER` for a scaler with bfloat16
   * or something that is none, `FABRIC_CONFIG_DEVICE` for an unknown device, `FABRIC_CONFIG_OPTION` for other mistakes.
   */
  constructor(options: MixedPrecisionOptions) {
    super();
    const checked = checkMixedOptions(options);
    this.precision = checked.precision;
    this.device = checked.device;
    this.castInputs = checked.castInputs;
    this.dtype = checked.precision === "16-mixed" ? "float16" : "bfloat16";
    this.scaler = makeScaler(checked);
    this.#scaling = this.scaler?.isEnabled()
      ? new LossScaling(this.scaler, checked.collapseAfter)
      : null;
    this.requiresFabricBackward = this.#scaling !== null;
  }

  override describe(): string {
    const scale = this.#scaling === null ? "no loss scaler" : `loss scale ${this.lossScale()}`;
    return `${this.precision}: weights, gradients and optimizer state in float32, autocast to ${this.dtype} on ${this.device}, ${scale}`;
  }

  /** @throws FabricError `FABRIC_CONFIG_DEVICE` if the plugin was made for another device: nothing would be cast. */
  override validate({ device }: PrecisionEnvironment): void {
    if (device.startsWith(this.device)) return;
    throw new FabricError(
      "FABRIC_CONFIG_DEVICE",
      `MixedPrecision was made with \`device: "${this.device}"\` but runs on "${device}", where it would cast nothing. Give it the device family that Fabric uses.`,
    );
  }

  /** Whether a step is left out is agreed with the other processes; nothing to agree on without a scaler. */
  override connectProcesses(processes: Processes): void {
    this.#scaling?.connect(processes);
  }

  /**
   * Weights travel in 16 bits, as autocast would cast them, and so do gradients. Norms and embeddings, which autocast computes in float32,
   * travel as they are: a step gives what it gives in one process.
   */
  override shardingDtypes(): ShardingDtypes {
    return { paramDtype: this.dtype, reduceDtype: this.dtype, keepParamDtype: isKeptByAutocast };
  }

  /** Changes nothing; remembers the names of parameters for error messages. */
  override convertModule<M extends nn.Module>(module: M): M {
    this.#scaling?.nameParameters(module.namedParameters());
    return module;
  }

  override forwardContext(): Disposable {
    return autocast({ device: this.device, dtype: this.dtype, cache: true });
  }

  override convertInput<T>(data: T): T {
    const { castInputs, dtype } = this;
    if (castInputs === "none") return data;
    return mapTensors(data, (tensor, name) => {
      if (!isRealFloat(tensor) || tensor.dtype === dtype) return tensor;
      return castInputs === "all" || castInputs(name, tensor) ? tensor.to(dtype) : tensor;
    });
  }

  override convertOutput<T>(data: T): T {
    const dtype = getDefaultDtype();
    return mapTensors(data, (tensor) =>
      isRealFloat(tensor) && tensor.dtype !== dtype ? tensor.to(dtype) : tensor,
    );
  }

  /** Makes an optimizer known, so that the scale waits for it from the first backward pass on. */
  override prepareOptimizer(optimizer: optim.Optimizer): void {
    this.#scaling?.know(optimizer);
  }

  /** Multiplies the loss by the scale and runs the backward pass. */
  override backward(tensor: Tensor, module: nn.Module | null, options: BackwardOptions = {}): void {
    if (this.#scaling === null) super.backward(tensor, module, options);
    else this.#scaling.backward(tensor, (scaled) => super.backward(scaled, module, options));
  }

  /**
   * Steps with gradients of their true size, or leaves the step out if one of them is inf or nan. A closure runs once,
   * before the check, and its value is returned; without one a skipped step returns undefined.
   *
   * @throws FabricError `FABRIC_UNSUPPORTED_OPTIMIZER` for optimizers that evaluate the closure several times a step
   * (LBFGS), `FABRIC_USAGE_NO_BACKWARD` if there was no backward pass, `FABRIC_USAGE_LOSS_SCALE_COLLAPSED` after
   * `collapseAfter` skipped steps at a scale that cannot fall usefully any more.
   */
  override optimizerStep(
    optimizer: optim.Optimizer,
    options: { closure?: StepClosure } = {},
  ): unknown {
    const scaling = this.#scaling;
    if (scaling === null) return super.optimizerStep(optimizer, options);
    if (optimizer instanceof optim.LBFGS) {
      throw new FabricError(
        "FABRIC_UNSUPPORTED_OPTIMIZER",
        'LBFGS cannot be used with "16-mixed": it evaluates the closure several times within a step, and the gradients of each evaluation would have to be unscaled inside it. Use "bf16-mixed" or "32-true", or another optimizer.',
      );
    }
    const { closure } = options;
    if (closure === undefined) return scaling.step(optimizer, () => super.optimizerStep(optimizer));
    const loss = enableGrad(() => closure());
    scaling.step(optimizer, () => super.optimizerStep(optimizer));
    return loss;
  }

  /**
   * Divides the gradients of `optimizer` by the scale they were made with; does nothing if that was done already.
   *
   * @throws FabricError `FABRIC_USAGE_NO_BACKWARD` if there was no backward pass, `FABRIC_USAGE_HALF_GRADIENT`
   * naming a parameter whose gradient is float16.
   */
  override unscaleGradients(optimizer: optim.Optimizer): Tensor | undefined {
    return this.#scaling?.unscale(optimizer);
  }

  override skipsNonfiniteSteps(_optimizer: optim.Optimizer): boolean {
    return this.#scaling !== null;
  }

  override stepReport(optimizer: optim.Optimizer): StepReport | null {
    return this.#scaling?.report(optimizer) ?? null;
  }

  override lossScale(): number {
    return this.#scaling?.current() ?? 1;
  }

  override lossScaleHistory(): LossScaleHistory | null {
    return this.#scaling?.history() ?? null;
  }

  /** With a scaler the optimizer's kernel leaves a step out by itself, and the scale is adapted on its device. */
  override captureObstacle(): null {
    return null;
  }

  override recordingFailed(): void {
    this.#scaling?.recordingFailed();
  }

  /** The scaler's state under PyTorch's keys, and from the first step on its `history`; `{}` without one. */
  override stateDict(): Record<string, unknown> {
    return this.#scaling?.stateDict() ?? {};
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_SCALER` if an entry is missing or is not a number that makes sense. */
  override loadStateDict(state: Record<string, unknown>): void {
    // A state without entries comes from a run without a scaler: there is nothing to restore.
    if (Object.keys(state).length > 0) this.#scaling?.loadStateDict(state);
  }

  override teardown(): void {
    this.#scaling?.forget();
  }
}

/** Layers whose weights autocast leaves in float32. */
function isKeptByAutocast(module: nn.Module): boolean {
  return (
    module instanceof nn.Embedding ||
    module instanceof nn.EmbeddingBag ||
    module instanceof nn.LayerNorm ||
    module instanceof nn.RMSNorm ||
    module instanceof nn.GroupNorm ||
    module instanceof nn.RunningNorm
  );
}
