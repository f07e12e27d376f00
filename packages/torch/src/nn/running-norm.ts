// What BatchNorm and InstanceNorm share: weights per channel and running statistics.

import { empty, ones, tensor, zeros } from "../creation.js";
import { FabricError } from "../errors.js";
import type { Tensor } from "../tensor.js";
import {
  checkInteger,
  checkNumber,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";
import type { LoadReport } from "./state-dict.js";

/** Options of BatchNorm and InstanceNorm. */
export interface RunningNormOptions extends FactoryOptions {
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Share of the new statistics in the running ones; null averages all batches alike; default 0.1. */
  momentum?: number | null;
  /** Learn a weight and a bias per channel. */
  affine?: boolean;
  /** Keep running statistics for evaluation. */
  trackRunningStats?: boolean;
}

const OPTIONS = ["eps", "momentum", "affine", "trackRunningStats", "device", "dtype"];
const DEFAULT_EPS = 1e-5;
const DEFAULT_MOMENTUM = 0.1;

/** Base of the normalisations with running statistics; not meant to be extended from outside. */
export abstract class RunningNorm extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    runningMean: "running_mean",
    runningVar: "running_var",
    numBatchesTracked: "num_batches_tracked",
  };

  /** Channels `C` of the input. */
  readonly numFeatures: number;
  /** Added to keep the division finite. */
  readonly eps: number;
  /** Share of the new statistics in the running ones; null averages all batches alike. */
  readonly momentum: number | null;
  /** Whether there is a learned weight and bias. */
  readonly affine: boolean;
  /** Whether running statistics are kept. */
  readonly trackRunningStats: boolean;
  /** Learned weight. */
  weight: Parameter | null = null;
  /** Learned bias, or null without one. */
  bias: Parameter | null = null;
  /** `[C]`, or null without tracking. */
  declare runningMean: Tensor | null;
  /** `[C]`, or null without tracking. */
  declare runningVar: Tensor | null;
  /** int64 scalar: batches seen, or null without tracking. */
  declare numBatchesTracked: Tensor | null;

  protected constructor(
    numFeatures: number,
    options: RunningNormOptions,
    defaults: { affine: boolean; trackRunningStats: boolean },
  ) {
    super();
    const layer = new.target.name;
    checkOptions(layer, options, OPTIONS);
    this.numFeatures = checkInteger(layer, "numFeatures", numFeatures, 0);
    this.eps = checkNumber(layer, "eps", options.eps ?? DEFAULT_EPS);
    const { momentum = DEFAULT_MOMENTUM } = options;
    this.momentum = momentum === null ? null : checkNumber(layer, "momentum", momentum);
    this.affine = options.affine ?? defaults.affine;
    this.trackRunningStats = options.trackRunningStats ?? defaults.trackRunningStats;
    if (this.affine) {
      this.weight = new Parameter(empty([numFeatures], factory(options)));
      this.bias = new Parameter(empty([numFeatures], factory(options)));
    }
    const tracks = this.trackRunningStats;
    const { device } = factory(options);
    const count = { dtype: "int64" as const, ...(device !== undefined && { device }) };
    this.registerBuffer("runningMean", tracks ? zeros([numFeatures], factory(options)) : null);
    this.registerBuffer("runningVar", tracks ? ones([numFeatures], factory(options)) : null);
    this.registerBuffer("numBatchesTracked", tracks ? tensor(0, count) : null);
    this.resetParameters();
  }

  /** Forgets the running statistics: mean 0, variance 1. */
  resetRunningStats(): void {
    if (this.runningMean !== null) zeros_(this.runningMean);
    if (this.runningVar !== null) ones_(this.runningVar);
    if (this.numBatchesTracked !== null) zeros_(this.numBatchesTracked);
  }

  /** Forgets the running statistics and sets the weight to one and the bias to zero. */
  resetParameters(): void {
    this.resetRunningStats();
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: LoadReport,
  ): void {
    super.loadOwnState(source, prefix, report);
    // Checkpoints of early versions carry no counter; it then stays as it is.
    const counter = report.missing.indexOf(`${prefix}num_batches_tracked`);
    if (counter >= 0) report.missing.splice(counter, 1);
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return describeOptions({ numFeatures, eps, momentum, affine, trackRunningStats });
  }

  /** @throws FabricError `FABRIC_TENSOR_SHAPE` unless the input has one of the given numbers of dimensions. @internal */
  protected checkRank(input: Tensor, ranks: readonly number[], shapes: string): void {
    if (ranks.includes(input.ndim)) return;
    throw new FabricError(
      "FABRIC_TENSOR_SHAPE",
      `${this.constructor.name}: expected an input of ${shapes} but received [${input.shape.join(", ")}]. Reshape it, or use the layer for its number of dimensions.`,
    );
  }
}
