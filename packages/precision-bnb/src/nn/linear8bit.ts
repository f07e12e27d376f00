// A linear layer with 8-bit codes for its weight and for its input: LLM.int8() (Dettmers et al. 2022).
import {
  checkOptions,
  checkSwitch,
  type DType,
  describeValue,
  FabricError,
  nn,
  noGrad,
  type Tensor,
} from "@fabric/torch";
import { checkFloat } from "../functional/arguments.js";
import { checkThreshold } from "../functional/int8.js";
import { operatorFor } from "../operators.js";
import { int8Weight } from "./int8-cache.js";
import { Int8Params, isInt8Params } from "./int8-params.js";
import { loadWeight8bit, saveScales } from "./load8bit.js";

/** What a layer multiplies: codes of both factors, or the input with the dequantised weight. */
export type Int8Backend = "int8" | "dequant";

/** Options of {@link Linear8bitLt} beside those of `nn.Linear`. */
export interface Int8Options {
  /** Train a float weight, quantised for each product (default); false for a frozen one that is stored as codes. */
  hasFp16Weights?: boolean;
  /** Input columns with an element of at least this magnitude are multiplied as floats; default 0: none are. LLM.int8() has 6. */
  threshold?: number;
  /** Default `"int8"`. `"dequant"` does not quantise inputs, as bitsandbytes trains on the CPU. */
  int8Backend?: Int8Backend;
}

/** Options of {@link Linear8bitLt}. */
export interface Linear8bitLtOptions extends Int8Options, nn.LinearOptions {}

const OPTIONS = ["bias", "device", "dtype", "hasFp16Weights", "threshold", "int8Backend"] as const;

/**
 * `y = x W^T + b` on the last dimension, `[..., inFeatures]` to `[..., outFeatures]`, in int8: rows of `x` and of `W` are quantised, sums of codes
 * are exact, and the result is rounded once, to the dtype of the input. Rows are rounded to float16 before they are quantised, unless it cannot
 * hold them, so float32 and bfloat16 inputs do not overflow.
 *
 * With `hasFp16Weights` (the default, as in bitsandbytes) the weight is an ordinary parameter; its codes are made when it changed. Without, it is
 * an {@link Int8Params}: frozen, and replaced by codes when the layer reaches a device (`to("cpu")` counts, "meta" does not).
 *
 * Gradients: of the input through the weight that the codes stand for; of the bias; of a float weight from codes by columns (each with its own
 * scale). It has no second derivative; with `int8Backend: "dequant"` it has.
 *
 * State dicts have bitsandbytes' keys: `weight`, `bias` and, of codes, `SCB` and `weight_format`. A float weight is quantised on arrival in a layer
 * that holds codes; codes that arrive in a layer with a float weight quantise it, or, where it is trained, set the floats that they stand for.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_THRESHOLD`, `FABRIC_CONFIG_INT8_BACKEND`.
 */
export class Linear8bitLt extends nn.Linear {
  /** Whether the weight is trained as floats. */
  readonly hasFp16Weights: boolean;
  /** Magnitude from which inputs are outliers; 0: none are. */
  readonly threshold: number;
  /** What it multiplies. */
  int8Backend: Int8Backend;

  constructor(inFeatures: number, outFeatures: number, options: Linear8bitLtOptions = {}) {
    checkOptions("Linear8bitLt", options, OPTIONS);
    const { hasFp16Weights, threshold = 0, int8Backend = "int8", ...linear } = options;
    const trains = checkSwitch("Linear8bitLt", "hasFp16Weights", hasFp16Weights, true);
    super(inFeatures, outFeatures, linear);
    this.hasFp16Weights = trains;
    this.threshold = checkThreshold("Linear8bitLt", threshold);
    this.int8Backend = checkBackend(int8Backend);
    if (!trains) this.weight = new Int8Params(this.weight.detach());
  }

  /** A layer with the bias of `linear` and with its weight: the same parameter if it is trained, else its data until it is quantised. */
  static fromLinear(linear: nn.Linear, options: Int8Options = {}): Linear8bitLt {
    const { inFeatures, outFeatures, bias, weight, training } = linear;
    const layer = new Linear8bitLt(inFeatures, outFeatures, {
      ...options,
      bias: false,
      device: "meta",
    });
    layer.weight = layer.hasFp16Weights ? weight : new Int8Params(weight.detach());
    layer.bias = bias;
    layer.training = training;
    return layer;
  }

  /** The result, in the dtype of the input. @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_USAGE_NOT_QUANTIZED`, `FABRIC_USAGE_NOT_LOADED`, `FABRIC_MISSING_KERNELS`. */
  override forward(input: Tensor): Tensor {
    checkFloat("Linear8bitLt", input);
    const { weight, bias, threshold, int8Backend } = this;
    const [codes, scales] = this.hasFp16Weights ? trained(this) : frozen(this);
    return operatorFor("linear_8bit", input)(
      input,
      codes,
      scales,
      bias,
      this.hasFp16Weights ? weight : null,
      threshold,
      int8Backend,
    ) as Tensor;
  }

  /** The weight that the codes stand for, a copy; default in the dtype that the float weight had or has. */
  dequantize(dtype?: DType): Tensor {
    const { weight } = this;
    if (isInt8Params(weight)) return weight.toFloat(dtype);
    const { codes, scales } = int8Weight(weight);
    return operatorFor("int8_vectorwise_dequant", codes)(
      codes,
      scales,
      dtype ?? weight.dtype,
    ) as Tensor;
  }

  /** Draws a float weight and the bias anew, and quantises the weight again if it was. */
  override resetParameters(): void {
    const { weight, bias, inFeatures, outFeatures } = this;
    if (!isInt8Params(weight) || weight.SCB === null) {
      super.resetParameters();
      return;
    }
    const { device, sourceDtype } = weight;
    const fresh = new nn.Linear(inFeatures, outFeatures, {
      bias: bias !== null,
      device,
      dtype: sourceDtype,
    });
    weight.setFloat(fresh.weight, device);
    if (bias !== null) noGrad(() => bias.copy_(fresh.bias as Tensor));
  }

  override castOwnState(target: nn.OwnCastTarget): Iterable<Tensor> {
    return castInt8Params(this.weight, target);
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    saveScales(this.weight, into, prefix);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    loadWeight8bit(this.weight, source, prefix, report);
    if (this.bias !== null) nn.matchEntry(`${prefix}bias`, this.bias, source, report);
  }

  /** Sizes, options, and whether the weight is codes, for printing. */
  override extraRepr(): string {
    const { hasFp16Weights, threshold, int8Backend, weight } = this;
    const quantized = isInt8Params(weight) && weight.SCB !== null;
    return `${super.extraRepr()}, hasFp16Weights=${hasFp16Weights}, threshold=${threshold}, int8Backend=${int8Backend}, quantized=${quantized}`;
  }
}

/** What `Module.to` and `toEmpty` ask of a frozen weight. @internal */
export function castInt8Params(weight: Tensor, target: nn.OwnCastTarget): Iterable<Tensor> {
  if (!isInt8Params(weight)) return [];
  const { device, empty } = target;
  if (device === undefined) return weight.SCB !== null || weight.keepsDtype ? [weight] : [];
  if (weight.SCB === null && device === "meta") return [];
  if (empty === true) weight.allocate_(device);
  else if (weight.SCB !== null) weight.move_(device);
  else if (weight.device === "meta") return [];
  else weight.quantize_(device);
  return [weight];
}

function trained(layer: Linear8bitLt): [Tensor, Tensor] {
  const { weight } = layer;
  if (weight.device === "meta") throw notReady(layer);
  if (!weight.isFloatingPoint())
    throw new FabricError(
      "FABRIC_USAGE_NOT_QUANTIZED",
      `${nameOf(layer)}: with hasFp16Weights the weight is a float tensor, but it is ${describeValue(weight)}. Make the layer with { hasFp16Weights: false } for codes.`,
    );
  const { codes, scales } = int8Weight(weight);
  return [codes, scales];
}

function frozen(layer: Linear8bitLt): [Tensor, Tensor] {
  const { weight } = layer;
  if (!isInt8Params(weight)) {
    throw new FabricError(
      "FABRIC_USAGE_QUANT_STATE",
      `${nameOf(layer)}: the weight is ${describeValue(weight)}, not an Int8Params; its scales are lost. Assign to \`weight.data\`, or make the weight with new Int8Params(tensor).`,
    );
  }
  if (weight.SCB === null || !weight.isLoaded) throw notReady(layer);
  return [weight.detach(), weight.SCB];
}

function notReady(layer: Linear8bitLt): FabricError {
  const { weight } = layer;
  if (isInt8Params(weight) && weight.SCB !== null)
    return new FabricError(
      "FABRIC_USAGE_NOT_LOADED",
      `${nameOf(layer)}: its weight was allocated by toEmpty and never loaded. Load a state dict, or call resetParameters().`,
    );
  const place =
    weight.device === "meta"
      ? "it is on the meta device. Load a state dict with { assign: true }, or call toEmpty and load"
      : "it did not reach a device yet. Call layer.to(device), or set the model up without { moveToDevice: false }";
  return new FabricError(
    "FABRIC_USAGE_NOT_QUANTIZED",
    `${nameOf(layer)}: its weight is not quantised, because ${place}. It is ${describeValue(weight)}.`,
  );
}

function nameOf({ inFeatures, outFeatures }: Linear8bitLt): string {
  return `Linear8bitLt(${inFeatures}, ${outFeatures})`;
}

function checkBackend(value: unknown): Int8Backend {
  if (value === "int8" || value === "dequant") return value;
  throw new FabricError(
    "FABRIC_CONFIG_INT8_BACKEND",
    `Expected "int8" or "dequant" as int8Backend but received ${describeValue(value)}.`,
  );
}
