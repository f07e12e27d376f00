// The weight of a 4-bit layer: a float tensor at first, packed codes once it reached a device.
import {
  checkOptions,
  type Device,
  type DType,
  describeValue,
  FabricError,
  isTensor,
  itemsize,
  keep,
  nn,
  noGrad,
  scope,
  type Tensor,
  zeros,
} from "@fabric/torch";
import {
  checkBlocksize4bit,
  checkBoolean,
  checkQuantType,
  checkStorage,
  elementsOf,
  type QuantStorage,
  type QuantType,
} from "../functional/arguments.js";
import { dequantize4bit } from "../functional/four-bit.js";
import type { QuantState } from "../functional/quant-state.js";
import { emptyState } from "../functional/quant-state-dict.js";
import {
  errorOf4bit,
  fitsIn,
  type Packed4bit,
  type QuantizationError,
  quantize4bitInPieces,
} from "./in-pieces.js";

export type { QuantizationError } from "./in-pieces.js";

/** How a weight is packed. */
export interface Params4bitOptions {
  /** 4-bit data type; default `"fp4"`. */
  quantType?: QuantType;
  /** Consecutive elements that share a scale; default 64. */
  blocksize?: number;
  /** Double quantisation; default true. */
  compressStatistics?: boolean;
  /** Dtype that the packed bytes are stored as; default `"uint8"`. */
  quantStorage?: QuantStorage;
}

const OPTIONS = ["quantType", "blocksize", "compressStatistics", "quantStorage"];

/**
 * A frozen weight that is quantised when it reaches a device. Before, it is the float tensor that it was made from; after, `[bytes, 1]` packed
 * codes, with `quantState` saying what they mean.
 */
export class Params4bit extends nn.Parameter {
  readonly quantType: QuantType;
  readonly blocksize: number;
  readonly compressStatistics: boolean;
  readonly quantStorage: QuantStorage;
  /** Meaning of the codes; null while the weight is a float tensor. */
  quantState: QuantState | null = null;
  /** False between `toEmpty` and a load: the codes are not those of any weight. */
  isLoaded = true;
  /** Dtype to round to before quantising, and to record; null for the weight's own. A weight that it cannot hold is quantised as it is. */
  roundsTo: DType | null = null;
  /** Whether quantising measures what it loses. */
  measures = false;
  /** What the last quantisation lost, if it was measured. */
  error: QuantizationError | null = null;
  /** Called after each quantisation. */
  onQuantized: ((weight: Params4bit) => void) | null = null;

  /**
   * @param data - a floating tensor, any device.
   * @throws FabricError `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_QUANT_TYPE`, `FABRIC_CONFIG_BLOCKSIZE`, `FABRIC_CONFIG_QUANT_STORAGE`,
   * `FABRIC_CONFIG_ARGUMENT`.
   */
  constructor(data: Tensor, options: Params4bitOptions = {}) {
    super(data, { requiresGrad: false });
    checkOptions("Params4bit", options, OPTIONS);
    this.quantType = checkQuantType(options.quantType ?? "fp4");
    this.blocksize = checkBlocksize4bit(options.blocksize ?? 64);
    const { compressStatistics = true } = options;
    this.compressStatistics = checkBoolean("Params4bit", "compressStatistics", compressStatistics);
    this.quantStorage = checkStorage(options.quantStorage ?? "uint8");
  }

  /** Whether it holds packed codes. */
  get bnbQuantized(): boolean {
    return this.quantState !== null;
  }

  /** Shape of the weight that the codes stand for. */
  get logicalShape(): readonly number[] {
    return this.quantState?.shape ?? this.shape;
  }

  /** The options that it was made with. */
  get options(): Required<Params4bitOptions> {
    const { quantType, blocksize, compressStatistics, quantStorage } = this;
    return { quantType, blocksize, compressStatistics, quantStorage };
  }

  /** Replaces the float weight by codes, on `device`. Does nothing if it is packed. */
  quantize_(device: Device = this.device): void {
    if (this.quantState === null) this.setFloat(this.detach(), device);
  }

  /** Quantises `source` (of any float dtype) on `device` and takes the codes. @throws FabricError `FABRIC_USAGE_FROZEN_WEIGHT`. */
  setFloat(source: Tensor, device: Device): void {
    this.#checkFrozen();
    noGrad(() =>
      scope(() => {
        const moved = source.detach().to(device);
        const dtype = this.#dtypeFor(moved);
        const room = this.#room(source.shape, device);
        const [packed, state] = quantize4bitInPieces(moved, dtype, this.options, room);
        this.error = this.measures ? errorOf4bit(moved, packed, state) : null;
        this.#take(packed, state);
      }),
    );
    this.onQuantized?.(this);
  }

  /** Takes codes and what they mean. */
  setPacked(packed: Tensor, state: QuantState): void {
    this.error = null;
    this.#take(packed, state);
  }

  /** Moves codes and state. */
  move_(device: Device): void {
    if (this.quantState === null) return;
    const state = this.quantState.to(device).keep();
    if (this.device !== device) nn.swapContent(this, keep(this.detach().to(device)));
    this.quantState = state;
  }

  /** Room for the codes of its shape on `device`, all zero, to be loaded. */
  allocate_(device: Device, dtype: DType): void {
    const shape = this.logicalShape;
    const bytes = Math.ceil(elementsOf(shape) / 2);
    const items = Math.ceil(bytes / itemsize(this.quantStorage));
    const state = emptyState(shape, dtype, this.options, device);
    this.#take(zeros([items, 1], { dtype: this.quantStorage, device }), state);
    this.isLoaded = false;
  }

  /** The weight in the dtype of its state; a copy. */
  override dequantize(): Tensor {
    return this.quantState === null
      ? this.detach().clone()
      : dequantize4bit(this.detach(), this.quantState);
  }

  override copyParameter(): Params4bit {
    const copy = new Params4bit(this.detach().clone(), this.options);
    copy.quantState = this.quantState?.clone().keep() ?? null;
    copy.isLoaded = this.isLoaded;
    copy.roundsTo = this.roundsTo;
    copy.error = this.error;
    return copy;
  }

  /** Codes and state that toEmpty allocated for such a weight. */
  #room(shape: readonly number[], device: Device): Packed4bit | null {
    const { quantState, isLoaded } = this;
    if (quantState === null || isLoaded || this.device !== device) return null;
    const isSame = String(quantState.shape) === String(shape);
    return isSame ? [this.detach(), quantState] : null;
  }

  #dtypeFor(weight: Tensor): DType {
    const { roundsTo } = this;
    if (roundsTo === null || weight.dtype === roundsTo) return weight.dtype;
    return fitsIn(weight, roundsTo) ? roundsTo : weight.dtype;
  }

  /** Codes have no gradient: whoever asked for one is told now, not by libtorch. */
  #checkFrozen(): void {
    if (!this.requiresGrad) return;
    throw new FabricError(
      "FABRIC_USAGE_FROZEN_WEIGHT",
      `This 4-bit weight, [${this.logicalShape.join(", ")}], has requiresGrad = true, but its codes cannot be trained. Set requiresGrad = false and train adapters beside it, or keep the layer as an nn.Linear.`,
    );
  }

  #take(packed: Tensor, state: QuantState): void {
    this.#checkFrozen();
    nn.swapContent(this, keep(packed));
    this.quantState = state.keep();
    this.isLoaded = true;
  }
}

/** What `Module.to` and `toEmpty` ask of the weight of a layer: it is packed when it reaches a device. Lists the weight where it was taken care of. */
export function castParams4bit(
  weight: Tensor,
  { device, dtype, empty }: nn.OwnCastTarget,
): Iterable<Tensor> {
  if (!(weight instanceof Params4bit)) return [];
  if (weight.quantState !== null) {
    if (device !== undefined && empty === true) weight.allocate_(device, weight.quantState.dtype);
    else if (device !== undefined) weight.move_(device);
    return [weight];
  }
  // Its dtype says what to quantise, so a plugin's cast of the rest must not change it.
  if (device === undefined) return dtype === undefined || weight.roundsTo === null ? [] : [weight];
  if (device === "meta") return [];
  if (empty === true) weight.allocate_(device, weight.roundsTo ?? weight.dtype);
  else if (weight.device === "meta") return [];
  else weight.quantize_(device);
  return [weight];
}

/** Whether a tensor is a 4-bit weight, also one of another copy of the package. */
export function isParams4bit(value: unknown): value is Params4bit {
  return isTensor(value) && "quantState" in value && "quantType" in value;
}

/** The 4-bit weight of a layer. @throws FabricError `FABRIC_USAGE_QUANT_STATE` if another tensor was put there. */
export function params4bit(owner: string, value: unknown): Params4bit {
  if (isParams4bit(value)) return value;
  throw new FabricError(
    "FABRIC_USAGE_QUANT_STATE",
    `${owner}: the weight is ${describeValue(value)}, not a Params4bit; its quantisation state is lost. Assign to \`weight.data\`, or make the weight with new Params4bit(tensor).`,
  );
}
