// What codes mean: scales, data type, block size, and the shape and dtype of what was quantised.
import { type Device, type DType, keep, type Tensor } from "@fabric/torch";
import type { QuantType } from "./arguments.js";
import { packState, unpackState } from "./quant-state-dict.js";

/** The fields of a {@link QuantState}. */
export interface QuantStateFields {
  /** Scale of each block: float32 `[blocks]`, or uint8 codes of it when `state2` is there. */
  readonly absmax: Tensor;
  /** Shape of what was quantised. */
  readonly shape: readonly number[];
  /** Dtype of what was quantised, and of what dequantising gives. */
  readonly dtype: DType;
  /** Consecutive elements that share a scale. */
  readonly blocksize: number;
  /** 4-bit data type; null for 8-bit codes. */
  readonly quantType: QuantType | null;
  /** Values by code: float32 `[16]` or `[256]`. */
  readonly code: Tensor;
  /** What was taken from the scales before they were quantised, a float32 scalar; null without double quantisation. */
  readonly offset?: Tensor | null;
  /** State of the quantised scales; null without double quantisation. */
  readonly state2?: QuantState | null;
}

/**
 * Everything that is needed, beside the codes, to get values back. It does not change; `to` gives another one.
 *
 * `stateDict` and `fromDict` use the key names of bitsandbytes, so that its checkpoints and those of Hugging Face transformers are read and
 * written.
 */
export class QuantState implements QuantStateFields {
  readonly absmax: Tensor;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly blocksize: number;
  readonly quantType: QuantType | null;
  readonly code: Tensor;
  readonly offset: Tensor | null;
  readonly state2: QuantState | null;

  constructor(fields: QuantStateFields) {
    this.absmax = fields.absmax;
    this.shape = [...fields.shape];
    this.dtype = fields.dtype;
    this.blocksize = fields.blocksize;
    this.quantType = fields.quantType;
    this.code = fields.code;
    this.offset = fields.offset ?? null;
    this.state2 = fields.state2 ?? null;
  }

  /** Whether the scales themselves are quantised. */
  get nested(): boolean {
    return this.state2 !== null;
  }

  /** Every tensor of it. */
  tensors(): Tensor[] {
    const own =
      this.offset === null ? [this.absmax, this.code] : [this.absmax, this.code, this.offset];
    return [...own, ...(this.state2?.tensors() ?? [])];
  }

  /** Bytes of the scales and tables, the codes not counted. */
  get nbytes(): number {
    return this.tensors().reduce((sum, tensor) => sum + tensor.nbytes, 0);
  }

  /** The same state on another device. */
  to(device: Device): QuantState {
    if (this.tensors().every((tensor) => tensor.device === device)) return this;
    return new QuantState({
      ...this,
      absmax: this.absmax.to(device),
      code: this.code.to(device),
      offset: this.offset?.to(device) ?? null,
      state2: this.state2?.to(device) ?? null,
    });
  }

  /** The same state in memory of its own. */
  clone(): QuantState {
    return new QuantState({
      ...this,
      absmax: this.absmax.clone(),
      code: this.code.clone(),
      offset: this.offset?.clone() ?? null,
      state2: this.state2?.clone() ?? null,
    });
  }

  /** Lets its tensors outlive the `torch.scope` that they were made in. */
  keep(): this {
    for (const tensor of this.tensors()) keep(tensor);
    return this;
  }

  /**
   * Tensors under bitsandbytes' names: `absmax`, `quant_map`, `nested_absmax`, `nested_quant_map` and, with `packed` (the only layout that a
   * safetensors file can hold), the rest as JSON text in `quant_state.bitsandbytes__nf4`. They share memory with the state, as those of
   * `Module.stateDict` do with the module, but may be disposed. 4-bit states only.
   *
   * @throws FabricError `FABRIC_UNSUPPORTED_QUANT_STATE` for an 8-bit state or without `packed`.
   */
  stateDict({ packed = true }: { packed?: boolean } = {}): Record<string, Tensor> {
    return packState(this, packed);
  }

  /**
   * Reads what `stateDict` or bitsandbytes wrote; a dotted prefix of the keys does not matter.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_QUANT_STATE` if a key is missing, unknown or twice there, if the text is not what it should be, or
   * if a size does not fit the others.
   */
  static fromDict(record: Readonly<Record<string, Tensor>>, device: Device = "cpu"): QuantState {
    return new QuantState(unpackState(record)).to(device);
  }
}
