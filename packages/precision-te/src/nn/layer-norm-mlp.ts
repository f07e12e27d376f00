// A norm and the two linear layers of a transformer's feed-forward block in one.
import {
  checkOptions,
  checkSwitch,
  empty,
  functional as F,
  nn,
  scope,
  type Tensor,
} from "@fabric/torch";
import { activationDtype, currentRegion, flopsOf, fp8RegionOf } from "../context/index.js";
import type { DelayedState } from "../state/index.js";
import {
  castCodes,
  drawWeight,
  extraStateOf,
  floatWeight,
  holdAsCodes,
  loadLayer,
  saveCodes,
  setExtraStateOf,
} from "../weights/index.js";
import { calibrate } from "./calibrate.js";
import { metaOf } from "./fp8-meta.js";
import { openGemms } from "./gemm.js";
import { checkWidth, type ForwardOptions, INIT_STD, microbatchOf } from "./linear.js";
import { activate, checkActivation, isGated, type MlpActivation } from "./mlp-activation.js";
import { MlpFunction } from "./mlp-function.js";
import { type Normalization, NormFunction } from "./norm-function.js";
import { checkNormalization } from "./normalization.js";
import { checkStrictShapes } from "./shapes.js";

/** Options of {@link LayerNormMLP}. */
export interface LayerNormMLPOptions {
  /** Learn biases of the linear layers; default true. */
  bias?: boolean;
  /** Default `"LayerNorm"`. */
  normalization?: Normalization;
  /** Default `"gelu"`, in its tanh form. Gated ones make the first linear layer twice as wide. */
  activation?: MlpActivation;
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Store the norm's weight minus one; default false. */
  zeroCenteredGamma?: boolean;
  /** Refuse sizes that FP8 units do not take; default false. */
  strictShapes?: boolean;
  /** Where the parameters are made. */
  device?: nn.LinearOptions["device"];
  /** Dtype of the parameters. */
  dtype?: nn.LinearOptions["dtype"];
}

const OPTIONS = [
  "bias",
  "normalization",
  "activation",
  "eps",
  "zeroCenteredGamma",
  "strictShapes",
  "device",
  "dtype",
];
/** Weights of the products, in order: fields, and names in state dicts. */
const FIELDS = ["fc1Weight", "fc2Weight"];
const NAMES = ["fc1_weight", "fc2_weight"];
const GEMMS = NAMES.length;

/**
 * `fc2(activation(fc1(norm(x))))`: `[..., hiddenSize]` to the same, `ffnHiddenSize` wide between. In FP8 the inputs of both linear layers come
 * out of float32 without another rounding; the result of the first stays in the activation dtype.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`.
 */
export class LayerNormMLP extends nn.Module {
  static override readonly stateNames = {
    layerNormWeight: "layer_norm_weight",
    layerNormBias: "layer_norm_bias",
    fc1Weight: "fc1_weight",
    fc1Bias: "fc1_bias",
    fc2Weight: "fc2_weight",
    fc2Bias: "fc2_bias",
  };

  /** Width of input and result. */
  readonly hiddenSize: number;
  /** Width between. */
  readonly ffnHiddenSize: number;
  /** Which norm. */
  readonly normalization: Normalization;
  /** Which activation. */
  readonly activation: MlpActivation;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the norm's weight is stored minus one. */
  readonly zeroCenteredGamma: boolean;
  /** Whether sizes that FP8 units do not take are refused. */
  readonly strictShapes: boolean;
  /** Weight of the norm, `[hiddenSize]`. */
  layerNormWeight: nn.Parameter;
  /** Bias of the norm; null for RMSNorm. */
  layerNormBias: nn.Parameter | null = null;
  /** `[ffnHiddenSize (twice that for gated activations), hiddenSize]`. */
  fc1Weight: nn.Parameter;
  /** Bias of the first linear layer, or null. */
  fc1Bias: nn.Parameter | null = null;
  /** `[hiddenSize, ffnHiddenSize]`. */
  fc2Weight: nn.Parameter;
  /** Bias of the second linear layer, or null. */
  fc2Bias: nn.Parameter | null = null;

  constructor(hiddenSize: number, ffnHiddenSize: number, options: LayerNormMLPOptions = {}) {
    super();
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    const { eps = 1e-5, device, dtype } = options;
    const bias = checkSwitch(name, "bias", options.bias, true);
    const made = { ...(device !== undefined && { device }), ...(dtype !== undefined && { dtype }) };
    this.hiddenSize = hiddenSize;
    this.ffnHiddenSize = ffnHiddenSize;
    this.normalization = checkNormalization(name, options.normalization);
    this.activation = checkActivation(name, options.activation);
    this.eps = eps;
    this.zeroCenteredGamma = checkSwitch(
      name,
      "zeroCenteredGamma",
      options.zeroCenteredGamma,
      false,
    );
    this.strictShapes = checkSwitch(name, "strictShapes", options.strictShapes, false);
    const width = ffnHiddenSize * (isGated(this.activation) ? 2 : 1);
    const parameter = (...shape: number[]): nn.Parameter => new nn.Parameter(empty(shape, made));
    this.layerNormWeight = parameter(hiddenSize);
    if (this.normalization === "LayerNorm") this.layerNormBias = parameter(hiddenSize);
    this.fc1Weight = parameter(width, hiddenSize);
    if (bias) this.fc1Bias = parameter(width);
    this.fc2Weight = parameter(hiddenSize, ffnHiddenSize);
    if (bias) this.fc2Bias = parameter(hiddenSize);
    this.resetParameters();
    holdAsCodes(this, FIELDS);
  }

  /** Scales and amaxes of delayed scaling; null before its first use. */
  get fp8State(): DelayedState | null {
    return metaOf(this, GEMMS).state;
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    nn.init.constant_(this.layerNormWeight, this.zeroCenteredGamma ? 0 : 1);
    for (const weight of [this.fc1Weight, this.fc2Weight])
      drawWeight(weight, (floats) => nn.init.normal_(floats, 0, INIT_STD));
    for (const bias of [this.layerNormBias, this.fc1Bias, this.fc2Bias])
      if (bias !== null) nn.init.zeros_(bias);
  }

  /**
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_USAGE_ACTIVATION_DTYPE`, `FABRIC_USAGE_FP8_SHAPE` (with
   * `strictShapes`).
   */
  override forward(input: Tensor, options: ForwardOptions = {}): Tensor {
    const name = this.constructor.name;
    const isFirstMicrobatch = microbatchOf(name, options);
    checkWidth(name, input, this.hiddenSize);
    const { normalization, eps, zeroCenteredGamma, activation } = this;
    const { layerNormWeight, layerNormBias, fc1Weight, fc1Bias, fc2Weight, fc2Bias } = this;
    const parameters = [layerNormWeight, layerNormBias, fc1Weight, fc1Bias, fc2Weight, fc2Bias];
    const dtype = activationDtype(name, input, parameters);
    const region = fp8RegionOf(this, flopsOf(input, [fc1Weight, fc2Weight]));
    const isFp8 = region !== null;
    if (isFp8 && this.strictShapes) checkStrictShapes(name, [input, fc1Weight, fc2Weight]);
    return scope(() => {
      const normal = NormFunction.apply(input, layerNormWeight, layerNormBias, {
        normalization,
        eps,
        zeroCenteredGamma,
        dtype: isFp8 && dtype !== "float64" ? "float32" : dtype,
      });
      if (isFp8) {
        const call = openGemms(
          this,
          region,
          { input, parameters },
          { gemms: GEMMS, dtype, isFirstMicrobatch },
        );
        return MlpFunction.apply(normal, fc1Weight, fc1Bias, fc2Weight, fc2Bias, call, activation);
      }
      const [w1, w2] = [floatWeight(name, fc1Weight), floatWeight(name, fc2Weight)];
      calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 0, input: normal, weight: w1 });
      const hidden = activate(activation, F.linear(normal, w1, fc1Bias));
      calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 1, input: hidden, weight: w2 });
      return F.linear(hidden, w2, fc2Bias);
    });
  }

  override getExtraState(): Tensor {
    return extraStateOf(this, NAMES);
  }

  override setExtraState(state: Tensor): void {
    setExtraStateOf(this, NAMES, state);
  }

  override castOwnState(target: nn.OwnCastTarget): Iterable<Tensor> {
    return castCodes(this, target);
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    saveCodes(this, into, prefix, keepVars);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    loadLayer(this, NAMES, source, prefix, report);
  }

  override extraRepr(): string {
    return `${this.hiddenSize}, ${this.ffnHiddenSize}, activation=${this.activation}, normalization=${this.normalization}`;
  }
}
