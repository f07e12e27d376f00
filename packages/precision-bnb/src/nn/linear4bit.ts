// Linear layers with a frozen 4-bit weight.
import {
  checkOptions,
  type DType,
  describeValue,
  FabricError,
  nn,
  noGrad,
  type Tensor,
} from "@fabric/torch";
import {
  checkFloat,
  FLOAT_DTYPES,
  type QuantStorage,
  type QuantType,
} from "../functional/arguments.js";
import { operatorFor } from "../operators.js";
import { ComputeDtype } from "./compute-dtype.js";
import { loadWeight, saveWeight } from "./load4bit.js";
import { castParams4bit, Params4bit, type Params4bitOptions, params4bit } from "./params4bit.js";

/** Options of {@link Linear4bit}. */
export interface Linear4bitOptions extends Params4bitOptions, nn.LinearOptions {
  /** Dtype to multiply in. Without it the first input decides: its own dtype. */
  computeDtype?: DType | null;
}

const OPTIONS = [
  "bias",
  "device",
  "dtype",
  "computeDtype",
  "quantType",
  "blocksize",
  "compressStatistics",
  "quantStorage",
];
const FROM_LINEAR_OPTIONS = OPTIONS.slice(3);

/**
 * `y = x W^T + b` with a 4-bit `W`, on the last dimension: `[..., inFeatures]` to `[..., outFeatures]`; the result has the dtype of the input.
 *
 * It is made with a float weight, which is quantised when the layer reaches a device (`to("cpu")` counts, "meta" does not). The weight is frozen;
 * the input and the bias get gradients. Each weight that is multiplied is exactly what `dequantize4bit` gives in the compute dtype; sums are in
 * float32, but of 40 rows and more in bfloat16 on a CPU that multiplies bfloat16 as libtorch makes them. The weight is decoded as it is multiplied,
 * nested scales with it: it is never there as a whole.
 *
 * State dicts have bitsandbytes' keys. A float weight in a state dict is quantised on arrival.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT`, `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_QUANT_TYPE`, `FABRIC_CONFIG_BLOCKSIZE`,
 * `FABRIC_CONFIG_QUANT_STORAGE`, `FABRIC_CONFIG_DTYPE`.
 */
export class Linear4bit extends nn.Linear {
  /** The weight, float or packed. */
  declare weight: Params4bit;
  /** Dtype to multiply in, as far as it is known; null: that of the input. */
  computeDtype: DType | null;
  /** Whether no input changes it any more. */
  computeTypeIsSet: boolean;

  constructor(inFeatures: number, outFeatures: number, options: Linear4bitOptions = {}) {
    checkOptions(new.target.name, options, OPTIONS);
    const { computeDtype, ...rest } = options;
    super(inFeatures, outFeatures, linearOptions(rest));
    this.weight = new Params4bit(this.weight, packing(rest));
    this.computeDtype = checkComputeDtype(new.target.name, computeDtype ?? null);
    this.computeTypeIsSet = this.computeDtype !== null;
  }

  /** How the compute dtype is found. */
  get compute(): ComputeDtype {
    return new ComputeDtype(this);
  }

  /** A layer with the weight and bias of `linear`, shared until the weight is quantised. */
  static fromLinear<C extends typeof Linear4bit>(
    this: C,
    linear: nn.Linear,
    options: Omit<Linear4bitOptions, "bias" | "device" | "dtype"> = {},
  ): InstanceType<C> {
    checkOptions("Linear4bit.fromLinear", options, FROM_LINEAR_OPTIONS);
    const { inFeatures, outFeatures, bias, weight } = linear;
    const layer = new this(inFeatures, outFeatures, { ...options, bias: false, device: "meta" });
    layer.weight = new Params4bit(weight.detach(), layer.weight.options);
    layer.bias = bias;
    layer.training = linear.training;
    return layer as InstanceType<C>;
  }

  /** The result, in the dtype of the input. @throws FabricError `FABRIC_USAGE_NOT_QUANTIZED`, `FABRIC_USAGE_NOT_LOADED`, `FABRIC_MISSING_KERNELS`; TorchError for tensors on several devices. */
  override forward(input: Tensor): Tensor {
    const weight = params4bit(this.constructor.name, this.weight);
    const { quantState, isLoaded } = weight;
    if (quantState === null || !isLoaded) throw notReady(this);
    checkFloat(this.constructor.name, input);
    if (weight.device === "meta" && input.device !== "meta") throw notReady(this);
    const dtype = this.compute.for(input.dtype);
    const x = input.dtype === dtype ? input : input.to(dtype);
    const { absmax, shape, blocksize, quantType, state2 } = quantState;
    const nested = state2 !== null;
    const y = operatorFor("linear_4bit", x)(
      x,
      // Backward goes on with these codes, whatever is loaded into the parameter.
      weight.detach(),
      absmax,
      shape,
      blocksize,
      quantType,
      quantState.dtype,
      this.bias,
      nested ? state2.absmax : null,
      nested ? state2.code : null,
      nested ? quantState.offset : null,
      nested ? state2.blocksize : 256,
    ) as Tensor;
    return y.dtype === input.dtype ? y : y.to(input.dtype);
  }

  /** The weight in the dtype of its state; a copy. */
  dequantize(): Tensor {
    return params4bit(this.constructor.name, this.weight).dequantize();
  }

  /** Draws a float weight and the bias anew, and packs the weight again if it was packed. */
  override resetParameters(): void {
    if (!(this.weight instanceof Params4bit) || this.weight.quantState === null) {
      super.resetParameters();
      return;
    }
    const { weight, inFeatures, outFeatures } = this;
    const { device, quantState } = weight;
    const fresh = new nn.Linear(inFeatures, outFeatures, {
      bias: this.bias !== null,
      device,
      dtype: (quantState as NonNullable<typeof quantState>).dtype,
    });
    weight.setFloat(fresh.weight, device);
    const { bias } = this;
    if (bias !== null) noGrad(() => bias.copy_(fresh.bias as Tensor));
  }

  override castOwnState(target: nn.OwnCastTarget): Iterable<Tensor> {
    return castParams4bit(this.weight, target);
  }

  override saveOwnState(into: Record<string, Tensor>, prefix: string, keepVars: boolean): void {
    super.saveOwnState(into, prefix, keepVars);
    saveWeight(this.weight, into, `${prefix}weight`);
  }

  override loadOwnState(
    source: ReadonlyMap<string, Tensor>,
    prefix: string,
    report: nn.LoadReport,
  ): void {
    loadWeight(this.weight, source, `${prefix}weight`, report);
    if (this.bias !== null) nn.matchEntry(`${prefix}bias`, this.bias, source, report);
  }

  /** Sizes, and how the weight is packed. */
  override extraRepr(): string {
    const { quantType, blocksize, compressStatistics, quantState } = this.weight;
    return `${super.extraRepr()}, quantType=${quantType}, blocksize=${blocksize}, compressStatistics=${compressStatistics}, quantized=${quantState !== null}`;
  }
}

/** {@link Linear4bit} with NF4 (Dettmers et al. 2023, "QLoRA"). */
export class LinearNF4 extends Linear4bit {
  constructor(
    inFeatures: number,
    outFeatures: number,
    options: Omit<Linear4bitOptions, "quantType"> = {},
  ) {
    super(inFeatures, outFeatures, fixed("LinearNF4", "nf4", options));
  }
}

/** {@link Linear4bit} with FP4. */
export class LinearFP4 extends Linear4bit {
  constructor(
    inFeatures: number,
    outFeatures: number,
    options: Omit<Linear4bitOptions, "quantType"> = {},
  ) {
    super(inFeatures, outFeatures, fixed("LinearFP4", "fp4", options));
  }
}

/** Why a layer cannot compute. A function: a copy of a module has no private methods. */
function notReady(layer: Linear4bit): FabricError {
  const size = `${layer.constructor.name}(${layer.inFeatures}, ${layer.outFeatures})`;
  if (layer.weight.quantState !== null) return notLoaded(size, layer.weight);
  const place =
    layer.weight.device === "meta"
      ? "it is on the meta device. Load a state dict with { assign: true }, or call toEmpty and load"
      : "it did not reach a device yet. Call layer.to(device), or set the model up without { moveToDevice: false }";
  return new FabricError(
    "FABRIC_USAGE_NOT_QUANTIZED",
    `${size}: its weight is not quantised, because ${place}. Its dtype is ${describeValue(layer.weight)}.`,
  );
}

/** Why packed codes are no weight. @internal */
export function notLoaded(owner: string, weight: Tensor): FabricError {
  const reason =
    weight.device === "meta"
      ? "is on the meta device, where there is no data. Load a state dict with { assign: true }, or call toEmpty({ device }) and load"
      : "was allocated by toEmpty and never loaded. Load a state dict, or call resetParameters()";
  return new FabricError("FABRIC_USAGE_NOT_LOADED", `${owner}: its weight ${reason}.`);
}

/** Options of a layer that has one type. */
function fixed(owner: string, quantType: QuantType, options: Linear4bitOptions): Linear4bitOptions {
  checkOptions(owner, options, OPTIONS);
  const given = options.quantType ?? quantType;
  if (given === quantType) return { ...options, quantType };
  throw new FabricError(
    "FABRIC_CONFIG_QUANT_TYPE",
    `${owner}: its type is ${quantType}, but quantType is ${describeValue(given)}. Leave it away, or make a Linear4bit with it.`,
  );
}

function checkComputeDtype(owner: string, value: unknown): DType | null {
  if (value === null || FLOAT_DTYPES.some((dtype) => dtype === value)) return value as DType | null;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `${owner}: expected ${FLOAT_DTYPES.map((dtype) => `"${dtype}"`).join(", ")} or null as computeDtype but received ${describeValue(value)}.`,
  );
}

function linearOptions({ bias, device, dtype }: Linear4bitOptions): nn.LinearOptions {
  return {
    ...(bias === undefined ? {} : { bias }),
    ...(device === undefined ? {} : { device }),
    ...(dtype === undefined ? {} : { dtype }),
  };
}

function packing(options: Linear4bitOptions): Params4bitOptions {
  const { quantType, blocksize, compressStatistics, quantStorage } = options as {
    quantType: QuantType;
    blocksize: number;
    compressStatistics: boolean;
    quantStorage: QuantStorage;
  };
  return Object.fromEntries(
    Object.entries({ quantType, blocksize, compressStatistics, quantStorage }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}
