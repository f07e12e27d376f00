// What layers that begin with a norm share: its options and parameters, and how their weights are moved, saved and loaded.
import { checkSwitch, empty, nn, type Tensor } from "@fabric/torch";
import type { Recipe } from "../recipes/index.js";
import type { DelayedState } from "../state/index.js";
import {
  castCodes,
  extraStateOf,
  loadLayer,
  saveCodes,
  setExtraStateOf,
} from "../weights/index.js";
import { metaOf } from "./fp8-meta.js";
import { NO_NORM, type Source } from "./fused-norm.js";
import { takesCaster } from "./gemm.js";
import { type Normalization, type NormCall, NormFunction } from "./norm-function.js";
import { checkNormalization } from "./normalization.js";

/** Options of {@link NormedLayer}. */
export interface NormedLayerOptions {
  /** Learn biases of the linear layers; default true. */
  bias?: boolean;
  /** Default `"LayerNorm"`. */
  normalization?: Normalization;
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

/** Names of {@link NormedLayerOptions}. */
export const NORMED_OPTIONS = [
  "bias",
  "normalization",
  "eps",
  "zeroCenteredGamma",
  "strictShapes",
  "device",
  "dtype",
] as const;

/** A layer whose input goes through a norm first; make one of its subclasses. */
export abstract class NormedLayer extends nn.Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    layerNormWeight: "layer_norm_weight",
    layerNormBias: "layer_norm_bias",
  };

  /** Which norm. */
  readonly normalization: Normalization;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the norm's weight is stored minus one. */
  readonly zeroCenteredGamma: boolean;
  /** Whether sizes that FP8 units do not take are refused. */
  readonly strictShapes: boolean;
  /** Weight of the norm, `[width of the input]`. */
  layerNormWeight: nn.Parameter;
  /** Bias of the norm; null for RMSNorm. */
  layerNormBias: nn.Parameter | null = null;

  constructor(width: number, options: NormedLayerOptions) {
    super();
    const name = new.target.name;
    const { normalization, eps = 1e-5, zeroCenteredGamma, strictShapes } = options;
    this.normalization = checkNormalization(name, normalization);
    this.eps = eps;
    this.zeroCenteredGamma = checkSwitch(name, "zeroCenteredGamma", zeroCenteredGamma, false);
    this.strictShapes = checkSwitch(name, "strictShapes", strictShapes, false);
    this.layerNormWeight = parameterOf([width], options);
    if (this.normalization === "LayerNorm") this.layerNormBias = parameterOf([width], options);
  }

  /** Names of the products' weights in state dicts, in order. */
  protected abstract readonly weightNames: readonly string[];

  /** Scales and amaxes of delayed scaling; null before its first use. */
  get fp8State(): DelayedState | null {
    return metaOf(this, this.weightNames.length).state;
  }

  /** The norm of `input`, computed in float32 and rounded to `dtype`. */
  protected normOf(input: Tensor, dtype: Tensor["dtype"]): Tensor {
    return NormFunction.apply(
      input,
      this.layerNormWeight,
      this.layerNormBias,
      this.normCall(dtype),
    );
  }

  /**
   * What the first product takes, in float32 where it is cast: the norm of `input`, or under recipes that let the product's function cast it in the
   * same pass `input` itself, with the norm after it.
   * @internal
   */
  protected sourceOf(input: Tensor, recipe: Recipe, dtype: Tensor["dtype"]): Source {
    const { layerNormWeight: weight, layerNormBias: bias } = this;
    const hasFloat64 = [input, weight, bias].some((t) => t?.dtype === "float64");
    if (dtype === "float32" && !hasFloat64 && takesCaster(recipe))
      return { x: input, norm: [this.normCall(dtype), weight, bias] };
    return { x: this.normOf(input, dtype), norm: NO_NORM };
  }

  private normCall(dtype: Tensor["dtype"]): NormCall {
    const { normalization, eps, zeroCenteredGamma } = this;
    return { normalization, eps, zeroCenteredGamma, dtype };
  }

  /** Sets the norm's parameters to those of the identity. */
  resetParameters(): void {
    nn.init.constant_(this.layerNormWeight, this.zeroCenteredGamma ? 0 : 1);
    if (this.layerNormBias !== null) nn.init.zeros_(this.layerNormBias);
  }

  override getExtraState(): Tensor {
    return extraStateOf(this, this.weightNames);
  }

  override setExtraState(state: Tensor): void {
    setExtraStateOf(this, this.weightNames, state);
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
    loadLayer(this, this.weightNames, source, prefix, report);
  }
}

/** An empty parameter where and as the options ask. */
export function parameterOf(
  shape: readonly number[],
  { device, dtype }: NormedLayerOptions,
): nn.Parameter {
  const options = {
    ...(device !== undefined && { device }),
    ...(dtype !== undefined && { dtype }),
  };
  return new nn.Parameter(empty([...shape], options));
}
