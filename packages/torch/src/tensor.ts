// The tensor: a handle to libtorch's, with what operators do not cover.
import { runBackward } from "./autograd/after-backward.js";
import type { Handle } from "./binding.js";
import { requireCuda } from "./cuda/available.js";
import { refuseHostRead } from "./cuda/recording.js";
import type { Stream } from "./cuda/stream.js";
import { type Device, deviceCode, deviceName } from "./device.js";
import {
  type DType,
  dtypeCode,
  dtypeName,
  isDType,
  itemsize,
  type Layout,
  layoutName,
} from "./dtype.js";
import { FabricError, show } from "./errors.js";
import type { TensorMethods } from "./generated/methods.js";
import { at, type Index, setAt } from "./indexing.js";
import { anchors, runtime } from "./runtime.js";
import { toNestedArray } from "./to-array.js";
import { fromNative, translate } from "./translate.js";

/** A number where a schema says Scalar: an int if integral, else a double; bigint is int64. */
export type Scalar = number | bigint | boolean | { re: number; im: number };
/** Nested arrays of elements. */
export type NestedArray = number | bigint | boolean | NestedArray[];
/** What {@link Tensor.toTypedArray} returns. */
export type TypedArray =
  | Float64Array
  | Float32Array
  | Uint16Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array
  | Uint32Array;

/** Options of {@link Tensor.backward}. */
export interface BackwardOptions {
  /** Keep the graph for another backward. Default: the value of `createGraph`. */
  retainGraph?: boolean | undefined;
  /** Make the gradients differentiable. Default false. */
  createGraph?: boolean | undefined;
  /** Leaves to accumulate into; all of them by default. */
  inputs?: readonly Tensor[] | undefined;
}

/** Options of {@link Tensor.to}. */
export interface ToOptions {
  dtype?: DType | undefined;
  device?: Device | undefined;
  nonBlocking?: boolean | undefined;
  /** Copy even when nothing changes. */
  copy?: boolean | undefined;
}

/** Removes a hook. */
export interface HookHandle extends Disposable {
  /** Takes the hook off again. */
  remove(): void;
}

/** Proves that a constructor call comes from this package. */
const MAKE: unique symbol = Symbol("fabric.tensor.make");

/**
 * An n-dimensional array in libtorch.
 *
 * Made by {@link tensor}, `zeros`, operators and so on, never by `new`. Inside `torch.scope` it lives until the scope ends, elsewhere until
 * it is garbage-collected; `dispose()` ends it at once. Using it afterwards throws `FABRIC_TENSOR_DISPOSED`.
 */
export class Tensor implements Disposable {
  // A number (scoped, or one of a small batch), an External (garbage-collected), or null once disposed.
  #handle: Handle | null;
  // Keeps the batch of a numeric handle alive.
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: it is held, never read
  #anchor: unknown;
  #grad: Tensor | null | undefined;

  /** @internal */
  constructor(token: symbol, handle: Handle) {
    if (token !== MAKE)
      throw new FabricError(
        "FABRIC_USAGE_TENSOR_CONSTRUCTOR",
        "a Tensor is not made with `new`; use torch.tensor(data), torch.zeros(shape), ...",
      );
    this.#handle = handle;
    if (typeof handle === "number") this.#anchor = anchors[0];
  }

  /** @internal The handle for a native call. */
  static handleOf(t: Tensor): Handle {
    const handle = t.#handle;
    if (handle === null) throw disposed();
    return handle;
  }

  /** @internal Whether `value` is a Tensor of this copy of the package. */
  static is(value: object): value is Tensor {
    return #handle in value;
  }

  /** @internal Gives the tensor another handle: scopes promote what leaves them. */
  static rehandle(t: Tensor, handle: Handle): void {
    t.#handle = handle;
    t.#anchor = typeof handle === "number" ? anchors[0] : undefined;
  }

  /** @internal The raw handle, null once disposed. */
  static peek(t: Tensor): Handle | null {
    return t.#handle;
  }

  /** Sizes of the dimensions. */
  get shape(): readonly number[] {
    return ask(() => runtime().shape(Tensor.handleOf(this)), "shape");
  }
  /** Element type. */
  get dtype(): DType {
    return dtypeName(ask(() => runtime().dtype(Tensor.handleOf(this)), "dtype"));
  }
  /** Where the data is. */
  get device(): Device {
    return deviceName(ask(() => runtime().device(Tensor.handleOf(this)), "device"));
  }
  /** Number of dimensions. */
  get ndim(): number {
    return ask(() => runtime().ndim(Tensor.handleOf(this)), "ndim");
  }
  /** Memory layout, `"strided"` for ordinary tensors. */
  get layout(): Layout {
    return layoutName(ask(() => runtime().layout(Tensor.handleOf(this)), "layout"));
  }
  /** Bytes of the elements: `numel * elementSize`. */
  get nbytes(): number {
    return this.numel() * itemsize(this.dtype);
  }
  /** How often the data was changed in place. */
  get version(): number {
    return ask(() => runtime().version(Tensor.handleOf(this)), "version");
  }
  /** Whether the tensor was disposed, or its scope has ended. */
  get isDisposed(): boolean {
    if (this.#handle === null) return true;
    try {
      runtime().ndim(this.#handle);
      return false;
    } catch {
      return true;
    }
  }

  /** Number of dimensions, as a method like PyTorch's. */
  dim(): number {
    return this.ndim;
  }
  /** Number of elements. */
  numel(): number {
    return ask(() => runtime().numel(Tensor.handleOf(this)), "numel");
  }
  /** The shape, or the size of one dimension (negative counts from the end). */
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): readonly number[] | number {
    const { shape } = this;
    if (dim === undefined) return shape;
    const size = shape.at(dim);
    if (size === undefined || !Number.isInteger(dim))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `size: dimension ${show(dim)} is out of range for a tensor of ${shape.length} dimensions.`,
      );
    return size;
  }
  /** Steps in elements between neighbours, a dimension each. */
  stride(): readonly number[];
  stride(dim: number): number;
  stride(dim?: number): readonly number[] | number {
    const strides = ask(() => runtime().strides(Tensor.handleOf(this)), "stride");
    if (dim === undefined) return strides;
    const stride = strides.at(dim);
    if (stride === undefined || !Number.isInteger(dim))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `stride: dimension ${show(dim)} is out of range for a tensor of ${strides.length} dimensions.`,
      );
    return stride;
  }
  /** Elements before the first one in its storage. */
  storageOffset(): number {
    return ask(() => runtime().storageOffset(Tensor.handleOf(this)), "storageOffset");
  }
  /** Whether the elements lie in C order without gaps. */
  isContiguous(): boolean {
    return ask(() => runtime().isContiguous(Tensor.handleOf(this)), "isContiguous");
  }
  /** Bytes an element takes. */
  elementSize(): number {
    return itemsize(this.dtype);
  }
  /** Address of the first element; for passing to other native code. */
  dataPtr(): bigint {
    return ask(() => runtime().dataPtr(Tensor.handleOf(this)), "dataPtr");
  }
  /** Identifies the storage: tensors that share memory have the same key. */
  storageKey(): bigint {
    return ask(() => runtime().storageKey(Tensor.handleOf(this)), "storageKey");
  }
  /** Whether both are the very same tensor in libtorch (not merely equal). */
  isSame(other: Tensor): boolean {
    return ask(() => runtime().isSame(Tensor.handleOf(this), Tensor.handleOf(other)), "isSame");
  }
  /** Whether the dtype is a real floating-point one. */
  isFloatingPoint(): boolean {
    const { dtype } = this;
    return dtype.startsWith("float") || dtype === "bfloat16";
  }
  /** Whether the dtype is complex. */
  isComplex(): boolean {
    return this.dtype.startsWith("complex");
  }

  /**
   * The value of a one-element tensor: a number; bigint for int64 past 2^53; boolean for bool.
   * @throws TorchError if there is more than one element; FabricError `FABRIC_UNSUPPORTED_COMPLEX` for complex.
   */
  item<T extends number | bigint | boolean = number>(): T {
    refuseHostRead("item", () => this.device);
    return ask(() => runtime().item(Tensor.handleOf(this)), "item") as T;
  }

  /** A typed-array copy in C order; bfloat16 and float16 as `Uint16Array`, FP8 as `Uint8Array` of raw bits, complex as interleaved pairs. */
  toTypedArray(): TypedArray {
    refuseHostRead("toTypedArray", () => this.device);
    const buffer = ask(() => runtime().toBytes(Tensor.handleOf(this)), "toTypedArray");
    switch (this.dtype) {
      case "float64":
      case "complex128":
        return new Float64Array(buffer);
      case "float32":
      case "complex64":
        return new Float32Array(buffer);
      case "int64":
        return new BigInt64Array(buffer);
      case "uint64":
        return new BigUint64Array(buffer);
      case "int32":
        return new Int32Array(buffer);
      case "uint32":
        return new Uint32Array(buffer);
      case "int16":
        return new Int16Array(buffer);
      case "int8":
        return new Int8Array(buffer);
      case "float16":
      case "bfloat16":
      case "uint16":
      case "complex32":
        return new Uint16Array(buffer);
      default:
        return new Uint8Array(buffer);
    }
  }

  /** The elements as nested arrays; numbers (bigint for int64 past 2^53), booleans for bool. @throws FabricError `FABRIC_UNSUPPORTED_COMPLEX`. */
  toArray(): NestedArray {
    return toNestedArray(this);
  }

  /**
   * The elements at `indices`, one a dimension: a number selects, `null` takes all, `slice(a, b)` a range, an int64 or bool tensor (or an array
   * of integers) gathers, `"..."` fills up. A view where PyTorch gives one. @throws FabricError `FABRIC_TENSOR_INDEX`.
   */
  at(...indices: Index[]): Tensor {
    return at(this, indices);
  }
  /** Writes `value`, broadcast and cast, at `indices` in place: `x.set_([0, slice(1, 3)], 5)`. @throws FabricError `FABRIC_TENSOR_INDEX`. */
  set_(indices: readonly Index[], value: Tensor | Scalar): this {
    setAt(this, indices, value);
    return this;
  }

  /** Whether gradients are recorded. Settable on leaves. */
  get requiresGrad(): boolean {
    return ask(() => runtime().requiresGrad(Tensor.handleOf(this)), "requiresGrad");
  }
  set requiresGrad(value: boolean) {
    if (typeof value !== "boolean")
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `requiresGrad: expected a boolean but received ${show(value)}.`,
      );
    ask(() => runtime().setRequiresGrad(Tensor.handleOf(this), value), "requiresGrad");
  }
  /** Sets `requiresGrad` and returns the tensor. */
  requiresGrad_(value = true): this {
    this.requiresGrad = value;
    return this;
  }
  /** Whether it is a leaf of the graph: made by the user, not by a recorded operator. */
  get isLeaf(): boolean {
    return ask(() => runtime().isLeaf(Tensor.handleOf(this)), "isLeaf");
  }
  /** The name of the graph node that made it, or null. */
  get gradFn(): string | null {
    return ask(() => runtime().gradFn(Tensor.handleOf(this)), "gradFn");
  }
  /** The accumulated gradient, or null; the same object until it is replaced. Never freed by a scope. */
  get grad(): Tensor | null {
    const binding = runtime();
    const handle = Tensor.handleOf(this);
    const cached = this.#grad;
    if (cached != null && cached.#handle !== null) {
      const same = ask(() => binding.gradIs(handle, cached.#handle as Handle), "grad");
      if (same === null) {
        this.#grad = undefined;
        return null;
      }
      if (same) return cached;
    }
    const kept = ask(() => binding.gradKept(handle), "grad");
    this.#grad = kept === null ? undefined : new Tensor(MAKE, kept);
    return this.#grad ?? null;
  }
  set grad(value: Tensor | null) {
    if (value !== null && !(typeof value === "object" && Tensor.is(value))) {
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `grad: expected a Tensor or null but received ${show(value)}.`,
      );
    }
    ask(
      () =>
        runtime().setGrad(Tensor.handleOf(this), value === null ? null : Tensor.handleOf(value)),
      "grad",
    );
    this.#grad = undefined;
  }

  /** The same storage without history (reads); assigning swaps storage, dtype and device inside this very tensor. */
  get data(): Tensor {
    return makeTensor(ask(() => runtime().data(Tensor.handleOf(this)), "data"));
  }
  set data(source: Tensor) {
    if (!isTensor(source))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `data: expected a Tensor but received ${show(source)}.`,
      );
    ask(() => runtime().setData(Tensor.handleOf(this), Tensor.handleOf(source)), "data");
  }

  /**
   * Accumulates gradients into the leaves of the graph.
   * @param gradient - gradient of this tensor; needed unless it has one element.
   */
  backward(gradient?: Tensor | null, options: BackwardOptions = {}): void {
    const createGraph = options.createGraph ?? false;
    const gradients = gradient == null ? [] : [Tensor.handleOf(gradient)];
    const inputs = (options.inputs ?? []).map((t) => Tensor.handleOf(t));
    runBackward(() =>
      ask(
        () =>
          runtime().backward(
            [Tensor.handleOf(this)],
            gradients,
            options.retainGraph ?? createGraph,
            createGraph,
            inputs,
          ),
        "backward",
      ),
    );
  }

  /** Calls `fn` with the gradient when backward reaches this tensor; a returned tensor replaces it. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook may end without a return
  registerHook(fn: (grad: Tensor) => Tensor | null | undefined | void): HookHandle {
    if (typeof fn !== "function")
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `registerHook: expected a function but received ${show(fn)}.`,
      );
    const id = ask(() => runtime().registerHook(Tensor.handleOf(this), hookOf(fn)), "registerHook");
    let active = true;
    const remove = (): void => {
      if (active && !this.isDisposed)
        ask(() => runtime().removeHook(Tensor.handleOf(this), id), "registerHook");
      active = false;
    };
    return { remove, [Symbol.dispose]: remove };
  }

  /** Keeps the gradient of a tensor that is not a leaf. */
  retainGrad(): void {
    ask(() => runtime().retainGrad(Tensor.handleOf(this)), "retainGrad");
  }

  /** Another dtype or device; the same data when nothing changes, unless `copy`. Differentiable. */
  to(target: DType | Device | Tensor | ToOptions, options: ToOptions = {}): Tensor {
    let { dtype, device, nonBlocking, copy } = options;
    if (typeof target === "string") {
      if (isDType(target)) dtype = target;
      else device = target;
    } else if (typeof target === "object" && target !== null && Tensor.is(target)) {
      ({ dtype, device } = target);
    } else if (typeof target === "object" && target !== null) {
      ({ dtype = dtype, device = device, nonBlocking = nonBlocking, copy = copy } = target);
    } else {
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `to: expected a dtype, a device, a Tensor or { dtype, device } but received ${show(target)}.`,
      );
    }
    const code = dtype === undefined ? null : dtypeCode(dtype);
    const place = device === undefined ? null : deviceCode(device);
    return fromNative(
      ask(
        () =>
          convert()(
            Tensor.handleOf(this),
            code,
            null,
            place,
            null,
            nonBlocking ?? false,
            copy ?? false,
            null,
          ),
        "to",
        [this, target],
      ),
    ) as Tensor;
  }
  /** As float32. */
  float(): Tensor {
    return this.to("float32");
  }
  /** As float64. */
  double(): Tensor {
    return this.to("float64");
  }
  /** As float16. */
  half(): Tensor {
    return this.to("float16");
  }
  /** As bfloat16. */
  bfloat16(): Tensor {
    return this.to("bfloat16");
  }
  /** As int64. */
  long(): Tensor {
    return this.to("int64");
  }
  /** As int32. */
  int(): Tensor {
    return this.to("int32");
  }
  /** As bool. */
  bool(): Tensor {
    return this.to("bool");
  }
  /** In main memory. */
  cpu(): Tensor {
    return this.to("cpu");
  }
  /** On a CUDA device, the current one by default. */
  cuda(index?: number): Tensor {
    return this.to(index === undefined ? "cuda" : `cuda:${index}`);
  }

  /**
   * The same elements in page-locked memory, from which copies to a device can run beside other work: `t.pinMemory().to("cuda", { nonBlocking: true })`.
   * @param device - kind of device to pin for; default: the accelerator that there is.
   * @throws FabricError `FABRIC_MISSING_DEVICE` without one.
   */
  pinMemory(device: Device | { device?: Device | null | undefined } | null = null): Tensor {
    const kind = typeof device === "object" ? (device?.device ?? null) : device;
    if (kind === null ? !runtime().info().hasMps : kind.startsWith("cuda"))
      requireCuda("pinMemory", "pinMemory");
    return fromNative(
      ask(
        () => pin()(Tensor.handleOf(this), kind === null ? null : deviceCode(kind)),
        "pinMemory",
        [this],
      ),
    ) as Tensor;
  }

  /** Keeps the memory from being used again, once this tensor is gone, before `stream` has done what it was given so far: for tensors made on one stream and read on another. */
  recordStream(stream: Stream): void {
    ask(
      () => runtime().recordStream(Tensor.handleOf(this), stream.deviceIndex, stream.id),
      "recordStream",
      [this],
    );
  }

  /** Frees this handle now; the storage goes with its last handle. Disposing twice does nothing. */
  dispose(): void {
    if (this.#handle === null) return;
    runtime().dispose(this.#handle);
    this.#handle = null;
    this.#anchor = undefined;
    this.#grad = undefined;
  }
  /** `using t = ...` */
  [Symbol.dispose](): void {
    this.dispose();
  }
  /** The printed form. */
  toString(): string {
    return printer(this);
  }
}

/** Every operator whose first argument is `self`, generated from libtorch's schemas. */
export interface Tensor extends TensorMethods {}

/** The callback that libtorch holds. Made apart: inside a method it would keep the tensor that keeps it. */
function hookOf(fn: (grad: Tensor) => unknown): (g: Handle) => Handle | null {
  return (g) => {
    const replaced = fn(makeTensor(g));
    if (replaced == null) return null;
    if (isTensor(replaced)) return Tensor.handleOf(replaced);
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `registerHook: expected the hook to return a Tensor or nothing but received ${show(replaced)}.`,
    );
  };
}

let toCopy: ((...args: unknown[]) => unknown) | undefined;
function convert(): (...args: unknown[]) => unknown {
  // to.dtype_layout(self, dtype, layout, device, pin_memory, non_blocking, copy, memory_format)
  toCopy ??= runtime().bind("aten::to", "dtype_layout");
  return toCopy;
}

let toPinned: ((...args: unknown[]) => unknown) | undefined;
function pin(): (...args: unknown[]) => unknown {
  toPinned ??= runtime().bind("aten::pin_memory", "");
  return toPinned;
}

function disposed(): FabricError {
  return new FabricError(
    "FABRIC_TENSOR_DISPOSED",
    "this tensor was disposed, or the scope that made it has ended; return it from the scope or pass it to torch.keep(t) to use it later.",
  );
}

/** Runs a native entry; its errors become typed ones. */
function ask<T>(call: () => T, name: string, args: readonly unknown[] = []): T {
  try {
    return call();
  } catch (error) {
    throw translate(error, name, args);
  }
}

let printer: (t: Tensor) => string = () => "Tensor";
/** @internal print.ts gives the printer; it needs operators, which need Tensor. */
export function setPrinter(print: (t: Tensor) => string): void {
  printer = print;
}

/** @internal A Tensor around a native handle. */
export function makeTensor(handle: Handle): Tensor {
  return new Tensor(MAKE, handle);
}

/** @internal For subclasses: the arguments of `super`. */
export const TENSOR_TOKEN: symbol = MAKE;

/** Whether `value` is a tensor. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && Tensor.is(value);
}

/** @internal The gradient with a handle that a surrounding scope frees: cheaper than `.grad` inside an optimizer's step. */
export function gradOf(t: Tensor): Tensor | null {
  const handle = runtime().gradOf(Tensor.handleOf(t));
  return handle === null ? null : makeTensor(handle);
}

/**
 * The gradients of many tensors in one call, null where there is none. In a `scope` they are freed with it, unlike what `.grad` returns: that is
 * kept for its caller, and with it the memory of a gradient that `zeroGrad` has dropped, until the collector comes by.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` if one is no tensor.
 */
export function gradsOf(tensors: readonly Tensor[]): (Tensor | null)[] {
  const handles = handlesOf("gradsOf", tensors);
  return ask(() => runtime().gradsOf(handles), "gradsOf").map((h) =>
    h === null ? null : makeTensor(h),
  );
}

/** @throws FabricError `FABRIC_TENSOR_ARGUMENT` if one is no tensor. */
function handlesOf(who: string, tensors: readonly Tensor[]): Handle[] {
  if (Array.isArray(tensors) && tensors.every(isTensor)) return tensors.map(Tensor.handleOf);
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${who}: expected an array of tensors but received ${show(tensors)}.`,
  );
}

/** @internal Calls `fn` each time the gradient of a leaf has been accumulated; null takes the hook off. A leaf has one. */
export function onGradAccumulated(leaf: Tensor, fn: (() => void) | null): void {
  ask(() => runtime().onGradAccumulated(Tensor.handleOf(leaf), fn), "onGradAccumulated");
}

/** @internal Frees the memory of a tensor's storage; whoever reads it before {@link allocateStorage} gets `message` as an error. */
export function releaseStorage(t: Tensor, message: string): void {
  ask(() => runtime().releaseStorage(Tensor.handleOf(t), message), "releaseStorage");
}

/** @internal Gives the storage of a tensor new memory, uninitialised; versions stay as they are. */
export function allocateStorage(t: Tensor, bytes: number): void {
  ask(() => runtime().allocateStorage(Tensor.handleOf(t), bytes), "allocateStorage");
}

/** @internal Sets the gradients of many tensors to null. */
export function clearGrads(tensors: readonly Tensor[]): void {
  ask(() => runtime().clearGrads(tensors.map((t) => Tensor.handleOf(t))), "clearGrads");
}

/**
 * Counts a write to each tensor (`version`), for a write that libtorch does not see: by a kernel of yours, or a replayed CUDA graph. What was kept
 * of them, for a backward pass or as codes of a weight, is then known to be stale. Tensors made in inference mode have no count. PyTorch's
 * `torch.autograd.graph.increment_version`.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` if one is no tensor.
 */
export function incrementVersion(tensors: readonly Tensor[]): void {
  const handles = handlesOf("incrementVersion", tensors);
  ask(() => runtime().incrementVersion(handles), "incrementVersion");
}

/** @internal A garbage-collected handle on a new leaf that shares `t`'s storage: what a Parameter is made of. */
export function aliasHandle(t: Tensor): Handle {
  return ask(() => runtime().keptAlias(Tensor.handleOf(t)), "alias");
}
