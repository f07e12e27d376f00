// `16-true` and `bf16-true`: weights, activations, gradients and optimizer state in 16 bits.

import { Precision, warnOnce } from "@fabric/core";
import { type DType, defaultDtype, FabricError, type nn, noGrad, type Tensor } from "@fabric/torch";
import {
  checkKeepInDtype,
  findKept,
  type KeepInDtype,
  type KeptTensor,
  namedTensors,
} from "./keep-in-dtype.js";
import { castFloats, castOutput, checkOptions, checkOutputDtype } from "./output-dtype.js";

/** The aliases of {@link HalfPrecision}. */
export type HalfAlias = "16-true" | "bf16-true";

/** Options of {@link HalfPrecision}. */
export interface HalfPrecisionOptions {
  /** `"16-true"` for float16, `"bf16-true"` for bfloat16. */
  precision: HalfAlias;
  /** Parameters and buffers that keep another dtype, by pattern; layers may declare their own exemptions. */
  keepInDtype?: KeepInDtype | undefined;
  /** Dtype of what `forward` returns; without it the default dtype in force then, normally float32. */
  outputDtype?: DType | undefined;
}

const DTYPES: Readonly<Record<HalfAlias, DType>> = {
  "16-true": "float16",
  "bf16-true": "bfloat16",
};

/**
 * Casts the whole model to 16 bits: parameters, buffers, inputs, and with them gradients and optimizer state. There is
 * no autocast and no loss scaler.
 *
 * What `forward` returns is cast to the **default dtype**, so float32 unless you changed it, although everything ran in
 * 16 bits; `outputDtype` changes that. Complex tensors keep their dtype. Inside `forward` and `initModule` new tensors
 * are of the 16-bit dtype.
 *
 * @example
 * ```ts
 * const half = new HalfPrecision({ precision: "bf16-true", keepInDtype: { "**.rope.*": "float32" } });
 * const fabric = new Fabric({ plugins: [half] });
 * ```
 */
export class HalfPrecision extends Precision {
  /** The alias it serves. */
  readonly precision: HalfAlias;
  /** float16 or bfloat16. */
  readonly dtype: DType;
  /** Exemptions by pattern. */
  readonly keepInDtype: KeepInDtype;
  /** Dtype of outputs, if it was asked for. */
  readonly outputDtype: DType | undefined;

  /**
   * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias, `FABRIC_CONFIG_DTYPE`,
   * `FABRIC_CONFIG_KEEP_IN_DTYPE` or `FABRIC_CONFIG_OPTION` for options that are not as described.
   */
  constructor(options: HalfPrecisionOptions) {
    super();
    checkOptions(options, ["precision", "keepInDtype", "outputDtype"], "HalfPrecision");
    const alias: unknown = options.precision;
    if (alias !== "16-true" && alias !== "bf16-true") {
      throw new FabricError(
        "FABRIC_CONFIG_PRECISION",
        `HalfPrecision: expected \`precision\` to be "16-true" or "bf16-true" but received ${JSON.stringify(alias) ?? String(alias)}.`,
      );
    }
    this.precision = alias;
    this.dtype = DTYPES[alias];
    this.keepInDtype = checkKeepInDtype(options.keepInDtype, "HalfPrecision");
    this.outputDtype = checkOutputDtype(options.outputDtype, "HalfPrecision");
  }

  override describe(): string {
    const kept = Object.entries(this.keepInDtype).map(
      ([pattern, dtype]) => `${pattern} in ${dtype}`,
    );
    const exceptions = kept.length === 0 ? "" : `, except ${kept.join(", ")}`;
    return `${this.precision}: weights, activations, gradients and optimizer state in ${this.dtype}${exceptions}; outputs in ${this.outputDtype ?? "the default dtype"}; no loss scaler`;
  }

  /** Casts parameters, gradients and buffers in place, but those that are exempt; complex ones are left alone. */
  override convertModule<M extends nn.Module>(module: M): M {
    const owner = `HalfPrecision("${this.precision}")`;
    const kept = findKept(module, this.keepInDtype, owner);
    this.#warnOfNarrowing(module, kept);
    noGrad(() => {
      const saved = kept.map(save);
      module.to(this.dtype);
      restore(module, saved);
    });
    return module;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override moduleInitContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override forwardContext(): Disposable {
    return defaultDtype(this.dtype);
  }

  override convertInput<T>(data: T): T {
    return castFloats(data, this.dtype);
  }

  override convertOutput<T>(data: T): T {
    return castOutput(data, this.outputDtype);
  }

  #warnOfNarrowing(module: nn.Module, kept: readonly KeptTensor[]): void {
    const exempt = new Set(kept.map(({ name }) => name));
    const narrowed = module
      .namedBuffers()
      .filter(([name, buffer]) => buffer.dtype === "float64" && !exempt.has(name))
      .map(([name]) => `\`${name}\``);
    if (narrowed.length === 0) return;
    warnOnce(
      "FABRIC_PRECISION_NARROWED_BUFFER",
      `${this.precision} narrows float64 buffers to ${this.dtype}: ${narrowed.join(", ")}. To keep them, pass keepInDtype: { "${narrowed[0]?.slice(1, -1) ?? "name"}": "float64" } to HalfPrecision.`,
    );
  }
}

interface Saved {
  readonly name: string;
  readonly data: Tensor;
  readonly grad: Tensor | null;
}

function save({ name, tensor, dtype }: KeptTensor): Saved {
  const grad = tensor.grad;
  return { name, data: tensor.data.to(dtype), grad: grad === null ? null : grad.data.to(dtype) };
}

/** Puts exempt tensors back by name: the cast may have replaced the objects that hold buffers. */
function restore(module: nn.Module, saved: readonly Saved[]): void {
  if (saved.length === 0) return;
  const tensors = new Map(namedTensors(module));
  for (const { name, data, grad } of saved) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    if (tensor.grad !== null) tensor.grad = null; // a gradient of another dtype may not stand beside the new data
    tensor.data = data;
    if (grad !== null) tensor.grad = grad;
  }
}
