// LayerNorm and RMSNorm as Transformer Engine has them: statistics in float32 whatever the dtype, never in FP8 themselves.
import { checkOptions, checkSwitch, empty, nn, scope, type Tensor } from "@fabric/torch";
import { activationDtype } from "../context/index.js";
import { checkWidth } from "./linear.js";
import { type Normalization, NormFunction } from "./norm-function.js";

/** Options of {@link LayerNorm} and {@link RMSNorm}. */
export interface NormOptions {
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Store the weight minus one, so that weight decay pulls towards one; default false. */
  zeroCenteredGamma?: boolean;
  /** Where the parameters are made. */
  device?: nn.LinearOptions["device"];
  /** Dtype of the parameters. */
  dtype?: nn.LinearOptions["dtype"];
}

const OPTIONS = ["eps", "zeroCenteredGamma", "device", "dtype"];
const DEFAULT_EPS = 1e-5;

/** A norm over the last dimension. */
abstract class Norm extends nn.Module {
  /** Size of the last dimension. */
  readonly hiddenSize: number;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the weight is stored minus one. */
  readonly zeroCenteredGamma: boolean;
  /** Learned weight. */
  weight: nn.Parameter;
  /** Learned bias; null for RMSNorm. */
  bias: nn.Parameter | null = null;
  /** Which norm it is. */
  abstract readonly normalization: Normalization;

  constructor(hiddenSize: number, options: NormOptions, hasBias: boolean) {
    super();
    checkOptions(new.target.name, options, OPTIONS);
    const { eps = DEFAULT_EPS, zeroCenteredGamma, ...rest } = options;
    this.hiddenSize = hiddenSize;
    this.eps = eps;
    this.zeroCenteredGamma = checkSwitch(
      new.target.name,
      "zeroCenteredGamma",
      zeroCenteredGamma,
      false,
    );
    this.weight = new nn.Parameter(empty([hiddenSize], rest));
    if (hasBias) this.bias = new nn.Parameter(empty([hiddenSize], rest));
    this.resetParameters();
  }

  /** Sets the weight to one and the bias to zero. */
  resetParameters(): void {
    nn.init.constant_(this.weight, this.zeroCenteredGamma ? 0 : 1);
    if (this.bias !== null) nn.init.zeros_(this.bias);
  }

  /** `[..., hiddenSize]`, in autocast's dtype, else that of the input. @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_USAGE_ACTIVATION_DTYPE`. */
  override forward(input: Tensor): Tensor {
    checkWidth(this.constructor.name, input, this.hiddenSize);
    const { normalization, eps, zeroCenteredGamma, weight, bias } = this;
    const dtype = activationDtype(this.constructor.name, input, [weight, bias]);
    return scope(() =>
      NormFunction.apply(input, weight, bias, { normalization, eps, zeroCenteredGamma, dtype }),
    );
  }

  /** Transformer Engine's norms have an `_extra_state` too, which says nothing: a norm has no scales. */
  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    super.loadOwnState(source, prefix, report);
    report.consumed.add(`${prefix}_extra_state`);
  }

  override extraRepr(): string {
    return `${this.hiddenSize}, eps=${this.eps}, zeroCenteredGamma=${this.zeroCenteredGamma}`;
  }
}

/**
 * `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimension.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`.
 */
export class LayerNorm extends Norm {
  readonly normalization = "LayerNorm";

  constructor(hiddenSize: number, options: NormOptions = {}) {
    super(hiddenSize, options, true);
  }

  /** A norm with the parameters of a plain one over one dimension, the same objects. */
  static fromLayerNorm(norm: nn.LayerNorm): LayerNorm {
    const weight = norm.weight as nn.Parameter;
    const { dtype, device } = weight;
    const layer = new LayerNorm(norm.normalizedShape[0] as number, {
      eps: norm.eps,
      dtype,
      device,
    });
    layer.weight = weight;
    layer.bias = norm.bias;
    layer.training = norm.training;
    return layer;
  }
}

/**
 * `x / sqrt(mean(x^2) + eps) * weight` over the last dimension.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`.
 */
export class RMSNorm extends Norm {
  readonly normalization = "RMSNorm";

  constructor(hiddenSize: number, options: NormOptions = {}) {
    super(hiddenSize, options, false);
  }
}
