// `16-true` and `bf16-true`: weights, activations, gradients and optimizer state in 16 bits.

import {
  castFloats,
  castModule,
  checkKeepInDtype,
  findKept,
  type KeepInDtype,
  type KeptTensor,
  Precision,
  type PrecisionEnvironment,
  type StepClosure,
  warnOnce,
} from "@fabric/core";
import {
  checkOptions,
  checkSwitch,
  type DType,
  defaultDtype,
  describeValue,
  enableGrad,
  FabricError,
  type nn,
  type optim,
  type Tensor,
} from "@fabric/torch";
import { MainWeights } from "./main-weights.js";
import { castOutput, checkOutputDtype } from "./output-dtype.js";

/** The aliases of {@link HalfPrecision}. */
export type HalfAlias = "16-true" | "bf16-true";

/** Options of {@link HalfPrecision}. */
export interface HalfPrecisionOptions {
  /** `"16-true"` for float16, `"bf16-true"` for bfloat16. */
  precision: HalfAlias;
  /** Parameters and buffers that keep another dtype, by pattern; layers may declare their own exemptions. */
  keepInDtype?: KeepInDtype | undefined;
  /** Dtype of what `forward` returns; without it the default dtype in force then, normally float32. */
  outputDtype?: DType | undefined;
  /**
   * Keep a float32 copy of every 16-bit weight that an optimizer trains. The optimizer steps on the copies, with float32 state and
   * gradients, and the weights are rounded from them. Default false: an update smaller than half a unit in the last place of a weight (8
   * significant bits in bfloat16) is lost.
   */
  masterWeights?: boolean | undefined;
  /**
   * Round weights to one of their two 16-bit neighbours by chance, in proportion to the distance, so that small updates add up on average.
   * Without `masterWeights` each step computes in float32 from the 16-bit weights, 16 MiB or one weight at a time, and keeps no copy of
   * them; optimizer state is float32 either way. Default false: to the nearest.
   */
  stochasticRounding?: boolean | undefined;
}

const DTYPES: Readonly<Record<HalfAlias, DType>> = {
  "16-true": "float16",
  "bf16-true": "bfloat16",
};

const OPTIONS = [
  "precision",
  "keepInDtype",
  "outputDtype",
  "masterWeights",
  "stochasticRounding",
] as const;

/**
 * Casts the whole model to 16 bits: parameters, buffers, inputs, and with them gradients and optimizer state. There is
 * no autocast and no loss scaler.
 *
 * What `forward` returns is cast to the **default dtype**, so float32 unless you changed it, although everything ran in
 * 16 bits; `outputDtype` changes that. Complex tensors keep their dtype. Inside `forward` and `initModule` new tensors
 * are of the 16-bit dtype.
 *
 * `masterWeights` keeps float32 copies of the weights for the optimizer (Micikevicius et al. 2018); `stochasticRounding` (Gupta et al.
 * 2015) does without the copies, or rounds from them. Plain bfloat16 training stalls once updates are below half a unit in the last place.
 *
 * @example
 * ```ts
 * const half = new HalfPrecision({ precision: "bf16-true", keepInDtype: { "**.rope.*": "float32" } });
 * const fabric = new Fabric({ plugins: [half] });
 * ```
 */
export class HalfPrecision extends Precision {
  /** The alias it serves. */
  readonly precision: HalfAlias;
  /** float16 or bfloat16. */
  readonly dtype: DType;
  /** Exemptions by pattern. */
  readonly keepInDtype: KeepInDtype;
  /** Dtype of outputs, if it was asked for. */
  readonly outputDtype: DType | undefined;
  /** Whether float32 copies of the weights are kept. */
  readonly masterWeights: boolean;
  /** Whether weights are rounded by chance. */
  readonly stochasticRounding: boolean;
  readonly #main: MainWeights | null;

  /**
   * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias, `FABRIC_CONFIG_DTYPE`,
   * `FABRIC_CONFIG_KEEP_IN_DTYPE` or `FABRIC_CONFIG_OPTION` for options that are not as described.
   */
  constructor(options: HalfPrecisionOptions) {
    super();
    checkOptions("HalfPrecision", options, OPTIONS);
    const alias: unknown = options.precision;
    if (alias !== "16-true" && alias !== "bf16-true") {
      throw new FabricError(
        "FABRIC_CONFIG_PRECISION",
        `HalfPrecision: expected \`precision\` to be "16-true" or "bf16-true" but received ${describeValue(alias)}.`,
      );
    }
    this.precision = alias;
    this.dtype = DTYPES[alias];
    this.keepInDtype = checkKeepInDtype(options.keepInDtype, "HalfPrecision");
    this.outputDtype = checkOutputDtype(options.outputDtype, "HalfPrecision");
    this.masterWeights = checkSwitch(
      "HalfPrecision",
      "masterWeights",
      options.masterWeights,
      false,
    );
    this.stochasticRounding = checkSwitch(
      "HalfPrecision",
      "stochasticRounding",
      options.stochasticRounding,
      false,
    );
    this.#main =
      this.masterWeights || this.stochasticRounding
        ? new MainWeights(this.dtype, {
            persistent: this.masterWeights,
            stochastic: this.stochasticRounding,
          })
        : null;
  }

  override captureObstacle(): null {
    return null;
  }

  override describe(): string {
    const kept = Object.entries(this.keepInDtype).map(
      ([pattern, dtype]) => `${pattern} in ${dtype}`,
    );
    const exceptions = kept.length === 0 ? "" : `, except ${kept.join(", ")}`;
    const stored =
      this.#main === null
        ? `weights, activations, gradients and optimizer state in ${this.dtype}`
        : `weights, activations and gradients in ${this.dtype}, optimizer state${this.masterWeights ? " and master weights" : ""} in float32${this.stochasticRounding ? ", stochastic rounding" : ""}`;
    return `${this.precision}: ${stored}${exceptions}; outputs in ${this.outputDtype ?? "the default dtype"}; no loss scaler`;
  }

  /** @throws FabricError `FABRIC_UNSUPPORTED_STRATEGY` for `masterWeights` under a strategy that shards parameters. */
  override validate({ strategy }: PrecisionEnvironment & { readonly strategy: string }): void {
    if (strategy !== "fsdp" || !this.masterWeights) return;
    throw new FabricError(
      "FABRIC_UNSUPPORTED_STRATEGY",
      `HalfPrecision: \`masterWeights\` does not go with the strategy "${strategy}". Use precision: "bf16-mixed" there: its shards are float32 masters, and only what is gathered is in 16 bits.`,
    );
  }

  /** Casts parameters, gradients and buffers in place, but those that are exempt; complex ones are left alone. */
  override convertModule<M extends nn.Module>(module: M): M {
    const owner = `HalfPrecision("${this.precision}")`;
    const kept = findKept(module, this.keepInDtype, owner);
    this.#warnOfNarrowing(module, kept);
    this.#main?.keepOriginals(module, new Set(kept.map(({ tensor }) => tensor)));
    castModule(module, this.dtype, kept);
    return module;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override moduleInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override forwardContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override convertInput<T>(data: T): T {
    return castFloats(data, this.dtype);
  }

  override convertOutput<T>(data: T): T {
    return castOutput(data, this.outputDtype);
  }

  /** @throws FabricError `FABRIC_UNSUPPORTED_OPTIMIZER` for LBFGS with `masterWeights` or `stochasticRounding`. */
  override prepareOptimizer(optimizer: optim.Optimizer): void {
    this.#main?.prepare(optimizer);
  }

  override beforeReplay(optimizers: readonly optim.Optimizer[]): void {
    this.#main?.followEdits(optimizers);
  }

  override afterReplay(optimizers: readonly optim.Optimizer[]): void {
    this.#main?.agree(optimizers);
  }

  /**
   * With `masterWeights` the float32 copies, their gradients widened from those of the weights as these are now: what is clipped is what
   * the step will use. A backward pass after that widens anew, without the clipping. Otherwise the parameters.
   */
  override mainParams(optimizer: optim.Optimizer): Tensor[] {
    return this.#main?.mainParams(optimizer) ?? super.mainParams(optimizer);
  }

  /** A closure runs once, before the step. */
  override optimizerStep(
    optimizer: optim.Optimizer,
    options: { closure?: StepClosure } = {},
  ): unknown {
    const main = this.#main;
    if (main === null) return super.optimizerStep(optimizer, options);
    const { closure } = options;
    if (closure === undefined) return main.step(optimizer, () => super.optimizerStep(optimizer));
    const loss = enableGrad(() => closure());
    main.step(optimizer, () => super.optimizerStep(optimizer));
    return loss;
  }

  /** The master weights of every optimizer, in float32; `{}` without any. */
  override stateDict(): Record<string, unknown> {
    return this.#main?.stateDict() ?? {};
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if the master weights are of other optimizers or parameters. */
  override loadStateDict(state: Record<string, unknown>): void {
    if (this.masterWeights) this.#main?.loadStateDict(state);
    else if ("mainParams" in state)
      warnOnce(
        "FABRIC_CHECKPOINT_MASTER_WEIGHTS",
        `The checkpoint holds float32 master weights, which are not used: this ${this.precision} was made without { masterWeights: true }.`,
      );
  }

  /** Takes the master weights off the optimizers again. */
  override teardown(): void {
    this.#main?.teardown();
  }

  #warnOfNarrowing(module: nn.Module, kept: readonly KeptTensor[]): void {
    const exempt = new Set(kept.map(({ name }) => name));
    const narrowed = module
      .namedBuffers()
      .filter(([name, buffer]) => buffer.dtype === "float64" && !exempt.has(name))
      .map(([name]) => `\`${name}\``);
    if (narrowed.length === 0) return;
    warnOnce(
      "FABRIC_PRECISION_NARROWED_BUFFER",
      `${this.precision} narrows float64 buffers to ${this.dtype}: ${narrowed.join(", ")}. To keep them, pass keepInDtype: { "${narrowed[0]?.slice(1, -1) ?? "name"}": "float64" } to HalfPrecision.`,
    );
  }
}
