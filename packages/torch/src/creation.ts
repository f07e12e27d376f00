// Tensors from JS data, and creation functions whose number rule differs from ATen's.
import { type Device, deviceCode } from "./device.js";
import { op } from "./dispatch/op.js";
import { type DType, dtypeCode, getDefaultDtype } from "./dtype.js";
import { FabricError, show } from "./errors.js";
import { tensorFromBytes } from "./mapped-file.js";
import { currentDevice } from "./placement.js";

export {
  arange,
  empty,
  emptyLike,
  eye,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  randperm,
  zeros,
  zerosLike,
} from "./generated/functions.js";

import { isTensor, type NestedArray, type Scalar, type Tensor, type TypedArray } from "./tensor.js";

/** Options of {@link tensor} and other creation functions. */
export interface TensorOptions {
  dtype?: DType | undefined;
  device?: Device | undefined;
  /** Record gradients. Default false. */
  requiresGrad?: boolean | undefined;
}

/** What {@link tensor} takes: numbers, bigints or booleans nested in arrays, a typed array, or a tensor to copy. */
export type TensorData =
  | Scalar
  | readonly TensorData[]
  | NestedArray
  | TypedArray
  | Uint8ClampedArray
  | Tensor;

const VIEW_DTYPES: readonly [new (n: number) => ArrayBufferView, DType][] = [
  [Float32Array, "float32"],
  [Float64Array, "float64"],
  [BigInt64Array, "int64"],
  [BigUint64Array, "uint64"],
  [Int32Array, "int32"],
  [Uint32Array, "uint32"],
  [Int16Array, "int16"],
  [Uint16Array, "uint16"],
  [Int8Array, "int8"],
  [Uint8Array, "uint8"],
  [Uint8ClampedArray, "uint8"],
];

function viewDtype(data: ArrayBufferView): DType {
  for (const [View, dtype] of VIEW_DTYPES) if (data instanceof View) return dtype;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `tensor: a ${data.constructor.name} holds no numbers; pass a typed array.`,
  );
}

/** Shape of nested arrays by their first elements. */
function shapeOf(data: unknown): number[] {
  const shape: number[] = [];
  for (let at = data; Array.isArray(at); at = at[0]) {
    shape.push(at.length);
    if (at.length === 0) break;
  }
  return shape;
}

function flatten(data: unknown, shape: readonly number[], dim: number, out: unknown[]): void {
  if (dim === shape.length) {
    if (Array.isArray(data))
      throw new FabricError(
        "FABRIC_TENSOR_SHAPE",
        `tensor: nested arrays must have equal lengths; found an array of ${data.length} where the first element is a number.`,
      );
    out.push(data);
    return;
  }
  const size = shape[dim] as number;
  if (!Array.isArray(data) || data.length !== size) {
    throw new FabricError(
      "FABRIC_TENSOR_SHAPE",
      `tensor: nested arrays must have equal lengths; expected ${size} elements in dimension ${dim} but found ${Array.isArray(data) ? data.length : show(data)}.`,
    );
  }
  for (const item of data) flatten(item, shape, dim + 1, out);
}

/** The dtype that JS values imply: number -> default float dtype, bigint -> int64, boolean -> bool. */
function impliedDtype(values: readonly unknown[]): {
  natural: DType;
  kind: "number" | "bigint" | "boolean";
} {
  let kind: "number" | "bigint" | "boolean" | undefined;
  for (const value of values) {
    const type = typeof value;
    if (type !== "number" && type !== "bigint" && type !== "boolean") {
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `tensor: expected numbers, bigints or booleans but received ${show(value)}.`,
      );
    }
    if (kind === undefined) kind = type;
    else if (kind !== type)
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `tensor: ${kind} and ${type} are mixed; convert the elements to one of them first.`,
      );
  }
  kind ??= "number";
  return {
    natural: kind === "number" ? getDefaultDtype() : kind === "bigint" ? "int64" : "bool",
    kind,
  };
}

function toInt64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value)
    throw new FabricError("FABRIC_TENSOR_ARGUMENT", `tensor: ${value} does not fit in int64.`);
  return value;
}

function fromValues(
  values: readonly unknown[],
  shape: readonly number[],
  dtype: DType | undefined,
): Tensor {
  const { natural, kind } = impliedDtype(values);
  const wanted = dtype ?? natural;
  if (kind === "bigint")
    return cast(
      tensorFromBytes(BigInt64Array.from(values as bigint[], toInt64), "int64", shape),
      wanted,
    );
  if (kind === "boolean")
    return cast(
      tensorFromBytes(Uint8Array.from(values as boolean[], Number), "bool", shape),
      wanted,
    );
  if (wanted === "float32")
    return tensorFromBytes(Float32Array.from(values as number[]), "float32", shape);
  // float64 holds every JS number; libtorch rounds it to the dtype.
  return cast(tensorFromBytes(Float64Array.from(values as number[]), "float64", shape), wanted);
}

function cast(t: Tensor, dtype: DType): Tensor {
  if (t.dtype === dtype) return t;
  const result = t.to(dtype);
  t.dispose();
  return result;
}

/**
 * A new tensor with a copy of `data`.
 *
 * JS numbers become the default float dtype, bigints int64, booleans bool; a typed array keeps its own dtype. For raw bits of bfloat16 or
 * float16 pass a `Uint16Array` and `.view("bfloat16")`.
 *
 * @throws FabricError `FABRIC_TENSOR_SHAPE` for ragged arrays, `FABRIC_TENSOR_ARGUMENT` for other values.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const { dtype, requiresGrad = false } = options;
  const device = options.device ?? currentDevice() ?? "cpu";
  if (dtype !== undefined) dtypeCode(dtype);
  deviceCode(device);
  let made: Tensor;
  if (isTensor(data)) {
    made = data.detach().clone();
    if (dtype !== undefined) made = cast(made, dtype);
    if (options.device !== undefined) made = made.to(device);
  } else {
    if (ArrayBuffer.isView(data)) {
      const natural = viewDtype(data);
      made = tensorFromBytes(data, natural, [(data as Uint8Array).length]);
      if (dtype !== undefined) made = cast(made, dtype);
    } else {
      const shape = shapeOf(data);
      const values: unknown[] = [];
      flatten(data, shape, 0, values);
      made = fromValues(values, shape, dtype);
    }
    if (device !== "cpu") made = made.to(device);
  }
  if (requiresGrad) made.requiresGrad = true;
  return made;
}

/** `data` itself if it is a tensor of that dtype and device, else as {@link tensor}. */
export function asTensor(
  data: TensorData,
  options: { dtype?: DType; device?: Device } = {},
): Tensor {
  if (!isTensor(data)) return tensor(data, options);
  if (
    (options.dtype ?? data.dtype) === data.dtype &&
    (options.device ?? data.device) === data.device
  )
    return data;
  return data.to(options);
}

const atenFull = op("full");

/** A tensor filled with one value: a number gives the default float dtype, a bigint int64, a boolean bool, unless `dtype` says otherwise. */
export function full(
  size: readonly number[],
  fillValue: Scalar,
  options: TensorOptions & { out?: Tensor } = {},
): Tensor {
  const implied: DType | undefined =
    typeof fillValue === "number"
      ? getDefaultDtype()
      : typeof fillValue === "bigint"
        ? "int64"
        : typeof fillValue === "boolean"
          ? "bool"
          : undefined;
  const dtype = options.dtype ?? implied;
  if (options.out !== undefined || dtype === undefined)
    return atenFull(size, fillValue, options) as Tensor;
  return atenFull(size, fillValue, { ...options, dtype }) as Tensor;
}
