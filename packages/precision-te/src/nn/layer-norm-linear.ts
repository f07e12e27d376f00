// A norm and a linear layer in one: what the norm returns goes to FP8 directly.
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
import { LinearFunction } from "./linear-function.js";
import { type Normalization, NormFunction } from "./norm-function.js";
import { checkNormalization } from "./normalization.js";
import { checkStrictShapes } from "./shapes.js";

/** Options of {@link LayerNormLinear}. */
export interface LayerNormLinearOptions {
  /** Learn a bias of the linear layer; default true. */
  bias?: boolean;
  /** Default `"LayerNorm"`. */
  normalization?: Normalization;
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Store the norm's weight minus one; default false. */
  zeroCenteredGamma?: boolean;
  /** Return `[result, result of the norm]`, which is then rounded to the activation dtype before the cast; default false. */
  returnLayernormOutput?: boolean;
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
  "eps",
  "zeroCenteredGamma",
  "returnLayernormOutput",
  "strictShapes",
  "device",
  "dtype",
];
/** Weights of the products, in order: fields, and names in state dicts. */
const FIELDS = ["weight"];
const NAMES = ["weight"];
const GEMMS = NAMES.length;

/**
 * `Linear(norm(x))`: `[..., inFeatures]` to `[..., outFeatures]`. In FP8 the norm is computed in float32 and cast without another rounding.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`.
 */
export class LayerNormLinear extends nn.Module {
  static override readonly stateNames = {
    layerNormWeight: "layer_norm_weight",
    layerNormBias: "layer_norm_bias",
  };

  /** Width of the input. */
  readonly inFeatures: number;
  /** Width of the result. */
  readonly outFeatures: number;
  /** Which norm. */
  readonly normalization: Normalization;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the norm's weight is stored minus one. */
  readonly zeroCenteredGamma: boolean;
  /** Whether the norm's result is returned as well. */
  readonly returnLayernormOutput: boolean;
  /** Whether sizes that FP8 units do not take are refused. */
  readonly strictShapes: boolean;
  /** Weight of the norm, `[inFeatures]`. */
  layerNormWeight: nn.Parameter;
  /** Bias of the norm, `[inFeatures]`; null for RMSNorm. */
  layerNormBias: nn.Parameter | null = null;
  /** `[outFeatures, inFeatures]`. */
  weight: nn.Parameter;
  /** `[outFeatures]`, or null. */
  bias: nn.Parameter | null = null;

  constructor(inFeatures: number, outFeatures: number, options: LayerNormLinearOptions = {}) {
    super();
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    const { eps = 1e-5, device, dtype } = options;
    const bias = checkSwitch(name, "bias", options.bias, true);
    const made = { ...(device !== undefined && { device }), ...(dtype !== undefined && { dtype }) };
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.normalization = checkNormalization(name, options.normalization);
    this.eps = eps;
    this.zeroCenteredGamma = checkSwitch(
      name,
      "zeroCenteredGamma",
      options.zeroCenteredGamma,
      false,
    );
    this.returnLayernormOutput = checkSwitch(
      name,
      "returnLayernormOutput",
      options.returnLayernormOutput,
      false,
    );
    this.strictShapes = checkSwitch(name, "strictShapes", options.strictShapes, false);
    this.layerNormWeight = new nn.Parameter(empty([inFeatures], made));
    if (this.normalization === "LayerNorm")
      this.layerNormBias = new nn.Parameter(empty([inFeatures], made));
    this.weight = new nn.Parameter(empty([outFeatures, inFeatures], made));
    if (bias) this.bias = new nn.Parameter(empty([outFeatures], made));
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
    if (this.layerNormBias !== null) nn.init.zeros_(this.layerNormBias);
    drawWeight(this.weight, (weight) => nn.init.normal_(weight, 0, INIT_STD));
    if (this.bias !== null) nn.init.zeros_(this.bias);
  }

  /**
   * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_USAGE_ACTIVATION_DTYPE`, `FABRIC_USAGE_FP8_SHAPE` (with
   * `strictShapes`).
   */
  override forward(input: Tensor, options: ForwardOptions = {}): Tensor | [Tensor, Tensor] {
    const name = this.constructor.name;
    const isFirstMicrobatch = microbatchOf(name, options);
    checkWidth(name, input, this.inFeatures);
    const { weight, bias, layerNormWeight, layerNormBias, normalization, eps } = this;
    const { zeroCenteredGamma, returnLayernormOutput } = this;
    const parameters = [layerNormWeight, layerNormBias, weight, bias];
    const dtype = activationDtype(name, input, parameters);
    const region = fp8RegionOf(this, flopsOf(input, [weight]));
    const isFp8 = region !== null;
    if (isFp8 && this.strictShapes) checkStrictShapes(name, [input, weight]);
    return scope(() => {
      const goesToFp8 = isFp8 && !returnLayernormOutput && dtype !== "float64";
      const normal = NormFunction.apply(input, layerNormWeight, layerNormBias, {
        normalization,
        eps,
        zeroCenteredGamma,
        dtype: goesToFp8 ? "float32" : dtype,
      });
      const floats = isFp8 ? weight : floatWeight(name, weight);
      if (!isFp8)
        calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 0, input: normal, weight: floats });
      const y = isFp8
        ? LinearFunction.apply(
            normal,
            weight,
            bias,
            openGemms(
              this,
              region,
              { input, parameters },
              { gemms: GEMMS, dtype, isFirstMicrobatch },
            ),
          )
        : F.linear(normal, floats, bias);
      return returnLayernormOutput ? [y, normal] : y;
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
    return `${this.inFeatures}, ${this.outFeatures}, bias=${this.bias !== null}, normalization=${this.normalization}`;
  }
}
