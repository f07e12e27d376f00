// `64-true`: everything in float64, complex tensors in complex128.

import { castFloats, Precision, type PrecisionEnvironment } from "@fabric/core";
import {
  checkOptions,
  type DType,
  defaultDtype,
  FabricError,
  type nn,
  noGrad,
  type Tensor,
} from "@fabric/torch";
import { castOutput, checkOutputDtype } from "./output-dtype.js";

/** Options of {@link DoublePrecision}. */
export interface DoublePrecisionOptions {
  /** Dtype of what `forward` returns; without it the default dtype in force then, normally float32. */
  outputDtype?: DType | undefined;
}

/**
 * Casts the whole model and its inputs to float64, and complex64 to complex128.
 *
 * What `forward` returns is cast to the **default dtype**, so float32 unless you changed it, although everything ran in
 * float64; pass `outputDtype: "float64"` to keep what was computed. Inside `forward` and `initModule` new tensors are
 * float64, new complex ones complex128.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ plugins: [new DoublePrecision({ outputDtype: "float64" })] });
 * ```
 */
export class DoublePrecision extends Precision {
  /** The alias it serves. */
  readonly precision = "64-true";
  /** Dtype of outputs, if it was asked for. */
  readonly outputDtype: DType | undefined;

  /** @throws FabricError `FABRIC_CONFIG_DTYPE` or `FABRIC_CONFIG_OPTION` for options that are not as described. */
  constructor(options: DoublePrecisionOptions = {}) {
    super();
    checkOptions("DoublePrecision", options, ["outputDtype"]);
    this.outputDtype = checkOutputDtype(options.outputDtype, "DoublePrecision");
  }

  override captureObstacle(): null {
    return null;
  }

  override describe(): string {
    return `64-true: weights, activations, gradients and optimizer state in float64 (complex128); outputs in ${this.outputDtype ?? "the default dtype"}`;
  }

  /** @throws FabricError `FABRIC_UNSUPPORTED_PRECISION` on mps, which has no float64. */
  override validate({ accelerator }: PrecisionEnvironment): void {
    if (accelerator !== "mps") return;
    throw new FabricError(
      "FABRIC_UNSUPPORTED_PRECISION",
      '`precision: "64-true"` cannot work on `accelerator: "mps"`: that device has no float64. Use accelerator: "cpu", or "32-true".',
    );
  }

  /** Casts parameters, gradients and buffers in place: real ones to float64, complex64 ones to complex128. */
  override convertModule<M extends nn.Module>(module: M): M {
    noGrad(() => {
      module.to("float64");
      widenComplex(module);
    });
    return module;
  }

  override tensorInitContext(): Disposable {
    return defaultDtype("float64");
  }

  override moduleInitContext(): Disposable {
    return defaultDtype("float64");
  }

  override forwardContext(): Disposable {
    return defaultDtype("float64");
  }

  override convertInput<T>(data: T): T {
    return castFloats(data, "float64");
  }

  override convertOutput<T>(data: T): T {
    return castOutput(data, this.outputDtype);
  }
}

function widenComplex(module: nn.Module): void {
  for (const parameter of module.parameters()) {
    if (!isNarrowComplex(parameter)) continue;
    const { grad } = parameter;
    const wideGrad = grad === null ? null : grad.data.to("complex128");
    parameter.grad = null; // a gradient of another dtype may not stand beside the new data
    parameter.data = parameter.data.to("complex128");
    parameter.grad = wideGrad;
  }
  for (const owner of module.modules()) widenBuffers(owner);
}

/** Replaces the fields that hold complex64 buffers: the caller's own tensor, which it may share, stays as it is. */
function widenBuffers(owner: nn.Module): void {
  const buffers = new Set(owner.namedBuffers().map(([, buffer]) => buffer));
  const fields = owner as unknown as Record<string, Tensor>;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    if (value !== undefined && buffers.has(value) && isNarrowComplex(value))
      fields[key] = value.to("complex128");
  }
}

function isNarrowComplex(tensor: Tensor): boolean {
  return tensor.dtype === "complex64";
}
