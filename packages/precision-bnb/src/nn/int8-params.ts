// The weight of a frozen 8-bit layer: a float tensor at first, codes with one scale a row once it reached a device.
import {
  type Device,
  type DType,
  describeValue,
  FabricError,
  isTensor,
  keep,
  nn,
  noGrad,
  scope,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { int8VectorwiseDequant, plainDtype } from "../functional/int8.js";
import {
  errorOfInt8,
  type Int8Codes,
  type QuantizationError,
  quantizeInt8InPieces,
} from "./in-pieces.js";

/** What a quantisation lost. */
export type Int8Error = QuantizationError;

/**
 * A frozen weight, `[rows, columns]`, that is quantised when it reaches a device: int8 codes of the same shape, and `SCB`, the largest magnitude
 * of each row, of which the codes are 127ths. It is rounded to float16 before, except rows that float16 cannot hold.
 */
export class Int8Params extends nn.Parameter {
  /** Scales, float32 `[rows]`; null while the weight is a float tensor. */
  SCB: Tensor | null = null;
  /** Dtype of the float weight that the codes stand for; `"float16"` for codes out of a checkpoint, which does not say. */
  sourceDtype: DType;
  /** False between `toEmpty` and a load: the codes are not those of any weight. */
  isLoaded = true;
  /** Whether casts of the module leave the float weight alone, so that it is quantised from all its digits. */
  keepsDtype = false;
  /** Whether quantising measures what it loses. */
  measures = false;
  /** What the last quantisation lost, if it was measured. */
  error: QuantizationError | null = null;
  /** Called after each quantisation. */
  onQuantized: ((weight: Int8Params) => void) | null = null;

  /** @param data - a floating matrix, any device. @throws FabricError `FABRIC_TENSOR_ARGUMENT`. */
  constructor(data: Tensor) {
    super(data, { requiresGrad: false });
    this.sourceDtype = data.dtype;
  }

  /** The weight of codes and scales, which it shares. @throws FabricError `FABRIC_TENSOR_ARGUMENT` for other dtypes or sizes. */
  static fromCodes(codes: Tensor, SCB: Tensor, sourceDtype: DType = "float16"): Int8Params {
    const fits =
      isTensor(codes) && codes.dtype === "int8" && codes.ndim === 2 && isTensor(SCB)
        ? SCB.dtype === "float32" && SCB.numel() === codes.shape[0]
        : false;
    if (!fits) {
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `Int8Params.fromCodes: expected int8 codes of [rows, columns] and float32 scales of [rows] but received ${describeValue(codes)} and ${describeValue(SCB)}.`,
      );
    }
    const weight = new Int8Params(codes);
    weight.SCB = keep(SCB);
    weight.sourceDtype = sourceDtype;
    return weight;
  }

  /** Whether it holds codes. */
  get bnbQuantized(): boolean {
    return this.SCB !== null;
  }

  /** The codes, int8 `[rows, columns]`; null while the weight is a float tensor. */
  get CB(): Tensor | null {
    return this.SCB === null ? null : this.detach();
  }

  /** Replaces the float weight by codes, on `device`. Does nothing if it holds codes. */
  quantize_(device: Device = this.device): void {
    if (this.SCB === null) this.setFloat(this.detach(), device);
  }

  /** Quantises `source` (of any float dtype) on `device` and takes the codes. @throws FabricError `FABRIC_USAGE_FROZEN_WEIGHT`. */
  setFloat(source: Tensor, device: Device): void {
    noGrad(() =>
      scope(() => {
        const moved = source.detach().to(device);
        const [codes, scales] = quantizeInt8InPieces(moved, this.#room(source.shape, device));
        this.error = this.measures ? errorOfInt8(moved, codes, scales) : null;
        this.sourceDtype = source.dtype;
        this.#take(codes, scales);
      }),
    );
    this.onQuantized?.(this);
  }

  /** Takes codes and scales. */
  setCodes(codes: Tensor, scales: Tensor): void {
    this.error = null;
    this.#take(codes, scales);
  }

  /** Moves codes and scales. */
  move_(device: Device): void {
    if (this.SCB === null || this.device === device) return;
    this.#take(this.detach().to(device), this.SCB.to(device), this.isLoaded);
  }

  /** Room for codes of its shape on `device`, all zero, to be loaded. */
  allocate_(device: Device): void {
    const { shape } = this;
    if (this.SCB === null) this.sourceDtype = this.dtype;
    const codes = zeros([...shape], { dtype: "int8", device });
    this.#take(codes, zeros([shape[0] as number], { device, dtype: "float32" }), false);
  }

  /** The weight as floats, a copy; default in the dtype that it had, or float32 if that is float16 and cannot hold them. */
  toFloat(dtype?: DType): Tensor {
    const { SCB, sourceDtype } = this;
    if (SCB === null)
      return noGrad(() =>
        this.detach()
          .to(dtype ?? sourceDtype)
          .clone(),
      );
    const own = sourceDtype === "float16" ? plainDtype(SCB) : sourceDtype;
    return int8VectorwiseDequant(this.detach(), SCB, dtype ?? own);
  }

  override copyParameter(): Int8Params {
    const copy = new Int8Params(this.detach().clone());
    copy.SCB = this.SCB === null ? null : keep(this.SCB.clone());
    copy.sourceDtype = this.sourceDtype;
    copy.isLoaded = this.isLoaded;
    copy.keepsDtype = this.keepsDtype;
    copy.error = this.error;
    return copy;
  }

  /** Codes and scales that toEmpty allocated for such a weight. */
  #room(shape: readonly number[], device: Device): Int8Codes | null {
    const { SCB, isLoaded } = this;
    if (SCB === null || isLoaded || this.device !== device) return null;
    return String(this.shape) === String(shape) ? [this.detach(), SCB] : null;
  }

  #take(codes: Tensor, scales: Tensor, isLoaded = true): void {
    if (this.requiresGrad)
      throw new FabricError(
        "FABRIC_USAGE_FROZEN_WEIGHT",
        `This 8-bit weight, [${this.shape.join(", ")}], has requiresGrad = true, but its codes cannot be trained. Set requiresGrad = false and train adapters beside it, or make the layer with { hasFp16Weights: true }.`,
      );
    nn.swapContent(this, keep(codes));
    this.SCB = keep(scales);
    this.isLoaded = isLoaded;
  }
}

/** Whether a tensor is a frozen 8-bit weight, also one of another copy of the package. */
export function isInt8Params(value: unknown): value is Int8Params {
  return isTensor(value) && "SCB" in value && "sourceDtype" in value;
}
