// A norm and the two linear layers of a transformer's feed-forward block in one.
import { checkOptions, checkSwitch, functional as F, nn, scope, type Tensor } from "@fabric/torch";
import { activationDtype, currentRegion, flopsOf, fp8RegionOf } from "../context/index.js";
import { drawWeight, floatWeight, holdAsCodes } from "../weights/index.js";
import { calibrate } from "./calibrate.js";
import { openGemms } from "./gemm.js";
import { checkWidth, type ForwardOptions, INIT_STD, microbatchOf } from "./linear.js";
import {
  type ActivationParams,
  activate,
  checkActivation,
  checkParams,
  isGated,
  type MlpActivation,
} from "./mlp-activation.js";
import { MlpFunction } from "./mlp-function.js";
import {
  NORMED_OPTIONS,
  NormedLayer,
  type NormedLayerOptions,
  parameterOf,
} from "./normed-layer.js";
import { checkStrictShapes } from "./shapes.js";

/** Options of {@link LayerNormMLP}. */
export interface LayerNormMLPOptions extends NormedLayerOptions {
  /** Default `"gelu"`, in its tanh form. Gated ones make the first linear layer twice as wide. */
  activation?: MlpActivation;
  /** Numbers of `"clamped_swiglu"`: the bound of both halves, default 7, and the slope of its sigmoid, default 1.702. */
  activationParams?: Partial<ActivationParams>;
}

const OPTIONS = [...NORMED_OPTIONS, "activation", "activationParams"];
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
export class LayerNormMLP extends NormedLayer {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    fc1Weight: "fc1_weight",
    fc1Bias: "fc1_bias",
    fc2Weight: "fc2_weight",
    fc2Bias: "fc2_bias",
  };

  /** Width of input and result. */
  readonly hiddenSize: number;
  /** Width between. */
  readonly ffnHiddenSize: number;
  /** Which activation. */
  readonly activation: MlpActivation;
  /** Its numbers, where it has some. */
  readonly activationParams: ActivationParams;
  /** `[ffnHiddenSize (twice that for gated activations), hiddenSize]`. */
  fc1Weight: nn.Parameter;
  /** Bias of the first linear layer, or null. */
  fc1Bias: nn.Parameter | null = null;
  /** `[hiddenSize, ffnHiddenSize]`. */
  fc2Weight: nn.Parameter;
  /** Bias of the second linear layer, or null. */
  fc2Bias: nn.Parameter | null = null;

  constructor(hiddenSize: number, ffnHiddenSize: number, options: LayerNormMLPOptions = {}) {
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    super(hiddenSize, options);
    const hasBias = checkSwitch(name, "bias", options.bias, true);
    this.hiddenSize = hiddenSize;
    this.ffnHiddenSize = ffnHiddenSize;
    this.activation = checkActivation(name, options.activation);
    this.activationParams = checkParams(name, this.activation, options.activationParams);
    const width = ffnHiddenSize * (isGated(this.activation) ? 2 : 1);
    this.fc1Weight = parameterOf([width, hiddenSize], options);
    if (hasBias) this.fc1Bias = parameterOf([width], options);
    this.fc2Weight = parameterOf([hiddenSize, ffnHiddenSize], options);
    if (hasBias) this.fc2Bias = parameterOf([hiddenSize], options);
    this.resetParameters();
    holdAsCodes(this, FIELDS);
  }

  protected override get weightNames(): readonly string[] {
    return NAMES;
  }

  /** Draws the weights anew. */
  override resetParameters(): void {
    super.resetParameters();
    for (const weight of [this.fc1Weight, this.fc2Weight])
      drawWeight(weight, (floats) => nn.init.normal_(floats, 0, INIT_STD));
    for (const bias of [this.fc1Bias, this.fc2Bias]) if (bias !== null) nn.init.zeros_(bias);
  }

  /**
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_USAGE_ACTIVATION_DTYPE`, `FABRIC_USAGE_FP8_SHAPE` (with
   * `strictShapes`).
   */
  override forward(input: Tensor, options: ForwardOptions = {}): Tensor {
    const name = this.constructor.name;
    const isFirstMicrobatch = microbatchOf(name, options);
    checkWidth(name, input, this.hiddenSize);
    const activation = { name: this.activation, params: this.activationParams };
    const { layerNormWeight, layerNormBias, fc1Weight, fc1Bias, fc2Weight, fc2Bias } = this;
    const parameters = [layerNormWeight, layerNormBias, fc1Weight, fc1Bias, fc2Weight, fc2Bias];
    const dtype = activationDtype(name, input, parameters);
    const region = fp8RegionOf(this, flopsOf(input, [fc1Weight, fc2Weight]));
    if (region !== null && this.strictShapes)
      checkStrictShapes(name, [input, fc1Weight, fc2Weight]);
    return scope(() => {
      if (region !== null) {
        const wide = dtype === "float64" ? dtype : "float32";
        const { x, norm } = this.sourceOf(input, region.recipe, wide);
        const call = openGemms(
          this,
          region,
          { input, parameters },
          { gemms: GEMMS, dtype, isFirstMicrobatch },
        );
        const weights = [fc1Weight, fc1Bias, fc2Weight, fc2Bias] as const;
        return MlpFunction.apply(x, ...weights, call, activation, ...norm);
      }
      const normal = this.normOf(input, dtype);
      const [w1, w2] = [floatWeight(name, fc1Weight), floatWeight(name, fc2Weight)];
      calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 0, input: normal, weight: w1 });
      const hidden = activate(activation, F.linear(normal, w1, fc1Bias));
      calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 1, input: hidden, weight: w2 });
      return F.linear(hidden, w2, fc2Bias);
    });
  }

  override extraRepr(): string {
    return `${this.hiddenSize}, ${this.ffnHiddenSize}, activation=${this.activation}, normalization=${this.normalization}`;
  }
}
