// Linear layers whose products are computed in FP8.
import {
  checkOptions,
  checkSwitch,
  describeValue,
  functional as F,
  FabricError,
  isTensor,
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
import { NO_NORM } from "./fused-norm.js";
import { openGemms } from "./gemm.js";
import { LinearFunction } from "./linear-function.js";
import { checkStrictShapes } from "./shapes.js";

/** Options of {@link Linear}. */
export interface LinearOptions extends nn.LinearOptions {
  /** Refuse sizes that FP8 units do not take, instead of padding with zeros; default false. */
  strictShapes?: boolean;
}

/** Options of a forward pass. */
export interface ForwardOptions {
  /**
   * With gradient accumulation: true casts the weight and keeps its codes, false uses them as long as the recipe is the same and the weight was not
   * written to (writes through its `data` are not seen). Default: the weight is cast each time and its codes are not kept.
   */
  isFirstMicrobatch?: boolean | undefined;
}

/** Standard deviation of initial weights; Transformer Engine's. */
export const INIT_STD = 0.023;
const OPTIONS = ["bias", "device", "dtype", "strictShapes"];
const FORWARD_OPTIONS = ["isFirstMicrobatch"];
/** Weights of the products, in order: fields, and names in state dicts. */
const FIELDS = ["weight"];
const NAMES = ["weight"];
const GEMMS = NAMES.length;

/**
 * `y = x W^T + b`, on the last dimension: `[..., inFeatures]` to `[..., outFeatures]`. Inside `fp8Autocast` input and weight are cast to E4M3 and
 * gradients to E5M2 (with the recipe's format HYBRID), products are summed in float32 and rounded once to the activation dtype: autocast's, else
 * that of the input. Outside it is an ordinary layer.
 *
 * The weight starts normal with a standard deviation of 0.023, the bias zero. State dicts have Transformer Engine's keys.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`.
 */
export class Linear extends nn.Linear {
  /** Whether sizes that FP8 units do not take are refused. */
  readonly strictShapes: boolean;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    checkOptions(new.target.name, options, OPTIONS);
    const { strictShapes, ...rest } = options;
    checkSwitch(new.target.name, "bias", options.bias, true);
    super(inFeatures, outFeatures, rest);
    this.strictShapes = checkSwitch(new.target.name, "strictShapes", strictShapes, false);
    holdAsCodes(this, FIELDS);
  }

  /** A layer with the weight and bias of `linear`, the same objects, inside `quantizedModelInit` too. */
  static fromLinear(linear: nn.Linear, options: Pick<LinearOptions, "strictShapes"> = {}): Linear {
    const { inFeatures, outFeatures, weight, bias } = linear;
    const layer = new Linear(inFeatures, outFeatures, { ...options, bias: false, device: "meta" });
    layer.weight = weight;
    layer.bias = bias;
    layer.training = linear.training;
    return layer;
  }

  /** Scales and amaxes of delayed scaling; null before its first use. */
  get fp8State(): DelayedState | null {
    return metaOf(this, GEMMS).state;
  }

  /**
   * @throws FabricError `FABRIC_USAGE_ACTIVATION_DTYPE`, `FABRIC_USAGE_FP8_SHAPE` (with `strictShapes`), `FABRIC_TENSOR_ARGUMENT`,
   * `FABRIC_CONFIG_OPTION`, `FABRIC_MISSING_KERNELS`.
   */
  override forward(input: Tensor, options: ForwardOptions = {}): Tensor {
    const { weight, bias } = this;
    const isFirstMicrobatch = microbatchOf(this.constructor.name, options);
    checkWidth(this.constructor.name, input, this.inFeatures);
    const region = fp8RegionOf(this, flopsOf(input, [weight]));
    if (region === null) {
      return scope(() => {
        const floats = floatWeight(this.constructor.name, weight);
        calibrate(this, currentRegion(), { gemms: GEMMS, gemm: 0, input, weight: floats });
        return F.linear(input, floats, bias);
      });
    }
    if (this.strictShapes) checkStrictShapes(this.constructor.name, [input, weight]);
    const dtype = activationDtype(this.constructor.name, input, [weight, bias]);
    return scope(() => {
      const parameters = [weight, bias];
      const call = openGemms(
        this,
        region,
        { input, parameters },
        { gemms: GEMMS, dtype, isFirstMicrobatch },
      );
      return LinearFunction.apply(input.to(dtype), weight, bias, call, ...NO_NORM);
    });
  }

  /** Draws the weights anew. */
  override resetParameters(): void {
    drawWeight(this.weight, (weight) => nn.init.normal_(weight, 0, INIT_STD));
    if (this.bias !== null) nn.init.zeros_(this.bias);
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
}

/** What a forward pass was told about micro-batches. @throws FabricError `FABRIC_CONFIG_OPTION`. */
export function microbatchOf(layer: string, options: ForwardOptions): boolean | undefined {
  const owner = `${layer}.forward`;
  checkOptions(owner, options, FORWARD_OPTIONS);
  const { isFirstMicrobatch } = options;
  if (isFirstMicrobatch === undefined) return undefined;
  return checkSwitch(owner, "isFirstMicrobatch", isFirstMicrobatch, false);
}

/** @throws FabricError `FABRIC_TENSOR_ARGUMENT` unless the last dimension has `width` numbers. */
export function checkWidth(layer: string, input: unknown, width: number): void {
  if (isTensor(input) && input.ndim >= 1 && input.shape.at(-1) === width) return;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${layer}: expected a tensor whose last dimension is ${width} but received ${describeValue(input)}.`,
  );
}
