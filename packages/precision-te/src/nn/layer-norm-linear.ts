// A norm and a linear layer in one: what the norm returns goes to FP8 directly.
import { checkOptions, checkSwitch, functional as F, nn, scope, type Tensor } from "@fabric/torch";
import { activationDtype, currentRegion, flopsOf, fp8RegionOf } from "../context/index.js";
import { drawWeight, floatWeight, holdAsCodes } from "../weights/index.js";
import { calibrate } from "./calibrate.js";
import { NO_NORM } from "./fused-norm.js";
import { openGemms } from "./gemm.js";
import { checkWidth, type ForwardOptions, INIT_STD, microbatchOf } from "./linear.js";
import { LinearFunction } from "./linear-function.js";
import {
  NORMED_OPTIONS,
  NormedLayer,
  type NormedLayerOptions,
  parameterOf,
} from "./normed-layer.js";
import { checkStrictShapes } from "./shapes.js";

/** Options of {@link LayerNormLinear}. */
export interface LayerNormLinearOptions extends NormedLayerOptions {
  /** Return `[result, result of the norm]`, which is then rounded to the activation dtype before the cast; default false. */
  returnLayernormOutput?: boolean;
}

const OPTIONS = [...NORMED_OPTIONS, "returnLayernormOutput"];
/** Weights of the products, in order: fields, and names in state dicts. */
const FIELDS = ["weight"];
const NAMES = ["weight"];
const GEMMS = NAMES.length;

/**
 * `Linear(norm(x))`: `[..., inFeatures]` to `[..., outFeatures]`. In FP8 the norm is computed in float32 and cast without another rounding.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION`.
 */
export class LayerNormLinear extends NormedLayer {
  /** Width of the input. */
  readonly inFeatures: number;
  /** Width of the result. */
  readonly outFeatures: number;
  /** Whether the norm's result is returned as well. */
  readonly returnLayernormOutput: boolean;
  /** `[outFeatures, inFeatures]`. */
  weight: nn.Parameter;
  /** `[outFeatures]`, or null. */
  bias: nn.Parameter | null = null;

  constructor(inFeatures: number, outFeatures: number, options: LayerNormLinearOptions = {}) {
    const name = new.target.name;
    checkOptions(name, options, OPTIONS);
    super(inFeatures, options);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.returnLayernormOutput = checkSwitch(
      name,
      "returnLayernormOutput",
      options.returnLayernormOutput,
      false,
    );
    this.weight = parameterOf([outFeatures, inFeatures], options);
    if (checkSwitch(name, "bias", options.bias, true))
      this.bias = parameterOf([outFeatures], options);
    this.resetParameters();
    holdAsCodes(this, FIELDS);
  }

  protected override get weightNames(): readonly string[] {
    return NAMES;
  }

  /** Draws the weights anew. */
  override resetParameters(): void {
    super.resetParameters();
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
    const { weight, bias, layerNormWeight, layerNormBias, returnLayernormOutput } = this;
    const parameters = [layerNormWeight, layerNormBias, weight, bias];
    const dtype = activationDtype(name, input, parameters);
    const region = fp8RegionOf(this, flopsOf(input, [weight]));
    if (region !== null && this.strictShapes) checkStrictShapes(name, [input, weight]);
    return scope(() => {
      if (region !== null) {
        const goesToFp8 = !returnLayernormOutput && dtype !== "float64";
        const { x, norm } = goesToFp8
          ? this.sourceOf(input, region.recipe, "float32")
          : { x: this.normOf(input, dtype), norm: NO_NORM };
        const call = openGemms(
          this,
          region,
          { input, parameters },
          { gemms: GEMMS, dtype, isFirstMicrobatch },
        );
        const y = LinearFunction.apply(x, weight, bias, call, ...norm);
        return returnLayernormOutput ? [y, x] : y;
      }
      const normal = this.normOf(input, dtype);
      const floats = floatWeight(name, weight);
      calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 0, input: normal, weight: floats });
      const y = F.linear(normal, floats, bias);
      return returnLayernormOutput ? [y, normal] : y;
    });
  }

  override extraRepr(): string {
    return `${this.inFeatures}, ${this.outFeatures}, bias=${this.bias !== null}, normalization=${this.normalization}`;
  }
}
