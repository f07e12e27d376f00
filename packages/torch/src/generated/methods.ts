// Written by tools/gen from the operator schemas of libtorch. Do not edit: run `node tools/gen/generate.mjs`.
import type { Device } from "../device.js";
import type { DType, Layout, MemoryFormat } from "../dtype.js";
import type { Generator } from "../random.js";
import type { Scalar, Tensor } from "../tensor.js";

/** The operators of the loaded libtorch whose first argument is `self`, as methods; merged into class Tensor. */
export interface TensorMethods {
  /** `abs(Tensor self) -> Tensor` */
  abs(options?: { out?: Tensor | undefined }): Tensor;
  /** `abs_(Tensor(a!) self) -> Tensor(a!)` */
  abs_(): this;
  /** `absolute(Tensor self) -> Tensor` */
  absolute(options?: { out?: Tensor | undefined }): Tensor;
  /** `absolute_(Tensor(a!) self) -> Tensor(a!)` */
  absolute_(): this;
  /** `acos(Tensor self) -> Tensor` */
  acos(options?: { out?: Tensor | undefined }): Tensor;
  /** `acos_(Tensor(a!) self) -> Tensor(a!)` */
  acos_(): this;
  /** `acosh(Tensor self) -> Tensor` */
  acosh(options?: { out?: Tensor | undefined }): Tensor;
  /** `acosh_(Tensor(a!) self) -> Tensor(a!)` */
  acosh_(): this;
  /** `adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor` */
  adaptiveAvgPool1d(outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor` */
  adaptiveAvgPool2d(outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor` */
  adaptiveAvgPool3d(outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)` */
  adaptiveMaxPool1d(outputSize: number | readonly number[]): [Tensor, Tensor];
  /** `adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)` */
  adaptiveMaxPool2d(outputSize: number | readonly number[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)` */
  adaptiveMaxPool3d(outputSize: number | readonly number[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /**
   * - `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * - `add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   */
  add(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  add(other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * - `add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   */
  add_(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): this;
  add_(other: Scalar, alpha: Scalar): this;
  /** `addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
  addbmm(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addbmm_(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): this;
  /** `addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor` */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined }): this;
  /** `addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor` */
  addcmul(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined }): this;
  /**
   * - `addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * - `addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   */
  addmm(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  addmm(mat1: Tensor, mat2: Tensor, outDtype: DType, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmm_(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): this;
  /** `addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
  addmv(mat: Tensor, vec: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addmv_(mat: Tensor, vec: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): this;
  /** `addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
  addr(vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  addr_(vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): this;
  /** `adjoint(Tensor(a) self) -> Tensor(a)` */
  adjoint(): Tensor;
  /** `alias(Tensor(a) self) -> Tensor(a)` */
  alias(): Tensor;
  /** `alias_copy(Tensor self) -> Tensor` */
  aliasCopy(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `all(Tensor self) -> Tensor`
   * - `all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
   * - `all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
   */
  all(options?: { out?: Tensor | undefined }): Tensor;
  all(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  all(dim: number | readonly number[] | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  all(options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool` */
  allclose(other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  allclose(other: Tensor, rtol: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  allclose(other: Tensor, rtol: number, atol: number, options?: { equalNan?: boolean | undefined }): boolean;
  allclose(other: Tensor, rtol: number, atol: number, equalNan: boolean): boolean;
  /** `alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  alphaDropout_(p: number, train: boolean): this;
  /** `amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
  amax(options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  amax(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  amax(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
  amin(options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  amin(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  amin(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)` */
  aminmax(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [min: Tensor, max: Tensor];
  /** `angle(Tensor self) -> Tensor` */
  angle(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `any(Tensor self) -> Tensor`
   * - `any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
   * - `any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
   */
  any(options?: { out?: Tensor | undefined }): Tensor;
  any(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  any(dim: number | readonly number[] | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  any(options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `arccos(Tensor self) -> Tensor` */
  arccos(options?: { out?: Tensor | undefined }): Tensor;
  /** `arccos_(Tensor(a!) self) -> Tensor(a!)` */
  arccos_(): this;
  /** `arccosh(Tensor self) -> Tensor` */
  arccosh(options?: { out?: Tensor | undefined }): Tensor;
  /** `arccosh_(Tensor(a!) self) -> Tensor(a!)` */
  arccosh_(): this;
  /** `arcsin(Tensor self) -> Tensor` */
  arcsin(options?: { out?: Tensor | undefined }): Tensor;
  /** `arcsin_(Tensor(a!) self) -> Tensor(a!)` */
  arcsin_(): this;
  /** `arcsinh(Tensor self) -> Tensor` */
  arcsinh(options?: { out?: Tensor | undefined }): Tensor;
  /** `arcsinh_(Tensor(a!) self) -> Tensor(a!)` */
  arcsinh_(): this;
  /** `arctan(Tensor self) -> Tensor` */
  arctan(options?: { out?: Tensor | undefined }): Tensor;
  /** `arctan2(Tensor self, Tensor other) -> Tensor` */
  arctan2(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  arctan2_(other: Tensor): this;
  /** `arctan_(Tensor(a!) self) -> Tensor(a!)` */
  arctan_(): this;
  /** `arctanh(Tensor self) -> Tensor` */
  arctanh(options?: { out?: Tensor | undefined }): Tensor;
  /** `arctanh_(Tensor(a!) self) -> Tensor(a!)` */
  arctanh_(): this;
  /** `argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
  argmax(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  argmax(dim: number | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  argmax(dim: number | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
  argmin(options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  argmin(dim: number | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  argmin(dim: number | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor`
   * - `argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`
   */
  argsort(options?: { dim?: number | undefined; descending?: boolean | undefined }): Tensor;
  argsort(dim: number, options?: { descending?: boolean | undefined }): Tensor;
  argsort(dim: number, descending: boolean): Tensor;
  argsort(options: { stable: boolean; dim?: number | undefined; descending?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `argwhere(Tensor self) -> Tensor` */
  argwhere(): Tensor;
  /** `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)` */
  asStrided(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): Tensor;
  asStrided(size: readonly number[], stride: readonly number[], storageOffset: number | null): Tensor;
  /** `as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)` */
  asStrided_(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): this;
  asStrided_(size: readonly number[], stride: readonly number[], storageOffset: number | null): this;
  /** `as_strided_copy(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor` */
  asStridedCopy(size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  asStridedCopy(size: readonly number[], stride: readonly number[], storageOffset: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor` */
  asStridedScatter(src: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  asStridedScatter(src: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `asin(Tensor self) -> Tensor` */
  asin(options?: { out?: Tensor | undefined }): Tensor;
  /** `asin_(Tensor(a!) self) -> Tensor(a!)` */
  asin_(): this;
  /** `asinh(Tensor self) -> Tensor` */
  asinh(options?: { out?: Tensor | undefined }): Tensor;
  /** `asinh_(Tensor(a!) self) -> Tensor(a!)` */
  asinh_(): this;
  /** `atan(Tensor self) -> Tensor` */
  atan(options?: { out?: Tensor | undefined }): Tensor;
  /** `atan2(Tensor self, Tensor other) -> Tensor` */
  atan2(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  atan2_(other: Tensor): this;
  /** `atan_(Tensor(a!) self) -> Tensor(a!)` */
  atan_(): this;
  /** `atanh(Tensor self) -> Tensor` */
  atanh(options?: { out?: Tensor | undefined }): Tensor;
  /** `atanh_(Tensor(a!) self) -> Tensor(a!)` */
  atanh_(): this;
  /** `atleast_1d(Tensor self) -> Tensor` */
  atleast1d(): Tensor;
  /** `atleast_2d(Tensor self) -> Tensor` */
  atleast2d(): Tensor;
  /** `atleast_3d(Tensor self) -> Tensor` */
  atleast3d(): Tensor;
  /** `avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor` */
  avgPool1d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  avgPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  avgPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  avgPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  avgPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor` */
  avgPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor` */
  avgPool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  avgPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   * - `baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
   */
  baddbmm(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  baddbmm(batch1: Tensor, batch2: Tensor, outDtype: DType, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
  baddbmm_(batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): this;
  /**
   * - `bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`
   * - `bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`
   * - `bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor`
   */
  bernoulli(options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  bernoulli(p: Tensor | number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)`
   * - `bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)`
   */
  bernoulli_(p: Tensor | number, options?: { generator?: Generator | null | undefined }): this;
  bernoulli_(options?: { p?: number | undefined; generator?: Generator | null | undefined }): this;
  /** `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor` */
  binaryCrossEntropy(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  binaryCrossEntropy(target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  binaryCrossEntropy(target: Tensor, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor` */
  binaryCrossEntropyWithLogits(target: Tensor, options?: { weight?: Tensor | null | undefined; posWeight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  binaryCrossEntropyWithLogits(target: Tensor, weight: Tensor | null, options?: { posWeight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  binaryCrossEntropyWithLogits(target: Tensor, weight: Tensor | null, posWeight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  binaryCrossEntropyWithLogits(target: Tensor, weight: Tensor | null, posWeight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor` */
  bincount(options?: { weights?: Tensor | null | undefined; minlength?: number | undefined; out?: Tensor | undefined }): Tensor;
  bincount(weights: Tensor | null, options?: { minlength?: number | undefined; out?: Tensor | undefined }): Tensor;
  bincount(weights: Tensor | null, minlength: number, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  bitwiseAnd(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  bitwiseAnd_(other: Tensor | Scalar): this;
  /**
   * - `bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
   */
  bitwiseLeftShift(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  bitwiseLeftShift_(other: Tensor | Scalar): this;
  /** `bitwise_not(Tensor self) -> Tensor` */
  bitwiseNot(options?: { out?: Tensor | undefined }): Tensor;
  /** `bitwise_not_(Tensor(a!) self) -> Tensor(a!)` */
  bitwiseNot_(): this;
  /**
   * - `bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  bitwiseOr(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  bitwiseOr_(other: Tensor | Scalar): this;
  /**
   * - `bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
   */
  bitwiseRightShift(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  bitwiseRightShift_(other: Tensor | Scalar): this;
  /**
   * - `bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  bitwiseXor(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  bitwiseXor_(other: Tensor | Scalar): this;
  /**
   * - `bmm(Tensor self, Tensor mat2) -> Tensor`
   * - `bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
   */
  bmm(mat2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  bmm(mat2: Tensor, outDtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  /** `broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
  broadcastTo(size: readonly number[]): Tensor;
  /** `bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor` */
  bucketize(boundaries: Tensor, options?: { outInt32?: boolean | undefined; right?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor` */
  cauchy(options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  cauchy(median: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  cauchy(median: number, sigma: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)` */
  cauchy_(options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined }): this;
  cauchy_(median: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined }): this;
  cauchy_(median: number, sigma: number, options?: { generator?: Generator | null | undefined }): this;
  /** `ccol_indices(Tensor(a) self) -> Tensor(a)` */
  ccolIndices(): Tensor;
  /** `ccol_indices_copy(Tensor self) -> Tensor` */
  ccolIndicesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `ceil(Tensor self) -> Tensor` */
  ceil(options?: { out?: Tensor | undefined }): Tensor;
  /** `ceil_(Tensor(a!) self) -> Tensor(a!)` */
  ceil_(): this;
  /** `celu(Tensor self, Scalar alpha=1.) -> Tensor` */
  celu(options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  celu(alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)` */
  celu_(options?: { alpha?: Scalar | undefined }): this;
  celu_(alpha: Scalar): this;
  /** `chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
  chalf(options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /** `channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
  channelShuffle(groups: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `cholesky(Tensor self, bool upper=False) -> Tensor` */
  cholesky(options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  cholesky(upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `cholesky_inverse(Tensor self, bool upper=False) -> Tensor` */
  choleskyInverse(options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  choleskyInverse(upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor` */
  choleskySolve(input2: Tensor, options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  choleskySolve(input2: Tensor, upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]` */
  chunk(chunks: number, options?: { dim?: number | undefined }): Tensor[];
  chunk(chunks: number, dim: number): Tensor[];
  /**
   * - `clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
   * - `clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
   */
  clamp(options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  clamp(min: Scalar | null, options?: { max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  clamp(min: Scalar | null, max: Scalar | null, options?: { out?: Tensor | undefined }): Tensor;
  clamp(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  clamp(min: Tensor | null, options?: { max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  clamp(min: Tensor | null, max: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
   * - `clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
   */
  clamp_(options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined }): this;
  clamp_(min: Scalar | null, options?: { max?: Scalar | null | undefined }): this;
  clamp_(min: Scalar | null, max: Scalar | null): this;
  clamp_(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): this;
  clamp_(min: Tensor | null, options?: { max?: Tensor | null | undefined }): this;
  clamp_(min: Tensor | null, max: Tensor | null): this;
  /**
   * - `clamp_max(Tensor self, Scalar max) -> Tensor`
   * - `clamp_max.Tensor(Tensor self, Tensor max) -> Tensor`
   */
  clampMax(max: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `clamp_max_(Tensor(a!) self, Scalar max) -> Tensor(a!)`
   * - `clamp_max_.Tensor(Tensor(a!) self, Tensor max) -> Tensor(a!)`
   */
  clampMax_(max: Scalar | Tensor): this;
  /**
   * - `clamp_min(Tensor self, Scalar min) -> Tensor`
   * - `clamp_min.Tensor(Tensor self, Tensor min) -> Tensor`
   */
  clampMin(min: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)`
   * - `clamp_min_.Tensor(Tensor(a!) self, Tensor min) -> Tensor(a!)`
   */
  clampMin_(min: Scalar | Tensor): this;
  /**
   * - `clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
   * - `clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
   */
  clip(options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  clip(min: Scalar | null, options?: { max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  clip(min: Scalar | null, max: Scalar | null, options?: { out?: Tensor | undefined }): Tensor;
  clip(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  clip(min: Tensor | null, options?: { max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  clip(min: Tensor | null, max: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
   * - `clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
   */
  clip_(options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined }): this;
  clip_(min: Scalar | null, options?: { max?: Scalar | null | undefined }): this;
  clip_(min: Scalar | null, max: Scalar | null): this;
  clip_(options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): this;
  clip_(min: Tensor | null, options?: { max?: Tensor | null | undefined }): this;
  clip_(min: Tensor | null, max: Tensor | null): this;
  /** `clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
  clone(options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `coalesce(Tensor(a) self) -> Tensor(a)` */
  coalesce(): Tensor;
  /** `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor` */
  col2im(outputSize: number | readonly number[], kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `col_indices(Tensor(a) self) -> Tensor(a)` */
  colIndices(): Tensor;
  /** `col_indices_copy(Tensor self) -> Tensor` */
  colIndicesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor` */
  combinations(options?: { r?: number | undefined; withReplacement?: boolean | undefined }): Tensor;
  combinations(r: number, options?: { withReplacement?: boolean | undefined }): Tensor;
  combinations(r: number, withReplacement: boolean): Tensor;
  /** `conj(Tensor(a) self) -> Tensor(a)` */
  conj(): Tensor;
  /** `conj_physical(Tensor self) -> Tensor` */
  conjPhysical(options?: { out?: Tensor | undefined }): Tensor;
  /** `conj_physical_(Tensor(a!) self) -> Tensor(a!)` */
  conjPhysical_(): this;
  /** `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor` */
  constantPadNd(pad: readonly number[], options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  constantPadNd(pad: readonly number[], value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)` */
  contiguous(options?: { memoryFormat?: MemoryFormat | undefined }): Tensor;
  /** `conv_depthwise3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding, SymInt[3] dilation) -> Tensor` */
  convDepthwise3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor` */
  convTbc(weight: Tensor, bias: Tensor, options?: { pad?: number | undefined; out?: Tensor | undefined }): Tensor;
  convTbc(weight: Tensor, bias: Tensor, pad: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `conv_tbc_backward(Tensor self, Tensor input, Tensor weight, Tensor bias, int pad) -> (Tensor, Tensor, Tensor)` */
  convTbcBackward(input: Tensor, weight: Tensor, bias: Tensor, pad: number): [Tensor, Tensor, Tensor];
  /** `copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor` */
  copy(src: Tensor, options?: { nonBlocking?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  copy(src: Tensor, nonBlocking: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copy_(src: Tensor, options?: { nonBlocking?: boolean | undefined }): this;
  copy_(src: Tensor, nonBlocking: boolean): this;
  /** `copy_sparse_to_sparse(Tensor self, Tensor src, bool non_blocking=False) -> Tensor` */
  copySparseToSparse(src: Tensor, options?: { nonBlocking?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  copySparseToSparse(src: Tensor, nonBlocking: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `copy_sparse_to_sparse_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
  copySparseToSparse_(src: Tensor, options?: { nonBlocking?: boolean | undefined }): this;
  copySparseToSparse_(src: Tensor, nonBlocking: boolean): this;
  /**
   * - `copysign.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `copysign.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  copysign(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  copysign_(other: Tensor | Scalar): this;
  /** `corrcoef(Tensor self) -> Tensor` */
  corrcoef(): Tensor;
  /** `cos(Tensor self) -> Tensor` */
  cos(options?: { out?: Tensor | undefined }): Tensor;
  /** `cos_(Tensor(a!) self) -> Tensor(a!)` */
  cos_(): this;
  /** `cosh(Tensor self) -> Tensor` */
  cosh(options?: { out?: Tensor | undefined }): Tensor;
  /** `cosh_(Tensor(a!) self) -> Tensor(a!)` */
  cosh_(): this;
  /**
   * - `count_nonzero(Tensor self, int? dim=None) -> Tensor`
   * - `count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`
   */
  countNonzero(options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  countNonzero(dim: number | readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor` */
  cov(options?: { correction?: number | undefined; fweights?: Tensor | null | undefined; aweights?: Tensor | null | undefined }): Tensor;
  /** `cross(Tensor self, Tensor other, int? dim=None) -> Tensor` */
  cross(other: Tensor, options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  cross(other: Tensor, dim: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor` */
  crossEntropyLoss(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  crossEntropyLoss(target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  crossEntropyLoss(target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  crossEntropyLoss(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { labelSmoothing?: number | undefined }): Tensor;
  crossEntropyLoss(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, labelSmoothing: number): Tensor;
  /** `crow_indices(Tensor(a) self) -> Tensor(a)` */
  crowIndices(): Tensor;
  /** `crow_indices_copy(Tensor self) -> Tensor` */
  crowIndicesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_convolution(Tensor self, Tensor weight, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic, bool allow_tf32) -> Tensor` */
  cudnnConvolution(weight: Tensor, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, allowTf32: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_convolution_add_relu(Tensor self, Tensor weight, Tensor z, Scalar? alpha, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
  cudnnConvolutionAddRelu(weight: Tensor, z: Tensor, alpha: Scalar | null, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_convolution_relu(Tensor self, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
  cudnnConvolutionRelu(weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_convolution_transpose(Tensor self, Tensor weight, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic, bool allow_tf32) -> Tensor` */
  cudnnConvolutionTranspose(weight: Tensor, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, allowTf32: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_grid_sampler(Tensor self, Tensor grid) -> Tensor output` */
  cudnnGridSampler(grid: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `cudnn_grid_sampler_backward(Tensor self, Tensor grid, Tensor grad_output) -> (Tensor grad_self, Tensor grad_grid)` */
  cudnnGridSamplerBackward(grid: Tensor, gradOutput: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [grad_self: Tensor, grad_grid: Tensor];
  /** `cudnn_is_acceptable(Tensor self) -> bool` */
  cudnnIsAcceptable(): boolean;
  /** `cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)` */
  cummax(dim: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /** `cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)` */
  cummin(dim: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /** `cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
  cumprod(dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumprod_(dim: number, options?: { dtype?: DType | null | undefined }): this;
  /** `cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
  cumsum(dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
  cumsum_(dim: number, options?: { dtype?: DType | null | undefined }): this;
  /** `deg2rad(Tensor self) -> Tensor` */
  deg2rad(options?: { out?: Tensor | undefined }): Tensor;
  /** `deg2rad_(Tensor(a!) self) -> Tensor(a!)` */
  deg2rad_(): this;
  /** `dense_dim(Tensor self) -> int` */
  denseDim(): number;
  /** `dequantize.self(Tensor self) -> Tensor` */
  dequantize(options?: { out?: Tensor | undefined }): Tensor;
  /** `det(Tensor self) -> Tensor` */
  det(): Tensor;
  /** `detach(Tensor(a) self) -> Tensor(a)` */
  detach(): Tensor;
  /** `detach_(Tensor(a!) self) -> Tensor(a!)` */
  detach_(): this;
  /** `detach_copy(Tensor self) -> Tensor` */
  detachCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `diag(Tensor self, int diagonal=0) -> Tensor` */
  diag(options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  diag(diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor` */
  diagEmbed(options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagEmbed(offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagEmbed(offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagEmbed(offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `diagflat(Tensor self, int offset=0) -> Tensor` */
  diagflat(options?: { offset?: number | undefined }): Tensor;
  diagflat(offset: number): Tensor;
  /** `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)` */
  diagonal(options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal(offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  diagonal(offset: number, dim1: number, options?: { dim2?: number | undefined }): Tensor;
  diagonal(offset: number, dim1: number, dim2: number): Tensor;
  /** `diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor` */
  diagonalCopy(options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalCopy(offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalCopy(offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalCopy(offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor` */
  diagonalScatter(src: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalScatter(src: Tensor, offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalScatter(src: Tensor, offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  diagonalScatter(src: Tensor, offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor` */
  diff(options?: { n?: number | undefined; dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  diff(n: number, options?: { dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  diff(n: number, dim: number, options?: { prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  diff(n: number, dim: number, prepend: Tensor | null, options?: { append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  diff(n: number, dim: number, prepend: Tensor | null, append: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `digamma(Tensor self) -> Tensor` */
  digamma(options?: { out?: Tensor | undefined }): Tensor;
  /** `digamma_(Tensor(a!) self) -> Tensor(a!)` */
  digamma_(): this;
  /** `dist(Tensor self, Tensor other, Scalar p=2) -> Tensor` */
  dist(other: Tensor, options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  dist(other: Tensor, p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `div.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
   * - `div.Scalar(Tensor self, Scalar other) -> Tensor`
   * - `div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
   */
  div(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  div(other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null; out?: Tensor | undefined }): Tensor;
  /**
   * - `div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
   * - `div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * - `div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
   */
  div_(other: Tensor | Scalar): this;
  div_(other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null }): this;
  /**
   * - `divide.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
   * - `divide.Scalar(Tensor self, Scalar other) -> Tensor`
   * - `divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
   */
  divide(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  divide(other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null; out?: Tensor | undefined }): Tensor;
  /**
   * - `divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
   * - `divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   * - `divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
   */
  divide_(other: Tensor | Scalar): this;
  divide_(other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null }): this;
  /** `dot(Tensor self, Tensor tensor) -> Tensor` */
  dot(tensor: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  dropout_(p: number, train: boolean): this;
  /**
   * - `dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   */
  dsplit(indices: readonly number[]): Tensor[];
  dsplit(sections: number): Tensor[];
  /** `elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor` */
  elu(options?: { alpha?: Scalar | undefined; scale?: Scalar | undefined; inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  elu(alpha: Scalar, options?: { scale?: Scalar | undefined; inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  elu(alpha: Scalar, scale: Scalar, options?: { inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  elu(alpha: Scalar, scale: Scalar, inputScale: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `elu_(Tensor(a!) self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor(a!)` */
  elu_(options?: { alpha?: Scalar | undefined; scale?: Scalar | undefined; inputScale?: Scalar | undefined }): this;
  elu_(alpha: Scalar, options?: { scale?: Scalar | undefined; inputScale?: Scalar | undefined }): this;
  elu_(alpha: Scalar, scale: Scalar, options?: { inputScale?: Scalar | undefined }): this;
  elu_(alpha: Scalar, scale: Scalar, inputScale: Scalar): this;
  /** `embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor` */
  embeddingRenorm(indices: Tensor, maxNorm: number, normType: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)` */
  embeddingRenorm_(indices: Tensor, maxNorm: number, normType: number): this;
  /** `empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
  emptyLike(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /**
   * - `eq.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `eq.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  eq(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  eq_(other: Tensor | Scalar): this;
  /** `equal(Tensor self, Tensor other) -> bool` */
  equal(other: Tensor): boolean;
  /** `erf(Tensor self) -> Tensor` */
  erf(options?: { out?: Tensor | undefined }): Tensor;
  /** `erf_(Tensor(a!) self) -> Tensor(a!)` */
  erf_(): this;
  /** `erfc(Tensor self) -> Tensor` */
  erfc(options?: { out?: Tensor | undefined }): Tensor;
  /** `erfc_(Tensor(a!) self) -> Tensor(a!)` */
  erfc_(): this;
  /** `erfinv(Tensor self) -> Tensor` */
  erfinv(options?: { out?: Tensor | undefined }): Tensor;
  /** `erfinv_(Tensor(a!) self) -> Tensor(a!)` */
  erfinv_(): this;
  /** `exp(Tensor self) -> Tensor` */
  exp(options?: { out?: Tensor | undefined }): Tensor;
  /** `exp2(Tensor self) -> Tensor` */
  exp2(options?: { out?: Tensor | undefined }): Tensor;
  /** `exp2_(Tensor(a!) self) -> Tensor(a!)` */
  exp2_(): this;
  /** `exp_(Tensor(a!) self) -> Tensor(a!)` */
  exp_(): this;
  /** `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)` */
  expand(size: readonly number[], options?: { implicit?: boolean | undefined }): Tensor;
  /** `expand_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  expandAs(other: Tensor): Tensor;
  /** `expand_copy(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor` */
  expandCopy(size: readonly number[], options?: { implicit?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `expm1(Tensor self) -> Tensor` */
  expm1(options?: { out?: Tensor | undefined }): Tensor;
  /** `expm1_(Tensor(a!) self) -> Tensor(a!)` */
  expm1_(): this;
  /** `exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor` */
  exponential(options?: { lambd?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  exponential(lambd: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)` */
  exponential_(options?: { lambd?: number | undefined; generator?: Generator | null | undefined }): this;
  exponential_(lambd: number, options?: { generator?: Generator | null | undefined }): this;
  /** `fake_quantize_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> Tensor` */
  fakeQuantizePerChannelAffine(scale: Tensor, zeroPoint: Tensor, axis: number, quantMin: number, quantMax: number): Tensor;
  /** `fake_quantize_per_channel_affine_cachemask(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> (Tensor output, Tensor mask)` */
  fakeQuantizePerChannelAffineCachemask(scale: Tensor, zeroPoint: Tensor, axis: number, quantMin: number, quantMax: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, mask: Tensor];
  /**
   * - `fake_quantize_per_tensor_affine(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> Tensor`
   * - `fake_quantize_per_tensor_affine.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, int quant_min, int quant_max) -> Tensor`
   */
  fakeQuantizePerTensorAffine(scale: number, zeroPoint: number, quantMin: number, quantMax: number): Tensor;
  fakeQuantizePerTensorAffine(scale: Tensor, zeroPoint: Tensor, quantMin: number, quantMax: number): Tensor;
  /** `fake_quantize_per_tensor_affine_cachemask(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> (Tensor output, Tensor mask)` */
  fakeQuantizePerTensorAffineCachemask(scale: number, zeroPoint: number, quantMin: number, quantMax: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, mask: Tensor];
  /** `feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  featureAlphaDropout_(p: number, train: boolean): this;
  /** `feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
  featureDropout_(p: number, train: boolean): this;
  /** `fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftFft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftFft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftFftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftFftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fftFftshift(options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
  fftFftshift(dim: number | readonly number[] | null): Tensor;
  /** `fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftHfft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_hfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftHfft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftHfftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftHfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftIfft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftIfft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftIfftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor` */
  fftIfftshift(options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
  fftIfftshift(dim: number | readonly number[] | null): Tensor;
  /** `fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftIhfft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ihfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftIhfft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftIhfftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIhfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftIrfft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_irfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftIrfft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftIrfftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftIrfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
  fftRfft(options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft(n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft(n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft(n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_rfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
  fftRfft2(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft2(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft2(s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfft2(s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
  fftRfftn(options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfftn(s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  fftRfftn(s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `fill.Tensor(Tensor self, Tensor value) -> Tensor`
   * - `fill.Scalar(Tensor self, Scalar value) -> Tensor`
   */
  fill(value: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)`
   * - `fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)`
   */
  fill_(value: Tensor | Scalar): this;
  /** `fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)` */
  fillDiagonal_(fillValue: Scalar, options?: { wrap?: boolean | undefined }): this;
  fillDiagonal_(fillValue: Scalar, wrap: boolean): this;
  /** `fix(Tensor self) -> Tensor` */
  fix(options?: { out?: Tensor | undefined }): Tensor;
  /** `fix_(Tensor(a!) self) -> Tensor(a!)` */
  fix_(): this;
  /** `flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)` */
  flatten(options?: { startDim?: number | undefined; endDim?: number | undefined }): Tensor;
  flatten(startDim: number, options?: { endDim?: number | undefined }): Tensor;
  flatten(startDim: number, endDim: number): Tensor;
  /** `flip(Tensor self, int[] dims) -> Tensor` */
  flip(dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `fliplr(Tensor self) -> Tensor` */
  fliplr(): Tensor;
  /** `flipud(Tensor self) -> Tensor` */
  flipud(): Tensor;
  /**
   * - `float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
   * - `float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
   */
  floatPower(exponent: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
   * - `float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
   */
  floatPower_(exponent: Tensor | Scalar): this;
  /** `floor(Tensor self) -> Tensor` */
  floor(options?: { out?: Tensor | undefined }): Tensor;
  /** `floor_(Tensor(a!) self) -> Tensor(a!)` */
  floor_(): this;
  /**
   * - `floor_divide(Tensor self, Tensor other) -> Tensor`
   * - `floor_divide.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  floorDivide(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  floorDivide_(other: Tensor | Scalar): this;
  /** `fmax(Tensor self, Tensor other) -> Tensor` */
  fmax(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `fmin(Tensor self, Tensor other) -> Tensor` */
  fmin(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `fmod.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `fmod.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  fmod(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  fmod_(other: Tensor | Scalar): this;
  /** `frac(Tensor self) -> Tensor` */
  frac(options?: { out?: Tensor | undefined }): Tensor;
  /** `frac_(Tensor(a!) self) -> Tensor(a!)` */
  frac_(): this;
  /** `fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)` */
  fractionalMaxPool2d(kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)` */
  fractionalMaxPool3d(kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)` */
  frexp(options?: { out?: readonly [Tensor, Tensor] | undefined }): [mantissa: Tensor, exponent: Tensor];
  /** `frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
  frobeniusNorm(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  frobeniusNorm(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
  fullLike(fillValue: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /** `fused_moving_avg_obs_fake_quant(Tensor self, Tensor observer_on, Tensor fake_quant_on, Tensor(a!) running_min, Tensor(b!) running_max, Tensor(c!) scale, Tensor(d!) zero_point, float averaging_const, int quant_min, int quant_max, int ch_axis, bool per_row_fake_quant=False, bool symmetric_quant=False) -> Tensor` */
  fusedMovingAvgObsFakeQuant(observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, options?: { perRowFakeQuant?: boolean | undefined; symmetricQuant?: boolean | undefined }): Tensor;
  fusedMovingAvgObsFakeQuant(observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, perRowFakeQuant: boolean, options?: { symmetricQuant?: boolean | undefined }): Tensor;
  fusedMovingAvgObsFakeQuant(observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, perRowFakeQuant: boolean, symmetricQuant: boolean): Tensor;
  /** `gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor` */
  gather(dim: number, index: Tensor, options?: { sparseGrad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `gcd(Tensor self, Tensor other) -> Tensor` */
  gcd(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  gcd_(other: Tensor): this;
  /**
   * - `ge.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `ge.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  ge(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  ge_(other: Tensor | Scalar): this;
  /** `gelu(Tensor self, *, str approximate="none") -> Tensor` */
  gelu(options?: { approximate?: "none" | "tanh" | undefined; out?: Tensor | undefined }): Tensor;
  /** `gelu_(Tensor(a!) self, *, str approximate="none") -> Tensor(a!)` */
  gelu_(options?: { approximate?: "none" | "tanh" | undefined }): this;
  /** `geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor` */
  geometric(p: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)` */
  geometric_(p: number, options?: { generator?: Generator | null | undefined }): this;
  /** `geqrf(Tensor self) -> (Tensor a, Tensor tau)` */
  geqrf(options?: { out?: readonly [Tensor, Tensor] | undefined }): [a: Tensor, tau: Tensor];
  /** `ger(Tensor self, Tensor vec2) -> Tensor` */
  ger(vec2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `get_device(Tensor self) -> int` */
  getDevice(): number;
  /** `glu(Tensor self, int dim=-1) -> Tensor` */
  glu(options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  glu(dim: number, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]`
   * - `gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * - `gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]`
   * - `gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * - `gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
   * - `gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
   * - `gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
   */
  gradient(options: { dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  gradient(options: { spacing: Scalar | readonly Scalar[] | readonly Tensor[]; dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  gradient(options?: { spacing?: Scalar | null | undefined; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
  gradient(options: { spacing: readonly Scalar[] | readonly Tensor[]; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
  /**
   * - `greater.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `greater.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  greater(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  greater_(other: Tensor | Scalar): this;
  /**
   * - `greater_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `greater_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  greaterEqual(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  greaterEqual_(other: Tensor | Scalar): this;
  /**
   * - `gt.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `gt.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  gt(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  gt_(other: Tensor | Scalar): this;
  /** `hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor` */
  hardshrink(options?: { lambd?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  hardshrink(lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `hardsigmoid(Tensor self) -> Tensor` */
  hardsigmoid(options?: { out?: Tensor | undefined }): Tensor;
  /** `hardsigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  hardsigmoid_(): this;
  /** `hardswish(Tensor self) -> Tensor` */
  hardswish(options?: { out?: Tensor | undefined }): Tensor;
  /** `hardswish_(Tensor(a!) self) -> Tensor(a!)` */
  hardswish_(): this;
  /** `hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor` */
  hardtanh(options?: { minVal?: Scalar | undefined; maxVal?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  hardtanh(minVal: Scalar, options?: { maxVal?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  hardtanh(minVal: Scalar, maxVal: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)` */
  hardtanh_(options?: { minVal?: Scalar | undefined; maxVal?: Scalar | undefined }): this;
  hardtanh_(minVal: Scalar, options?: { maxVal?: Scalar | undefined }): this;
  hardtanh_(minVal: Scalar, maxVal: Scalar): this;
  /** `hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor` */
  hashTensor(options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; mode?: number | undefined; out?: Tensor | undefined }): Tensor;
  hashTensor(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; mode?: number | undefined; out?: Tensor | undefined }): Tensor;
  /** `heaviside(Tensor self, Tensor values) -> Tensor` */
  heaviside(values: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)` */
  heaviside_(values: Tensor): this;
  /** `hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor` */
  hingeEmbeddingLoss(target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
  hingeEmbeddingLoss(target: Tensor, margin: number, options?: { reduction?: number | undefined }): Tensor;
  hingeEmbeddingLoss(target: Tensor, margin: number, reduction: number): Tensor;
  /** `histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor` */
  histc(options?: { bins?: number | undefined; min?: Scalar | undefined; max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  histc(bins: number, options?: { min?: Scalar | undefined; max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  histc(bins: number, min: Scalar, options?: { max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  histc(bins: number, min: Scalar, max: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
   * - `histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
   */
  histogram(options?: { bins?: number | undefined; range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
  histogram(bins: number, options?: { range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
  histogram(bins: Tensor, options?: { weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
  /**
   * - `histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
   * - `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
   * - `histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
   */
  histogramdd(bins: readonly number[] | readonly Tensor[] | number, options?: { range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  histogramdd(bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, options?: { weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  histogramdd(bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, weight: Tensor | null, options?: { density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  histogramdd(bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, weight: Tensor | null, density: boolean): [hist: Tensor, bin_edges: Tensor[]];
  /**
   * - `hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   */
  hsplit(indices: readonly number[]): Tensor[];
  hsplit(sections: number): Tensor[];
  /** `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor` */
  huberLoss(target: Tensor, options?: { reduction?: number | undefined; delta?: number | undefined; out?: Tensor | undefined }): Tensor;
  huberLoss(target: Tensor, reduction: number, options?: { delta?: number | undefined; out?: Tensor | undefined }): Tensor;
  huberLoss(target: Tensor, reduction: number, delta: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `hypot(Tensor self, Tensor other) -> Tensor` */
  hypot(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  hypot_(other: Tensor): this;
  /** `i0(Tensor self) -> Tensor` */
  i0(options?: { out?: Tensor | undefined }): Tensor;
  /** `i0_(Tensor(a!) self) -> Tensor(a!)` */
  i0_(): this;
  /** `igamma(Tensor self, Tensor other) -> Tensor` */
  igamma(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igamma_(other: Tensor): this;
  /** `igammac(Tensor self, Tensor other) -> Tensor` */
  igammac(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  igammac_(other: Tensor): this;
  /** `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor` */
  im2col(kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `imag(Tensor(a) self) -> Tensor(a)` */
  imag(): Tensor;
  /** `index.Tensor(Tensor self, Tensor?[] indices) -> Tensor` */
  index(indices: readonly (Tensor | null)[], options?: { out?: Tensor | undefined }): Tensor;
  /** `index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor` */
  indexAdd(dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)` */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | undefined }): this;
  /** `index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor` */
  indexCopy(dim: number, index: Tensor, source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)` */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this;
  /**
   * - `index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
   * - `index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`
   */
  indexFill(dim: number, index: Tensor, value: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
   * - `index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)`
   */
  indexFill_(dim: number, index: Tensor, value: Scalar | Tensor): this;
  /** `index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor` */
  indexPut(indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  indexPut(indices: readonly (Tensor | null)[], values: Tensor, accumulate: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)` */
  indexPut_(indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined }): this;
  indexPut_(indices: readonly (Tensor | null)[], values: Tensor, accumulate: boolean): this;
  /** `index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor` */
  indexReduce(dim: number, index: Tensor, source: Tensor, reduce: "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  indexReduce_(dim: number, index: Tensor, source: Tensor, reduce: "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined }): this;
  /** `index_select(Tensor self, int dim, Tensor index) -> Tensor` */
  indexSelect(dim: number, index: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `indices(Tensor(a) self) -> Tensor(a)` */
  indices(): Tensor;
  /** `indices_copy(Tensor self) -> Tensor` */
  indicesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `inner(Tensor self, Tensor other) -> Tensor` */
  inner(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `int_repr(Tensor self) -> Tensor` */
  intRepr(options?: { out?: Tensor | undefined }): Tensor;
  /** `inverse(Tensor self) -> Tensor` */
  inverse(options?: { out?: Tensor | undefined }): Tensor;
  /** `is_coalesced(Tensor self) -> bool` */
  isCoalesced(): boolean;
  /** `is_conj(Tensor self) -> bool` */
  isConj(): boolean;
  /** `is_distributed(Tensor self) -> bool` */
  isDistributed(): boolean;
  /** `is_inference(Tensor self) -> bool` */
  isInference(): boolean;
  /** `is_neg(Tensor self) -> bool` */
  isNeg(): boolean;
  /** `is_nonzero(Tensor self) -> bool` */
  isNonzero(): boolean;
  /** `is_pinned(Tensor self, Device? device=None) -> bool` */
  isPinned(options?: { device?: Device | null | undefined }): boolean;
  isPinned(device: Device | null): boolean;
  /** `is_same_size(Tensor self, Tensor other) -> bool` */
  isSameSize(other: Tensor): boolean;
  /** `is_set_to(Tensor self, Tensor tensor) -> bool` */
  isSetTo(tensor: Tensor): boolean;
  /** `is_signed(Tensor self) -> bool` */
  isSigned(): boolean;
  /** `isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor` */
  isclose(other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  isclose(other: Tensor, rtol: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  isclose(other: Tensor, rtol: number, atol: number, options?: { equalNan?: boolean | undefined }): Tensor;
  isclose(other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor;
  /** `isfinite(Tensor self) -> Tensor` */
  isfinite(): Tensor;
  /** `isinf(Tensor self) -> Tensor` */
  isinf(options?: { out?: Tensor | undefined }): Tensor;
  /** `isnan(Tensor self) -> Tensor` */
  isnan(options?: { out?: Tensor | undefined }): Tensor;
  /** `isneginf(Tensor self) -> Tensor` */
  isneginf(options?: { out?: Tensor | undefined }): Tensor;
  /** `isposinf(Tensor self) -> Tensor` */
  isposinf(options?: { out?: Tensor | undefined }): Tensor;
  /** `isreal(Tensor self) -> Tensor` */
  isreal(): Tensor;
  /** `istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor` */
  istft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, options?: { onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, options?: { length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, length: number | null, options?: { returnComplex?: boolean | undefined }): Tensor;
  istft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, length: number | null, returnComplex: boolean): Tensor;
  /** `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor` */
  klDiv(target: Tensor, options?: { reduction?: number | undefined; logTarget?: boolean | undefined }): Tensor;
  klDiv(target: Tensor, reduction: number, options?: { logTarget?: boolean | undefined }): Tensor;
  /** `kron(Tensor self, Tensor other) -> Tensor` */
  kron(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)` */
  kthvalue(k: number, options?: { dim?: number | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  kthvalue(k: number, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  kthvalue(k: number, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /** `l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  l1Loss(target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  l1Loss(target: Tensor, reduction: number): Tensor;
  /** `lcm(Tensor self, Tensor other) -> Tensor` */
  lcm(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  lcm_(other: Tensor): this;
  /** `ldexp.Tensor(Tensor self, Tensor other) -> Tensor` */
  ldexp(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  ldexp_(other: Tensor): this;
  /**
   * - `le.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `le.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  le(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  le_(other: Tensor | Scalar): this;
  /** `leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor` */
  leakyRelu(options?: { negativeSlope?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  leakyRelu(negativeSlope: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)` */
  leakyRelu_(options?: { negativeSlope?: Scalar | undefined }): this;
  leakyRelu_(negativeSlope: Scalar): this;
  /**
   * - `lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`
   * - `lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor`
   */
  lerp(end: Tensor, weight: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)`
   * - `lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)`
   */
  lerp_(end: Tensor, weight: Tensor | Scalar): this;
  /**
   * - `less.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `less.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  less(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  less_(other: Tensor | Scalar): this;
  /**
   * - `less_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `less_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  lessEqual(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  lessEqual_(other: Tensor | Scalar): this;
  /** `lgamma(Tensor self) -> Tensor` */
  lgamma(options?: { out?: Tensor | undefined }): Tensor;
  /** `lgamma_(Tensor(a!) self) -> Tensor(a!)` */
  lgamma_(): this;
  /** `lift(Tensor self) -> Tensor` */
  lift(options?: { out?: Tensor | undefined }): Tensor;
  /** `lift_fresh(Tensor(a) self) -> Tensor(a)` */
  liftFresh(): Tensor;
  /** `lift_fresh_copy(Tensor self) -> Tensor` */
  liftFreshCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg__powsum(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  linalgPowsum(options?: { ord?: Scalar | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  linalgPowsum(ord: Scalar, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  linalgPowsum(ord: Scalar, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  linalgPowsum(ord: Scalar, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
  /** `linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor` */
  linalgCholesky(options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)` */
  linalgCholeskyEx(options?: { upper?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [L: Tensor, info: Tensor];
  /**
   * - `linalg_cond(Tensor self, Scalar? p=None) -> Tensor`
   * - `linalg_cond.p_str(Tensor self, str p) -> Tensor`
   */
  linalgCond(options?: { p?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgCond(p: Scalar | string | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor` */
  linalgCross(other: Tensor, options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  /** `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)` */
  linalgEig(options?: { out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
  /** `linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)` */
  linalgEigh(options?: { UPLO?: "L" | "U" | undefined; out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
  linalgEigh(UPLO: "L" | "U", options?: { out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
  /** `linalg_eigvals(Tensor self) -> Tensor` */
  linalgEigvals(options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor` */
  linalgEigvalsh(options?: { UPLO?: "L" | "U" | undefined; out?: Tensor | undefined }): Tensor;
  linalgEigvalsh(UPLO: "L" | "U", options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)` */
  linalgLdlFactor(options?: { hermitian?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [LD: Tensor, pivots: Tensor];
  /** `linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)` */
  linalgLdlFactorEx(options?: { hermitian?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [LD: Tensor, pivots: Tensor, info: Tensor];
  /** `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)` */
  linalgLstsq(b: Tensor, options?: { rcond?: number | null | undefined; driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor];
  linalgLstsq(b: Tensor, rcond: number | null, options?: { driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor];
  /** `linalg_matmul(Tensor self, Tensor other) -> Tensor` */
  linalgMatmul(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_matrix_exp(Tensor self) -> Tensor` */
  linalgMatrixExp(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * - `linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   */
  linalgMatrixNorm(ord: Scalar | string, options?: { dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgMatrixNorm(ord: Scalar | string, dim: readonly number[], options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgMatrixNorm(ord: Scalar | string, dim: readonly number[], keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgMatrixNorm(options?: { ord?: string | undefined; dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `linalg_matrix_power(Tensor self, int n) -> Tensor` */
  linalgMatrixPower(n: number, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`
   * - `linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
   */
  linalgMatrixRank(tol: number, options?: { hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  linalgMatrixRank(tol: number, hermitian: boolean, options?: { out?: Tensor | undefined }): Tensor;
  linalgMatrixRank(options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   * - `linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   */
  linalgNorm(options?: { ord?: Scalar | null | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgNorm(ord: Scalar | string | null, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgNorm(ord: Scalar | string | null, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgNorm(ord: Scalar | string | null, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`
   * - `linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
   * - `linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`
   * - `linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`
   */
  linalgPinv(rcond: number | Tensor, options?: { hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  linalgPinv(rcond: number | Tensor, hermitian: boolean, options?: { out?: Tensor | undefined }): Tensor;
  linalgPinv(options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  linalgPinv(options?: { atol?: Tensor | null | undefined; rtol?: Tensor | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor` */
  linalgSolveTriangular(B: Tensor, options: { upper: boolean; left?: boolean | undefined; unitriangular?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `linalg_tensorinv(Tensor self, int ind=2) -> Tensor` */
  linalgTensorinv(options?: { ind?: number | undefined; out?: Tensor | undefined }): Tensor;
  linalgTensorinv(ind: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor` */
  linalgTensorsolve(other: Tensor, options?: { dims?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgTensorsolve(other: Tensor, dims: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  linalgVectorNorm(options?: { ord?: Scalar | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgVectorNorm(ord: Scalar, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgVectorNorm(ord: Scalar, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  linalgVectorNorm(ord: Scalar, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `linear_backward(Tensor self, Tensor grad_output, Tensor weight, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
  linearBackward(gradOutput: Tensor, weight: Tensor, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `log(Tensor self) -> Tensor` */
  log(options?: { out?: Tensor | undefined }): Tensor;
  /** `log10(Tensor self) -> Tensor` */
  log10(options?: { out?: Tensor | undefined }): Tensor;
  /** `log10_(Tensor(a!) self) -> Tensor(a!)` */
  log10_(): this;
  /** `log1p(Tensor self) -> Tensor` */
  log1p(options?: { out?: Tensor | undefined }): Tensor;
  /** `log1p_(Tensor(a!) self) -> Tensor(a!)` */
  log1p_(): this;
  /** `log2(Tensor self) -> Tensor` */
  log2(options?: { out?: Tensor | undefined }): Tensor;
  /** `log2_(Tensor(a!) self) -> Tensor(a!)` */
  log2_(): this;
  /** `log_(Tensor(a!) self) -> Tensor(a!)` */
  log_(): this;
  /** `log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor` */
  logNormal(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  logNormal(mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  logNormal(mean: number, std: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)` */
  logNormal_(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): this;
  logNormal_(mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): this;
  logNormal_(mean: number, std: number, options?: { generator?: Generator | null | undefined }): this;
  /** `log_sigmoid(Tensor self) -> Tensor` */
  logSigmoid(options?: { out?: Tensor | undefined }): Tensor;
  /** `log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)` */
  logSigmoidForward(options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, buffer: Tensor];
  /** `log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
  logSoftmax(dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  logSoftmax(dim: number, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `logaddexp(Tensor self, Tensor other) -> Tensor` */
  logaddexp(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `logaddexp2(Tensor self, Tensor other) -> Tensor` */
  logaddexp2(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `logcumsumexp(Tensor self, int dim) -> Tensor` */
  logcumsumexp(dim: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `logdet(Tensor self) -> Tensor` */
  logdet(): Tensor;
  /** `logical_and(Tensor self, Tensor other) -> Tensor` */
  logicalAnd(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logicalAnd_(other: Tensor): this;
  /** `logical_not(Tensor self) -> Tensor` */
  logicalNot(options?: { out?: Tensor | undefined }): Tensor;
  /** `logical_not_(Tensor(a!) self) -> Tensor(a!)` */
  logicalNot_(): this;
  /** `logical_or(Tensor self, Tensor other) -> Tensor` */
  logicalOr(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logicalOr_(other: Tensor): this;
  /** `logical_xor(Tensor self, Tensor other) -> Tensor` */
  logicalXor(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  logicalXor_(other: Tensor): this;
  /** `logit(Tensor self, float? eps=None) -> Tensor` */
  logit(options?: { eps?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  logit(eps: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)` */
  logit_(options?: { eps?: number | null | undefined }): this;
  logit_(eps: number | null): this;
  /** `logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
  logsumexp(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  logsumexp(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `lt.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `lt.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  lt(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  lt_(other: Tensor | Scalar): this;
  /** `lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor` */
  luSolve(LUData: Tensor, LUPivots: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `mH(Tensor(a) self) -> Tensor(a)` */
  mH(): Tensor;
  /** `mT(Tensor(a) self) -> Tensor(a)` */
  mT(): Tensor;
  /**
   * - `masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor`
   * - `masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`
   */
  maskedFill(mask: Tensor, value: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)`
   * - `masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)`
   */
  maskedFill_(mask: Tensor, value: Tensor | Scalar): this;
  /** `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor` */
  maskedScatter(mask: Tensor, source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)` */
  maskedScatter_(mask: Tensor, source: Tensor): this;
  /** `masked_select(Tensor self, Tensor mask) -> Tensor` */
  maskedSelect(mask: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `matmul(Tensor self, Tensor other) -> Tensor` */
  matmul(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `matrix_H(Tensor(a) self) -> Tensor(a)` */
  matrixH(): Tensor;
  /** `matrix_exp(Tensor self) -> Tensor` */
  matrixExp(): Tensor;
  /** `matrix_exp_backward(Tensor self, Tensor grad) -> Tensor` */
  matrixExpBackward(grad: Tensor): Tensor;
  /** `matrix_power(Tensor self, int n) -> Tensor` */
  matrixPower(n: number, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `max(Tensor self) -> Tensor`
   * - `max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * - `max.other(Tensor self, Tensor other) -> Tensor`
   */
  max(options?: { out?: Tensor | undefined }): Tensor;
  max(dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  max(dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  max(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
  maxPool1d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  maxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
  /** `max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)` */
  maxPool1dWithIndices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  maxPool1dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  maxPool1dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  maxPool1dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): [Tensor, Tensor];
  maxPool1dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): [Tensor, Tensor];
  /** `max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
  maxPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  maxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
  /** `max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)` */
  maxPool2dWithIndices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool2dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool2dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool2dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool2dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
  maxPool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  maxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  maxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
  /** `max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)` */
  maxPool3dWithIndices(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool3dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool3dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool3dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  maxPool3dWithIndices(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor` */
  maxUnpool2d(indices: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor` */
  maxUnpool3d(indices: Tensor, outputSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `maximum(Tensor self, Tensor other) -> Tensor` */
  maximum(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   */
  mean(options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  mean(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  mean(dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `median(Tensor self) -> Tensor`
   * - `median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   */
  median(options?: { out?: Tensor | undefined }): Tensor;
  median(dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  median(dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /**
   * - `min(Tensor self) -> Tensor`
   * - `min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   * - `min.other(Tensor self, Tensor other) -> Tensor`
   */
  min(options?: { out?: Tensor | undefined }): Tensor;
  min(dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  min(dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  min(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `minimum(Tensor self, Tensor other) -> Tensor` */
  minimum(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `miopen_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
  miopenConvolution(weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `miopen_convolution_add_relu(Tensor self, Tensor weight, Tensor z, Scalar? alpha, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
  miopenConvolutionAddRelu(weight: Tensor, z: Tensor, alpha: Scalar | null, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number): Tensor;
  /** `miopen_convolution_relu(Tensor self, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
  miopenConvolutionRelu(weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number): Tensor;
  /** `miopen_convolution_transpose(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
  miopenConvolutionTranspose(weight: Tensor, bias: Tensor | null, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `miopen_depthwise_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
  miopenDepthwiseConvolution(weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `mish(Tensor self) -> Tensor` */
  mish(options?: { out?: Tensor | undefined }): Tensor;
  /** `mish_(Tensor(a!) self) -> Tensor(a!)` */
  mish_(): this;
  /** `mkldnn_adaptive_avg_pool2d(Tensor self, int[2] output_size) -> Tensor` */
  mkldnnAdaptiveAvgPool2d(outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups) -> Tensor` */
  mkldnnConvolution(weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_linear(Tensor self, Tensor weight, Tensor? bias=None) -> Tensor` */
  mkldnnLinear(weight: Tensor, options?: { bias?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnLinear(weight: Tensor, bias: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_linear_backward(Tensor self, Tensor grad_output, Tensor weight, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
  mkldnnLinearBackward(gradOutput: Tensor, weight: Tensor, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `mkldnn_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
  mkldnnMaxPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
  mkldnnMaxPool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_reorder_conv2d_weight(Tensor self, SymInt[2] padding=[0, 0], SymInt[2] stride=[1, 1], SymInt[2] dilation=[1, 1], SymInt groups=1, SymInt[]? input_size=None) -> Tensor` */
  mkldnnReorderConv2dWeight(options?: { padding?: number | readonly number[] | undefined; stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv2dWeight(padding: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv2dWeight(padding: number | readonly number[], stride: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv2dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], options?: { groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv2dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, options?: { inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv2dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, inputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `mkldnn_reorder_conv3d_weight(Tensor self, SymInt[3] padding=[0, 0, 0], SymInt[3] stride=[1, 1, 1], SymInt[3] dilation=[1, 1, 1], SymInt groups=1, SymInt[]? input_size=None) -> Tensor` */
  mkldnnReorderConv3dWeight(options?: { padding?: number | readonly number[] | undefined; stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv3dWeight(padding: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv3dWeight(padding: number | readonly number[], stride: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv3dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], options?: { groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv3dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, options?: { inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  mkldnnReorderConv3dWeight(padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, inputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `mm(Tensor self, Tensor mat2) -> Tensor`
   * - `mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
   */
  mm(mat2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  mm(mat2: Tensor, outDtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  /** `mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)` */
  mode(options?: { dim?: number | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  mode(dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  mode(dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /**
   * - `moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
   * - `moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
   */
  moveaxis(source: number, destination: number): Tensor;
  moveaxis(source: readonly number[], destination: readonly number[]): Tensor;
  /**
   * - `movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
   * - `movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
   */
  movedim(source: number, destination: number): Tensor;
  movedim(source: readonly number[], destination: readonly number[]): Tensor;
  /** `mps_convolution_backward(Tensor self, Tensor grad_output, Tensor weight, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
  mpsConvolutionBackward(gradOutput: Tensor, weight: Tensor, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `mps_convolution_transpose_backward(Tensor self, Tensor grad_output, Tensor weight, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool[2] output_mask) -> (Tensor, Tensor)` */
  mpsConvolutionTransposeBackward(gradOutput: Tensor, weight: Tensor, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  /** `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  mseLoss(target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  mseLoss(target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `msort(Tensor self) -> Tensor` */
  msort(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `mul.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `mul.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  mul(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  mul_(other: Tensor | Scalar): this;
  /** `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor` */
  multiMarginLoss(target: Tensor, options?: { p?: Scalar | undefined; margin?: Scalar | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  multiMarginLoss(target: Tensor, p: Scalar, options?: { margin?: Scalar | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  multiMarginLoss(target: Tensor, p: Scalar, margin: Scalar, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  multiMarginLoss(target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  multiMarginLoss(target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  multilabelMarginLoss(target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  multilabelMarginLoss(target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)` */
  multilabelMarginLossForward(target: Tensor, reduction: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, is_target: Tensor];
  /** `multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor` */
  multinomial(numSamples: number, options?: { replacement?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  multinomial(numSamples: number, replacement: boolean, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `multiply.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `multiply.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  multiply(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  multiply_(other: Tensor | Scalar): this;
  /** `mv(Tensor self, Tensor vec) -> Tensor` */
  mv(vec: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `mvlgamma(Tensor self, int p) -> Tensor` */
  mvlgamma(p: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)` */
  mvlgamma_(p: number): this;
  /** `nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor` */
  nanToNum(options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  nanToNum(nan: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  nanToNum(nan: number | null, posinf: number | null, options?: { neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  nanToNum(nan: number | null, posinf: number | null, neginf: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)` */
  nanToNum_(options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined }): this;
  nanToNum_(nan: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined }): this;
  nanToNum_(nan: number | null, posinf: number | null, options?: { neginf?: number | null | undefined }): this;
  nanToNum_(nan: number | null, posinf: number | null, neginf: number | null): this;
  /** `nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  nanmean(options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  nanmean(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  nanmean(dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `nanmedian(Tensor self) -> Tensor`
   * - `nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
   */
  nanmedian(options?: { out?: Tensor | undefined }): Tensor;
  nanmedian(dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  nanmedian(dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /**
   * - `nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * - `nanquantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   */
  nanquantile(q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  nanquantile(q: Tensor | number, dim: number | null, options?: { keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  nanquantile(q: Tensor | number, dim: number | null, keepdim: boolean, options?: { interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  /** `nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
  nansum(options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  nansum(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  nansum(dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)`
   * - `narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)`
   */
  narrow(dim: number, start: number | Tensor, length: number): Tensor;
  /** `narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor` */
  narrowCopy(dim: number, start: number, length: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `native_channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
  nativeChannelShuffle(groups: number): Tensor;
  /**
   * - `native_norm(Tensor self, Scalar p=2) -> Tensor`
   * - `native_norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, ScalarType? dtype) -> Tensor`
   */
  nativeNorm(options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  nativeNorm(p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  nativeNorm(p: Scalar | null, dim: number | readonly number[], keepdim: boolean, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `ne.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `ne.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  ne(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  ne_(other: Tensor | Scalar): this;
  /** `neg(Tensor self) -> Tensor` */
  neg(options?: { out?: Tensor | undefined }): Tensor;
  /** `neg_(Tensor(a!) self) -> Tensor(a!)` */
  neg_(): this;
  /** `negative(Tensor self) -> Tensor` */
  negative(options?: { out?: Tensor | undefined }): Tensor;
  /** `negative_(Tensor(a!) self) -> Tensor(a!)` */
  negative_(): this;
  /** `nested_to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor` */
  nestedToPaddedTensor(padding: number, options?: { outputSize?: readonly number[] | null | undefined }): Tensor;
  nestedToPaddedTensor(padding: number, outputSize: readonly number[] | null): Tensor;
  /** `new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  newEmpty(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  /** `new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  newEmptyStrided(size: readonly number[], stride: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  /** `new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  newFull(size: readonly number[], fillValue: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  /** `new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  newOnes(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  /** `new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
  newZeros(size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  /** `nextafter(Tensor self, Tensor other) -> Tensor` */
  nextafter(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
  nextafter_(other: Tensor): this;
  /** `nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
  nllLoss(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss(target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss(target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
  nllLoss2d(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss2d(target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss2d(target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  nllLoss2d(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)` */
  nllLoss2dForward(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, total_weight: Tensor];
  /** `nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)` */
  nllLossForward(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, total_weight: Tensor];
  /** `nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
  nllLossNd(target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nllLossNd(target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  nllLossNd(target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined }): Tensor;
  nllLossNd(target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number): Tensor;
  /** `nonzero(Tensor self) -> Tensor` */
  nonzero(options?: { out?: Tensor | undefined }): Tensor;
  /** `nonzero_numpy(Tensor self) -> Tensor[]` */
  nonzeroNumpy(): Tensor[];
  /** `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor` */
  nonzeroStatic(options: { size: number; fillValue?: number | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `norm.Scalar(Tensor self, Scalar p=2) -> Tensor`
   * - `norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`
   * - `norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor`
   * - `norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor`
   */
  norm(options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  norm(p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  norm(p: Scalar | null, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  norm(p: Scalar | null, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  norm(p: Scalar | null, dim: number | readonly number[], keepdim: boolean, options: { dtype: DType; out?: Tensor | undefined }): Tensor;
  norm(p: Scalar | null, options: { dtype: DType; out?: Tensor | undefined }): Tensor;
  /** `normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)` */
  normal_(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): this;
  normal_(mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): this;
  normal_(mean: number, std: number, options?: { generator?: Generator | null | undefined }): this;
  /** `normal_functional(Tensor self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor` */
  normalFunctional(options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  normalFunctional(mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  normalFunctional(mean: number, std: number, options?: { generator?: Generator | null | undefined }): Tensor;
  /**
   * - `not_equal.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `not_equal.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  notEqual(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  notEqual_(other: Tensor | Scalar): this;
  /**
   * - `nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`
   * - `nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`
   */
  nuclearNorm(options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  nuclearNorm(keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  nuclearNorm(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  nuclearNorm(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `numpy_T(Tensor(a) self) -> Tensor(a)` */
  numpyT(): Tensor;
  /** `one_hot(Tensor self, int num_classes=-1) -> Tensor` */
  oneHot(options?: { numClasses?: number | undefined }): Tensor;
  oneHot(numClasses: number): Tensor;
  /** `ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
  onesLike(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /** `orgqr(Tensor self, Tensor input2) -> Tensor` */
  orgqr(input2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor` */
  ormqr(input2: Tensor, input3: Tensor, options?: { left?: boolean | undefined; transpose?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  ormqr(input2: Tensor, input3: Tensor, left: boolean, options?: { transpose?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  ormqr(input2: Tensor, input3: Tensor, left: boolean, transpose: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `outer(Tensor self, Tensor vec2) -> Tensor` */
  outer(vec2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `output_nr(Tensor self) -> int` */
  outputNr(): number;
  /** `pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor` */
  pad(pad: readonly number[], options?: { mode?: "constant" | "reflect" | "replicate" | "circular" | undefined; value?: number | null | undefined }): Tensor;
  pad(pad: readonly number[], mode: "constant" | "reflect" | "replicate" | "circular", options?: { value?: number | null | undefined }): Tensor;
  pad(pad: readonly number[], mode: "constant" | "reflect" | "replicate" | "circular", value: number | null): Tensor;
  /** `pdist(Tensor self, float p=2.) -> Tensor` */
  pdist(options?: { p?: number | undefined }): Tensor;
  pdist(p: number): Tensor;
  /** `permute(Tensor(a) self, int[] dims) -> Tensor(a)` */
  permute(dims: readonly number[]): Tensor;
  /** `permute_copy(Tensor self, int[] dims) -> Tensor` */
  permuteCopy(dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `pin_memory(Tensor(a) self, Device? device=None) -> Tensor(a)` */
  pinMemory(options?: { device?: Device | null | undefined }): Tensor;
  pinMemory(device: Device | null): Tensor;
  /** `pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor` */
  pinverse(options?: { rcond?: number | undefined }): Tensor;
  pinverse(rcond: number): Tensor;
  /** `pixel_shuffle(Tensor self, int upscale_factor) -> Tensor` */
  pixelShuffle(upscaleFactor: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor` */
  pixelUnshuffle(downscaleFactor: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `poisson(Tensor self, Generator? generator=None) -> Tensor` */
  poisson(options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  poisson(generator: Generator | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `polygamma_(Tensor(a!) self, int n) -> Tensor(a!)` */
  polygamma_(n: number): this;
  /** `positive(Tensor(a) self) -> Tensor(a)` */
  positive(): Tensor;
  /**
   * - `pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
   * - `pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
   */
  pow(exponent: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
   * - `pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
   */
  pow_(exponent: Tensor | Scalar): this;
  /** `prelu(Tensor self, Tensor weight) -> Tensor` */
  prelu(weight: Tensor): Tensor;
  /**
   * - `prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   */
  prod(options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  prod(dim: number, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  prod(dim: number, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor` */
  put(index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  put(index: Tensor, source: Tensor, accumulate: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)` */
  put_(index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined }): this;
  put_(index: Tensor, source: Tensor, accumulate: boolean): this;
  /** `q_per_channel_axis(Tensor self) -> int` */
  qPerChannelAxis(): number;
  /** `q_per_channel_scales(Tensor self) -> Tensor` */
  qPerChannelScales(options?: { out?: Tensor | undefined }): Tensor;
  /** `q_per_channel_zero_points(Tensor self) -> Tensor` */
  qPerChannelZeroPoints(options?: { out?: Tensor | undefined }): Tensor;
  /** `q_scale(Tensor self) -> float` */
  qScale(): number;
  /** `q_zero_point(Tensor self) -> int` */
  qZeroPoint(): number;
  /** `qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)` */
  qr(options?: { some?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
  qr(some: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
  /**
   * - `quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   * - `quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
   */
  quantile(q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  quantile(q: Tensor | number, dim: number | null, options?: { keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  quantile(q: Tensor | number, dim: number | null, keepdim: boolean, options?: { interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  /** `quantize_per_channel(Tensor self, Tensor scales, Tensor zero_points, int axis, ScalarType dtype) -> Tensor` */
  quantizePerChannel(scales: Tensor, zeroPoints: Tensor, axis: number, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `quantize_per_tensor(Tensor self, float scale, int zero_point, ScalarType dtype) -> Tensor`
   * - `quantize_per_tensor.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, ScalarType dtype) -> Tensor`
   */
  quantizePerTensor(scale: number, zeroPoint: number, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  quantizePerTensor(scale: Tensor, zeroPoint: Tensor, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  /** `quantize_per_tensor_dynamic(Tensor self, ScalarType dtype, bool reduce_range) -> Tensor` */
  quantizePerTensorDynamic(dtype: DType, reduceRange: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `quantized_max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
  quantizedMaxPool1d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool1d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `quantized_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
  quantizedMaxPool2d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool2d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `quantized_max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
  quantizedMaxPool3d(kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  quantizedMaxPool3d(kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `rad2deg(Tensor self) -> Tensor` */
  rad2deg(options?: { out?: Tensor | undefined }): Tensor;
  /** `rad2deg_(Tensor(a!) self) -> Tensor(a!)` */
  rad2deg_(): this;
  /**
   * - `rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `rand_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   */
  randLike(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randLike(options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /**
   * - `randint_like(Tensor self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randint_like.Tensor(Tensor self, Tensor high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randint_like.Tensor_generator(Tensor self, Tensor high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randint_like.generator(Tensor self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randint_like.low_generator_dtype(Tensor self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   */
  randintLike(high: number | Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randintLike(high: Tensor | number, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randintLike(low: number, high: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randintLike(low: number, high: number, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /**
   * - `randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   * - `randn_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
   */
  randnLike(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  randnLike(options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  /**
   * - `random(Tensor self, *, Generator? generator=None) -> Tensor`
   * - `random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`
   * - `random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`
   */
  random(options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  random(from: number, to: number | null, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  random(to: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)`
   * - `random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)`
   * - `random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)`
   */
  random_(options?: { generator?: Generator | null | undefined }): this;
  random_(from: number, to: number | null, options?: { generator?: Generator | null | undefined }): this;
  random_(to: number, options?: { generator?: Generator | null | undefined }): this;
  /** `ravel(Tensor(a) self) -> Tensor(a)` */
  ravel(): Tensor;
  /** `real(Tensor(a) self) -> Tensor(a)` */
  real(): Tensor;
  /** `reciprocal(Tensor self) -> Tensor` */
  reciprocal(options?: { out?: Tensor | undefined }): Tensor;
  /** `reciprocal_(Tensor(a!) self) -> Tensor(a!)` */
  reciprocal_(): this;
  /** `reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor` */
  reflectionPad1d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor` */
  reflectionPad2d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor` */
  reflectionPad3d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `relu(Tensor self) -> Tensor` */
  relu(options?: { out?: Tensor | undefined }): Tensor;
  /** `relu6(Tensor self) -> Tensor` */
  relu6(): Tensor;
  /** `relu6_(Tensor(a!) self) -> Tensor(a!)` */
  relu6_(): this;
  /** `relu_(Tensor(a!) self) -> Tensor(a!)` */
  relu_(): this;
  /**
   * - `remainder.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `remainder.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  remainder(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  remainder_(other: Tensor | Scalar): this;
  /** `renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor` */
  renorm(p: Scalar, dim: number, maxnorm: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)` */
  renorm_(p: Scalar, dim: number, maxnorm: Scalar): this;
  /** `repeat(Tensor self, SymInt[] repeats) -> Tensor` */
  repeat(repeats: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
   * - `repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
   */
  repeatInterleave(repeats: Tensor | number, options?: { dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
  repeatInterleave(repeats: Tensor | number, dim: number | null, options?: { outputSize?: number | null | undefined }): Tensor;
  /** `replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor` */
  replicationPad1d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor` */
  replicationPad2d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor` */
  replicationPad3d(padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)` */
  reshape(shape: readonly number[]): Tensor;
  /** `reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  reshapeAs(other: Tensor): Tensor;
  /** `resize(Tensor self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor` */
  resize(size: readonly number[], options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resize_(size: readonly number[], options?: { memoryFormat?: MemoryFormat | null | undefined }): this;
  /** `resize_as(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor` */
  resizeAs(theTemplate: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
  resizeAs_(theTemplate: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined }): this;
  /** `resize_as_sparse(Tensor self, Tensor the_template) -> Tensor` */
  resizeAsSparse(theTemplate: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `resize_as_sparse_(Tensor(a!) self, Tensor the_template) -> Tensor(a!)` */
  resizeAsSparse_(theTemplate: Tensor): this;
  /** `resolve_conj(Tensor(a) self) -> Tensor(a)` */
  resolveConj(): Tensor;
  /** `resolve_neg(Tensor(a) self) -> Tensor(a)` */
  resolveNeg(): Tensor;
  /** `retains_grad(Tensor self) -> bool` */
  retainsGrad(): boolean;
  /** `roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor` */
  roll(shifts: number | readonly number[], options?: { dims?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  roll(shifts: number | readonly number[], dims: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor` */
  rot90(options?: { k?: number | undefined; dims?: readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  rot90(k: number, options?: { dims?: readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  rot90(k: number, dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `round(Tensor self) -> Tensor`
   * - `round.decimals(Tensor self, *, int decimals) -> Tensor`
   */
  round(options?: { out?: Tensor | undefined }): Tensor;
  round(options: { decimals: number; out?: Tensor | undefined }): Tensor;
  /**
   * - `round_(Tensor(a!) self) -> Tensor(a!)`
   * - `round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)`
   */
  round_(): this;
  round_(options: { decimals: number }): this;
  /** `row_indices(Tensor(a) self) -> Tensor(a)` */
  rowIndices(): Tensor;
  /** `row_indices_copy(Tensor self) -> Tensor` */
  rowIndicesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
  rrelu(options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  rrelu(lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  rrelu(lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): Tensor;
  /** `rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rrelu_(options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rrelu_(lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): this;
  rrelu_(lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): this;
  /** `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
  rreluWithNoise(noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  rreluWithNoise(noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  rreluWithNoise(noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  rreluWithNoise(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  rreluWithNoise(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
  rreluWithNoise_(noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rreluWithNoise_(noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rreluWithNoise_(noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): this;
  rreluWithNoise_(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): this;
  rreluWithNoise_(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): this;
  /** `rrelu_with_noise_functional(Tensor self, Tensor noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> (Tensor, Tensor noise_out)` */
  rreluWithNoiseFunctional(noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  rreluWithNoiseFunctional(noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  rreluWithNoiseFunctional(noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  rreluWithNoiseFunctional(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): [Tensor, Tensor];
  rreluWithNoiseFunctional(noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): [Tensor, Tensor];
  /** `rsqrt(Tensor self) -> Tensor` */
  rsqrt(options?: { out?: Tensor | undefined }): Tensor;
  /** `rsqrt_(Tensor(a!) self) -> Tensor(a!)` */
  rsqrt_(): this;
  /**
   * - `rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * - `rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   */
  rsub(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  rsub(other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`
   * - `scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
   * - `scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
   * - `scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor`
   */
  scatter(dim: number, index: Tensor, src: Tensor, options: { reduce: "add" | "multiply"; out?: Tensor | undefined }): Tensor;
  scatter(dim: number, index: Tensor, src: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  scatter(dim: number, index: Tensor, value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  scatter(dim: number, index: Tensor, value: Scalar, options: { reduce: "add" | "multiply"; out?: Tensor | undefined }): Tensor;
  /**
   * - `scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)`
   * - `scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)`
   * - `scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
   * - `scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)`
   */
  scatter_(dim: number, index: Tensor, src: Tensor, options: { reduce: "add" | "multiply" }): this;
  scatter_(dim: number, index: Tensor, src: Tensor): this;
  scatter_(dim: number, index: Tensor, value: Scalar): this;
  scatter_(dim: number, index: Tensor, value: Scalar, options: { reduce: "add" | "multiply" }): this;
  /** `scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor` */
  scatterAdd(dim: number, index: Tensor, src: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): this;
  /** `scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor` */
  scatterReduce(dim: number, index: Tensor, src: Tensor, reduce: "sum" | "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  /** `scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)` */
  scatterReduce_(dim: number, index: Tensor, src: Tensor, reduce: "sum" | "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined }): this;
  /** `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)` */
  select(dim: number, index: number): Tensor;
  /** `select_copy.int(Tensor self, int dim, SymInt index) -> Tensor` */
  selectCopy(dim: number, index: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor` */
  selectScatter(src: Tensor, dim: number, index: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `selu(Tensor self) -> Tensor` */
  selu(): Tensor;
  /** `selu_(Tensor(a!) self) -> Tensor(a!)` */
  selu_(): this;
  /**
   * - `set(Tensor self) -> Tensor`
   * - `set.source_Tensor(Tensor self, Tensor source) -> Tensor`
   */
  set(options?: { out?: Tensor | undefined }): Tensor;
  set(source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `sgn(Tensor self) -> Tensor` */
  sgn(options?: { out?: Tensor | undefined }): Tensor;
  /** `sgn_(Tensor(a!) self) -> Tensor(a!)` */
  sgn_(): this;
  /** `sigmoid(Tensor self) -> Tensor` */
  sigmoid(options?: { out?: Tensor | undefined }): Tensor;
  /** `sigmoid_(Tensor(a!) self) -> Tensor(a!)` */
  sigmoid_(): this;
  /** `sign(Tensor self) -> Tensor` */
  sign(options?: { out?: Tensor | undefined }): Tensor;
  /** `sign_(Tensor(a!) self) -> Tensor(a!)` */
  sign_(): this;
  /** `signbit(Tensor self) -> Tensor` */
  signbit(options?: { out?: Tensor | undefined }): Tensor;
  /** `silu(Tensor self) -> Tensor` */
  silu(options?: { out?: Tensor | undefined }): Tensor;
  /** `silu_(Tensor(a!) self) -> Tensor(a!)` */
  silu_(): this;
  /** `sin(Tensor self) -> Tensor` */
  sin(options?: { out?: Tensor | undefined }): Tensor;
  /** `sin_(Tensor(a!) self) -> Tensor(a!)` */
  sin_(): this;
  /** `sinc(Tensor self) -> Tensor` */
  sinc(options?: { out?: Tensor | undefined }): Tensor;
  /** `sinc_(Tensor(a!) self) -> Tensor(a!)` */
  sinc_(): this;
  /** `sinh(Tensor self) -> Tensor` */
  sinh(options?: { out?: Tensor | undefined }): Tensor;
  /** `sinh_(Tensor(a!) self) -> Tensor(a!)` */
  sinh_(): this;
  /** `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
  slice(options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  slice(dim: number, start: number | null, end: number | null, options?: { step?: number | undefined }): Tensor;
  slice(dim: number, start: number | null, end: number | null, step: number): Tensor;
  /** `slice_copy.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor` */
  sliceCopy(options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceCopy(dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceCopy(dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceCopy(dim: number, start: number | null, end: number | null, options?: { step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceCopy(dim: number, start: number | null, end: number | null, step: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `slice_inverse(Tensor(a) self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
  sliceInverse(src: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  sliceInverse(src: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  sliceInverse(src: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  sliceInverse(src: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined }): Tensor;
  sliceInverse(src: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor;
  /** `slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor` */
  sliceScatter(src: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceScatter(src: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceScatter(src: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceScatter(src: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined; out?: Tensor | undefined }): Tensor;
  sliceScatter(src: Tensor, dim: number, start: number | null, end: number | null, step: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)` */
  slogdet(options?: { out?: readonly [Tensor, Tensor] | undefined }): [sign: Tensor, logabsdet: Tensor];
  /** `slow_conv3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0]) -> Tensor` */
  slowConv3d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConv3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConv3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConv3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `slow_conv3d_forward(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding) -> Tensor` */
  slowConv3dForward(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `slow_conv_dilated2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor` */
  slowConvDilated2d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `slow_conv_dilated3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
  slowConvDilated3d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvDilated3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `slow_conv_transpose2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor` */
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `slow_conv_transpose3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  slowConvTranspose3d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `smm(Tensor self, Tensor mat2) -> Tensor` */
  smm(mat2: Tensor): Tensor;
  /** `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor` */
  smoothL1Loss(target: Tensor, options?: { reduction?: number | undefined; beta?: number | undefined; out?: Tensor | undefined }): Tensor;
  smoothL1Loss(target: Tensor, reduction: number, options?: { beta?: number | undefined; out?: Tensor | undefined }): Tensor;
  smoothL1Loss(target: Tensor, reduction: number, beta: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
  softMarginLoss(target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  softMarginLoss(target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
  softmax(dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  softmax(dim: number, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor` */
  softplus(options?: { beta?: Scalar | undefined; threshold?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  softplus(beta: Scalar, options?: { threshold?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  softplus(beta: Scalar, threshold: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `softshrink(Tensor self, Scalar lambd=0.5) -> Tensor` */
  softshrink(options?: { lambd?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  softshrink(lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
   * - `sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
   */
  sort(options?: { dim?: number | undefined; descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  sort(dim: number, options?: { descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  sort(dim: number, descending: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  sort(options: { stable: boolean | null; dim?: number | undefined; descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /** `sparse_dim(Tensor self) -> int` */
  sparseDim(): number;
  /** `sparse_mask(Tensor self, Tensor mask) -> Tensor` */
  sparseMask(mask: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `sparse_resize(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor` */
  sparseResize(size: readonly number[], sparseDim: number, denseDim: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `sparse_resize_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparseResize_(size: readonly number[], sparseDim: number, denseDim: number): this;
  /** `sparse_resize_and_clear(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor` */
  sparseResizeAndClear(size: readonly number[], sparseDim: number, denseDim: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
  sparseResizeAndClear_(size: readonly number[], sparseDim: number, denseDim: number): this;
  /** `sparse_sampled_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
  sparseSampledAddmm(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /** `special_bessel_j0(Tensor self) -> Tensor` */
  specialBesselJ0(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_bessel_j1(Tensor self) -> Tensor` */
  specialBesselJ1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_bessel_y0(Tensor self) -> Tensor` */
  specialBesselY0(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_bessel_y1(Tensor self) -> Tensor` */
  specialBesselY1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_digamma(Tensor self) -> Tensor` */
  specialDigamma(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_entr(Tensor self) -> Tensor` */
  specialEntr(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_erf(Tensor self) -> Tensor` */
  specialErf(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_erfc(Tensor self) -> Tensor` */
  specialErfc(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_erfcx(Tensor self) -> Tensor` */
  specialErfcx(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_erfinv(Tensor self) -> Tensor` */
  specialErfinv(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_exp2(Tensor self) -> Tensor` */
  specialExp2(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_expit(Tensor self) -> Tensor` */
  specialExpit(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_expm1(Tensor self) -> Tensor` */
  specialExpm1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_gammainc(Tensor self, Tensor other) -> Tensor` */
  specialGammainc(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `special_gammaincc(Tensor self, Tensor other) -> Tensor` */
  specialGammaincc(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `special_gammaln(Tensor self) -> Tensor` */
  specialGammaln(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_i0(Tensor self) -> Tensor` */
  specialI0(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_i0e(Tensor self) -> Tensor` */
  specialI0e(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_i1(Tensor self) -> Tensor` */
  specialI1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_i1e(Tensor self) -> Tensor` */
  specialI1e(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_log1p(Tensor self) -> Tensor` */
  specialLog1p(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_log_ndtr(Tensor self) -> Tensor` */
  specialLogNdtr(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
  specialLogSoftmax(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  /** `special_logit(Tensor self, float? eps=None) -> Tensor` */
  specialLogit(options?: { eps?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  specialLogit(eps: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
  specialLogsumexp(dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  specialLogsumexp(dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /** `special_modified_bessel_i0(Tensor self) -> Tensor` */
  specialModifiedBesselI0(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_modified_bessel_i1(Tensor self) -> Tensor` */
  specialModifiedBesselI1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_modified_bessel_k0(Tensor self) -> Tensor` */
  specialModifiedBesselK0(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_modified_bessel_k1(Tensor self) -> Tensor` */
  specialModifiedBesselK1(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_multigammaln(Tensor self, int p) -> Tensor` */
  specialMultigammaln(p: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `special_ndtr(Tensor self) -> Tensor` */
  specialNdtr(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_ndtri(Tensor self) -> Tensor` */
  specialNdtri(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_psi(Tensor self) -> Tensor` */
  specialPsi(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_round(Tensor self, *, int decimals=0) -> Tensor` */
  specialRound(options?: { decimals?: number | undefined; out?: Tensor | undefined }): Tensor;
  /** `special_sinc(Tensor self) -> Tensor` */
  specialSinc(options?: { out?: Tensor | undefined }): Tensor;
  /** `special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
  specialSoftmax(dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  specialSoftmax(dim: number, dtype: DType | null): Tensor;
  /**
   * - `special_xlog1py(Tensor self, Tensor other) -> Tensor`
   * - `special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor`
   */
  specialXlog1py(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `special_xlogy(Tensor self, Tensor other) -> Tensor`
   * - `special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor`
   */
  specialXlogy(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `special_zeta(Tensor self, Tensor other) -> Tensor`
   * - `special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor`
   */
  specialZeta(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]`
   * - `split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]`
   */
  split(splitSize: number | readonly number[], options?: { dim?: number | undefined }): Tensor[];
  split(splitSize: number | readonly number[], dim: number): Tensor[];
  /** `split_copy.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]` */
  splitCopy(splitSize: number, options?: { dim?: number | undefined }): Tensor[];
  splitCopy(splitSize: number, dim: number): Tensor[];
  /** `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]` */
  splitWithSizes(splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  splitWithSizes(splitSizes: readonly number[], dim: number): Tensor[];
  /** `split_with_sizes_copy(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]` */
  splitWithSizesCopy(splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  splitWithSizesCopy(splitSizes: readonly number[], dim: number): Tensor[];
  /** `sqrt(Tensor self) -> Tensor` */
  sqrt(options?: { out?: Tensor | undefined }): Tensor;
  /** `sqrt_(Tensor(a!) self) -> Tensor(a!)` */
  sqrt_(): this;
  /** `square(Tensor self) -> Tensor` */
  square(options?: { out?: Tensor | undefined }): Tensor;
  /** `square_(Tensor(a!) self) -> Tensor(a!)` */
  square_(): this;
  /**
   * - `squeeze(Tensor(a) self) -> Tensor(a)`
   * - `squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)`
   * - `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)`
   */
  squeeze(): Tensor;
  squeeze(dim: number | readonly number[]): Tensor;
  /**
   * - `squeeze_(Tensor(a!) self) -> Tensor(a!)`
   * - `squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)`
   * - `squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)`
   */
  squeeze_(): this;
  squeeze_(dim: number | readonly number[]): this;
  /**
   * - `squeeze_copy(Tensor self) -> Tensor`
   * - `squeeze_copy.dim(Tensor self, int dim) -> Tensor`
   * - `squeeze_copy.dims(Tensor self, int[] dim) -> Tensor`
   */
  squeezeCopy(options?: { out?: Tensor | undefined }): Tensor;
  squeezeCopy(dim: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `sspaddmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
  sspaddmm(mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  /**
   * - `std(Tensor self, bool unbiased=True) -> Tensor`
   * - `std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
   * - `std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
   */
  std(options?: { unbiased?: boolean | undefined }): Tensor;
  std(unbiased: boolean): Tensor;
  std(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  std(dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  std(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  std(dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  std(dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
   * - `std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
   * - `std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
   */
  stdMean(options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  stdMean(unbiased: boolean): [Tensor, Tensor];
  stdMean(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  stdMean(dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  stdMean(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  stdMean(dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  stdMean(dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean): [Tensor, Tensor];
  /**
   * - `stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
   * - `stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
   */
  stft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, alignToWindow: boolean | null): Tensor;
  stft(nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, options?: { padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  stft(nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, alignToWindow: boolean | null): Tensor;
  /**
   * - `sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * - `sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   */
  sub(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  sub(other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * - `sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   */
  sub_(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): this;
  sub_(other: Scalar, alpha: Scalar): this;
  /**
   * - `subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
   * - `subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
   */
  subtract(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  subtract(other: Scalar, alpha: Scalar): Tensor;
  /**
   * - `subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
   * - `subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
   */
  subtract_(other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): this;
  subtract_(other: Scalar, alpha: Scalar): this;
  /**
   * - `sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`
   * - `sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
   */
  sum(options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  sum(dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  sum(dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `sum_to_size(Tensor self, SymInt[] size) -> Tensor` */
  sumToSize(size: readonly number[]): Tensor;
  /** `svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)` */
  svd(options?: { some?: boolean | undefined; computeUv?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  svd(some: boolean, options?: { computeUv?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  svd(some: boolean, computeUv: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  /** `swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)` */
  swapaxes(axis0: number, axis1: number): Tensor;
  /** `swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)` */
  swapaxes_(axis0: number, axis1: number): this;
  /** `swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  swapdims(dim0: number, dim1: number): Tensor;
  /** `swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  swapdims_(dim0: number, dim1: number): this;
  /** `sym_numel(Tensor self) -> SymInt` */
  symNumel(): number;
  /** `sym_size.int(Tensor self, int dim) -> SymInt` */
  symSize(dim: number): number;
  /** `sym_storage_offset(Tensor self) -> SymInt` */
  symStorageOffset(): number;
  /** `sym_stride.int(Tensor self, int dim) -> SymInt` */
  symStride(dim: number): number;
  /** `t(Tensor(a) self) -> Tensor(a)` */
  t(): Tensor;
  /** `t_(Tensor(a!) self) -> Tensor(a!)` */
  t_(): this;
  /** `t_copy(Tensor self) -> Tensor` */
  tCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `take(Tensor self, Tensor index) -> Tensor` */
  take(index: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /** `take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor` */
  takeAlongDim(indices: Tensor, options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  takeAlongDim(indices: Tensor, dim: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `tan(Tensor self) -> Tensor` */
  tan(options?: { out?: Tensor | undefined }): Tensor;
  /** `tan_(Tensor(a!) self) -> Tensor(a!)` */
  tan_(): this;
  /** `tanh(Tensor self) -> Tensor` */
  tanh(options?: { out?: Tensor | undefined }): Tensor;
  /** `tanh_(Tensor(a!) self) -> Tensor(a!)` */
  tanh_(): this;
  /**
   * - `tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]`
   * - `tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]`
   * - `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]`
   */
  tensorSplit(indices: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  tensorSplit(indices: readonly number[], dim: number): Tensor[];
  tensorSplit(sections: number, options?: { dim?: number | undefined }): Tensor[];
  tensorSplit(sections: number, dim: number): Tensor[];
  tensorSplit(tensorIndicesOrSections: Tensor, options?: { dim?: number | undefined }): Tensor[];
  tensorSplit(tensorIndicesOrSections: Tensor, dim: number): Tensor[];
  /** `tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor` */
  tensordot(other: Tensor, dimsSelf: readonly number[], dimsOther: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `thnn_conv2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0]) -> Tensor` */
  thnnConv2d(weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  thnnConv2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  thnnConv2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  thnnConv2d(weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  /** `threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor` */
  threshold(threshold: Scalar, value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /** `threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)` */
  threshold_(threshold: Scalar, value: Scalar): this;
  /** `tile(Tensor self, SymInt[] dims) -> Tensor` */
  tile(dims: readonly number[]): Tensor;
  /** `to_dense(Tensor self, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor` */
  toDense(options?: { dtype?: DType | null | undefined; maskedGrad?: boolean | null | undefined }): Tensor;
  toDense(dtype: DType | null, options?: { maskedGrad?: boolean | null | undefined }): Tensor;
  /** `to_mkldnn(Tensor self, ScalarType? dtype=None) -> Tensor` */
  toMkldnn(options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  toMkldnn(dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `to_padded_tensor(Tensor self, float padding, SymInt[]? output_size=None) -> Tensor` */
  toPaddedTensor(padding: number, options?: { outputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  toPaddedTensor(padding: number, outputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor`
   * - `to_sparse.sparse_dim(Tensor self, int sparse_dim) -> Tensor`
   */
  toSparse(options?: { layout?: Layout | null | undefined; blocksize?: number | readonly number[] | null | undefined; denseDim?: number | null | undefined }): Tensor;
  toSparse(sparseDim: number): Tensor;
  /** `to_sparse_bsc(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  toSparseBsc(blocksize: number | readonly number[], options?: { denseDim?: number | null | undefined }): Tensor;
  toSparseBsc(blocksize: number | readonly number[], denseDim: number | null): Tensor;
  /** `to_sparse_bsr(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
  toSparseBsr(blocksize: number | readonly number[], options?: { denseDim?: number | null | undefined }): Tensor;
  toSparseBsr(blocksize: number | readonly number[], denseDim: number | null): Tensor;
  /** `to_sparse_csc(Tensor self, int? dense_dim=None) -> Tensor` */
  toSparseCsc(options?: { denseDim?: number | null | undefined }): Tensor;
  toSparseCsc(denseDim: number | null): Tensor;
  /** `to_sparse_csr(Tensor self, int? dense_dim=None) -> Tensor` */
  toSparseCsr(options?: { denseDim?: number | null | undefined }): Tensor;
  toSparseCsr(denseDim: number | null): Tensor;
  /** `topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)` */
  topk(k: number, options?: { dim?: number | undefined; largest?: boolean | undefined; sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  topk(k: number, dim: number, options?: { largest?: boolean | undefined; sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  topk(k: number, dim: number, largest: boolean, options?: { sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  topk(k: number, dim: number, largest: boolean, sorted: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  /** `trace(Tensor self) -> Tensor` */
  trace(options?: { out?: Tensor | undefined }): Tensor;
  /** `transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
  transpose(dim0: number, dim1: number): Tensor;
  /** `transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
  transpose_(dim0: number, dim1: number): this;
  /** `transpose_copy.int(Tensor self, int dim0, int dim1) -> Tensor` */
  transposeCopy(dim0: number, dim1: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)` */
  triangularSolve(A: Tensor, options?: { upper?: boolean | undefined; transpose?: boolean | undefined; unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  triangularSolve(A: Tensor, upper: boolean, options?: { transpose?: boolean | undefined; unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  triangularSolve(A: Tensor, upper: boolean, transpose: boolean, options?: { unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  triangularSolve(A: Tensor, upper: boolean, transpose: boolean, unitriangular: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  /** `tril(Tensor self, SymInt diagonal=0) -> Tensor` */
  tril(options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  tril(diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `tril_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  tril_(options?: { diagonal?: number | undefined }): this;
  tril_(diagonal: number): this;
  /** `triu(Tensor self, SymInt diagonal=0) -> Tensor` */
  triu(options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  triu(diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `triu_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
  triu_(options?: { diagonal?: number | undefined }): this;
  triu_(diagonal: number): this;
  /**
   * - `true_divide.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `true_divide.Scalar(Tensor self, Scalar other) -> Tensor`
   */
  trueDivide(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  trueDivide_(other: Tensor | Scalar): this;
  /** `trunc(Tensor self) -> Tensor` */
  trunc(options?: { out?: Tensor | undefined }): Tensor;
  /** `trunc_(Tensor(a!) self) -> Tensor(a!)` */
  trunc_(): this;
  /** `type_as(Tensor self, Tensor other) -> Tensor` */
  typeAs(other: Tensor): Tensor;
  /** `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]` */
  unbind(options?: { dim?: number | undefined }): Tensor[];
  unbind(dim: number): Tensor[];
  /** `unbind_copy.int(Tensor self, int dim=0) -> Tensor[]` */
  unbindCopy(options?: { dim?: number | undefined }): Tensor[];
  unbindCopy(dim: number): Tensor[];
  /** `unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)` */
  unflatten(dim: number, sizes: readonly number[]): Tensor;
  /** `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)` */
  unfold(dimension: number, size: number, step: number): Tensor;
  /** `unfold_copy(Tensor self, int dimension, int size, int step) -> Tensor` */
  unfoldCopy(dimension: number, size: number, step: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor` */
  uniform(options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  uniform(from: number, options?: { to?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  uniform(from: number, to: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  /** `uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)` */
  uniform_(options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined }): this;
  uniform_(from: number, options?: { to?: number | undefined; generator?: Generator | null | undefined }): this;
  uniform_(from: number, to: number, options?: { generator?: Generator | null | undefined }): this;
  /** `unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)` */
  uniqueConsecutive(options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueConsecutive(returnInverse: boolean, options?: { returnCounts?: boolean | undefined; dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueConsecutive(returnInverse: boolean, returnCounts: boolean, options?: { dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueConsecutive(returnInverse: boolean, returnCounts: boolean, dim: number | null, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)` */
  uniqueDim(dim: number, options?: { sorted?: boolean | undefined; returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueDim(dim: number, sorted: boolean, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueDim(dim: number, sorted: boolean, returnInverse: boolean, options?: { returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueDim(dim: number, sorted: boolean, returnInverse: boolean, returnCounts: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)` */
  uniqueDimConsecutive(dim: number, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueDimConsecutive(dim: number, returnInverse: boolean, options?: { returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  uniqueDimConsecutive(dim: number, returnInverse: boolean, returnCounts: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  /** `unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]` */
  unsafeChunk(chunks: number, options?: { dim?: number | undefined }): Tensor[];
  unsafeChunk(chunks: number, dim: number): Tensor[];
  /** `unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]` */
  unsafeSplit(splitSize: number, options?: { dim?: number | undefined }): Tensor[];
  unsafeSplit(splitSize: number, dim: number): Tensor[];
  /** `unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]` */
  unsafeSplitWithSizes(splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  unsafeSplitWithSizes(splitSizes: readonly number[], dim: number): Tensor[];
  /** `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)` */
  unsqueeze(dim: number): Tensor;
  /** `unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)` */
  unsqueeze_(dim: number): this;
  /** `unsqueeze_copy(Tensor self, int dim) -> Tensor` */
  unsqueezeCopy(dim: number, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor` */
  upsampleBicubic2d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleBicubic2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleBicubic2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor` */
  upsampleBilinear2d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleBilinear2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleBilinear2d(outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor` */
  upsampleLinear1d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleLinear1d(outputSize: number | readonly number[], alignCorners: boolean, scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor` */
  upsampleNearest1d(outputSize: number | readonly number[], options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest1d(outputSize: number | readonly number[], scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor` */
  upsampleNearest2d(outputSize: number | readonly number[], options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest2d(outputSize: number | readonly number[], scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest2d(outputSize: number | readonly number[], scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor` */
  upsampleNearest3d(outputSize: number | readonly number[], options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest3d(outputSize: number | readonly number[], scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest3d(outputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleNearest3d(outputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor` */
  upsampleTrilinear3d(outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleTrilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleTrilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  upsampleTrilinear3d(outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  /** `values(Tensor(a) self) -> Tensor(a)` */
  values(): Tensor;
  /** `values_copy(Tensor self) -> Tensor` */
  valuesCopy(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `var(Tensor self, bool unbiased=True) -> Tensor`
   * - `var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
   * - `var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
   */
  var(options?: { unbiased?: boolean | undefined }): Tensor;
  var(unbiased: boolean): Tensor;
  var(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  var(dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  var(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  var(dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  var(dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
   * - `var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
   * - `var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
   */
  varMean(options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  varMean(unbiased: boolean): [Tensor, Tensor];
  varMean(options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  varMean(dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  varMean(dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  varMean(dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  varMean(dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean): [Tensor, Tensor];
  /** `vdot(Tensor self, Tensor other) -> Tensor` */
  vdot(other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `view(Tensor(a) self, SymInt[] size) -> Tensor(a)`
   * - `view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)`
   */
  view(size: readonly number[]): Tensor;
  view(dtype: DType): Tensor;
  /** `view_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
  viewAs(other: Tensor): Tensor;
  /** `view_as_complex(Tensor(a) self) -> Tensor(a)` */
  viewAsComplex(): Tensor;
  /** `view_as_complex_copy(Tensor self) -> Tensor` */
  viewAsComplexCopy(options?: { out?: Tensor | undefined }): Tensor;
  /** `view_as_real(Tensor(a) self) -> Tensor(a)` */
  viewAsReal(): Tensor;
  /** `view_as_real_copy(Tensor self) -> Tensor` */
  viewAsRealCopy(options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `view_copy(Tensor self, SymInt[] size) -> Tensor`
   * - `view_copy.dtype(Tensor self, ScalarType dtype) -> Tensor`
   */
  viewCopy(size: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  viewCopy(dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
   * - `vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
   */
  vsplit(indices: readonly number[]): Tensor[];
  vsplit(sections: number): Tensor[];
  /**
   * - `xlogy.Tensor(Tensor self, Tensor other) -> Tensor`
   * - `xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`
   */
  xlogy(other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  /**
   * - `xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
   * - `xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)`
   */
  xlogy_(other: Tensor | Scalar): this;
  /** `zero(Tensor self) -> Tensor` */
  zero(options?: { out?: Tensor | undefined }): Tensor;
  /** `zero_(Tensor(a!) self) -> Tensor(a!)` */
  zero_(): this;
  /** `zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
  zerosLike(options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
}

/** Method name and operator of each member of {@link TensorMethods}. */
export const METHOD_NAMES: readonly (readonly [method: string, operator: string])[] = [
  ["abs", "abs"],
  ["abs_", "abs_"],
  ["absolute", "absolute"],
  ["absolute_", "absolute_"],
  ["acos", "acos"],
  ["acos_", "acos_"],
  ["acosh", "acosh"],
  ["acosh_", "acosh_"],
  ["adaptiveAvgPool1d", "adaptive_avg_pool1d"],
  ["adaptiveAvgPool2d", "adaptive_avg_pool2d"],
  ["adaptiveAvgPool3d", "adaptive_avg_pool3d"],
  ["adaptiveMaxPool1d", "adaptive_max_pool1d"],
  ["adaptiveMaxPool2d", "adaptive_max_pool2d"],
  ["adaptiveMaxPool3d", "adaptive_max_pool3d"],
  ["add", "add"],
  ["add_", "add_"],
  ["addbmm", "addbmm"],
  ["addbmm_", "addbmm_"],
  ["addcdiv", "addcdiv"],
  ["addcdiv_", "addcdiv_"],
  ["addcmul", "addcmul"],
  ["addcmul_", "addcmul_"],
  ["addmm", "addmm"],
  ["addmm_", "addmm_"],
  ["addmv", "addmv"],
  ["addmv_", "addmv_"],
  ["addr", "addr"],
  ["addr_", "addr_"],
  ["adjoint", "adjoint"],
  ["alias", "alias"],
  ["aliasCopy", "alias_copy"],
  ["all", "all"],
  ["allclose", "allclose"],
  ["alphaDropout_", "alpha_dropout_"],
  ["amax", "amax"],
  ["amin", "amin"],
  ["aminmax", "aminmax"],
  ["angle", "angle"],
  ["any", "any"],
  ["arccos", "arccos"],
  ["arccos_", "arccos_"],
  ["arccosh", "arccosh"],
  ["arccosh_", "arccosh_"],
  ["arcsin", "arcsin"],
  ["arcsin_", "arcsin_"],
  ["arcsinh", "arcsinh"],
  ["arcsinh_", "arcsinh_"],
  ["arctan", "arctan"],
  ["arctan2", "arctan2"],
  ["arctan2_", "arctan2_"],
  ["arctan_", "arctan_"],
  ["arctanh", "arctanh"],
  ["arctanh_", "arctanh_"],
  ["argmax", "argmax"],
  ["argmin", "argmin"],
  ["argsort", "argsort"],
  ["argwhere", "argwhere"],
  ["asStrided", "as_strided"],
  ["asStrided_", "as_strided_"],
  ["asStridedCopy", "as_strided_copy"],
  ["asStridedScatter", "as_strided_scatter"],
  ["asin", "asin"],
  ["asin_", "asin_"],
  ["asinh", "asinh"],
  ["asinh_", "asinh_"],
  ["atan", "atan"],
  ["atan2", "atan2"],
  ["atan2_", "atan2_"],
  ["atan_", "atan_"],
  ["atanh", "atanh"],
  ["atanh_", "atanh_"],
  ["atleast1d", "atleast_1d"],
  ["atleast2d", "atleast_2d"],
  ["atleast3d", "atleast_3d"],
  ["avgPool1d", "avg_pool1d"],
  ["avgPool2d", "avg_pool2d"],
  ["avgPool3d", "avg_pool3d"],
  ["baddbmm", "baddbmm"],
  ["baddbmm_", "baddbmm_"],
  ["bernoulli", "bernoulli"],
  ["bernoulli_", "bernoulli_"],
  ["binaryCrossEntropy", "binary_cross_entropy"],
  ["binaryCrossEntropyWithLogits", "binary_cross_entropy_with_logits"],
  ["bincount", "bincount"],
  ["bitwiseAnd", "bitwise_and"],
  ["bitwiseAnd_", "bitwise_and_"],
  ["bitwiseLeftShift", "bitwise_left_shift"],
  ["bitwiseLeftShift_", "bitwise_left_shift_"],
  ["bitwiseNot", "bitwise_not"],
  ["bitwiseNot_", "bitwise_not_"],
  ["bitwiseOr", "bitwise_or"],
  ["bitwiseOr_", "bitwise_or_"],
  ["bitwiseRightShift", "bitwise_right_shift"],
  ["bitwiseRightShift_", "bitwise_right_shift_"],
  ["bitwiseXor", "bitwise_xor"],
  ["bitwiseXor_", "bitwise_xor_"],
  ["bmm", "bmm"],
  ["broadcastTo", "broadcast_to"],
  ["bucketize", "bucketize"],
  ["cauchy", "cauchy"],
  ["cauchy_", "cauchy_"],
  ["ccolIndices", "ccol_indices"],
  ["ccolIndicesCopy", "ccol_indices_copy"],
  ["ceil", "ceil"],
  ["ceil_", "ceil_"],
  ["celu", "celu"],
  ["celu_", "celu_"],
  ["chalf", "chalf"],
  ["channelShuffle", "channel_shuffle"],
  ["cholesky", "cholesky"],
  ["choleskyInverse", "cholesky_inverse"],
  ["choleskySolve", "cholesky_solve"],
  ["chunk", "chunk"],
  ["clamp", "clamp"],
  ["clamp_", "clamp_"],
  ["clampMax", "clamp_max"],
  ["clampMax_", "clamp_max_"],
  ["clampMin", "clamp_min"],
  ["clampMin_", "clamp_min_"],
  ["clip", "clip"],
  ["clip_", "clip_"],
  ["clone", "clone"],
  ["coalesce", "coalesce"],
  ["col2im", "col2im"],
  ["colIndices", "col_indices"],
  ["colIndicesCopy", "col_indices_copy"],
  ["combinations", "combinations"],
  ["conj", "conj"],
  ["conjPhysical", "conj_physical"],
  ["conjPhysical_", "conj_physical_"],
  ["constantPadNd", "constant_pad_nd"],
  ["contiguous", "contiguous"],
  ["convDepthwise3d", "conv_depthwise3d"],
  ["convTbc", "conv_tbc"],
  ["convTbcBackward", "conv_tbc_backward"],
  ["copy", "copy"],
  ["copy_", "copy_"],
  ["copySparseToSparse", "copy_sparse_to_sparse"],
  ["copySparseToSparse_", "copy_sparse_to_sparse_"],
  ["copysign", "copysign"],
  ["copysign_", "copysign_"],
  ["corrcoef", "corrcoef"],
  ["cos", "cos"],
  ["cos_", "cos_"],
  ["cosh", "cosh"],
  ["cosh_", "cosh_"],
  ["countNonzero", "count_nonzero"],
  ["cov", "cov"],
  ["cross", "cross"],
  ["crossEntropyLoss", "cross_entropy_loss"],
  ["crowIndices", "crow_indices"],
  ["crowIndicesCopy", "crow_indices_copy"],
  ["cudnnConvolution", "cudnn_convolution"],
  ["cudnnConvolutionAddRelu", "cudnn_convolution_add_relu"],
  ["cudnnConvolutionRelu", "cudnn_convolution_relu"],
  ["cudnnConvolutionTranspose", "cudnn_convolution_transpose"],
  ["cudnnGridSampler", "cudnn_grid_sampler"],
  ["cudnnGridSamplerBackward", "cudnn_grid_sampler_backward"],
  ["cudnnIsAcceptable", "cudnn_is_acceptable"],
  ["cummax", "cummax"],
  ["cummin", "cummin"],
  ["cumprod", "cumprod"],
  ["cumprod_", "cumprod_"],
  ["cumsum", "cumsum"],
  ["cumsum_", "cumsum_"],
  ["deg2rad", "deg2rad"],
  ["deg2rad_", "deg2rad_"],
  ["denseDim", "dense_dim"],
  ["dequantize", "dequantize"],
  ["det", "det"],
  ["detach", "detach"],
  ["detach_", "detach_"],
  ["detachCopy", "detach_copy"],
  ["diag", "diag"],
  ["diagEmbed", "diag_embed"],
  ["diagflat", "diagflat"],
  ["diagonal", "diagonal"],
  ["diagonalCopy", "diagonal_copy"],
  ["diagonalScatter", "diagonal_scatter"],
  ["diff", "diff"],
  ["digamma", "digamma"],
  ["digamma_", "digamma_"],
  ["dist", "dist"],
  ["div", "div"],
  ["div_", "div_"],
  ["divide", "divide"],
  ["divide_", "divide_"],
  ["dot", "dot"],
  ["dropout_", "dropout_"],
  ["dsplit", "dsplit"],
  ["elu", "elu"],
  ["elu_", "elu_"],
  ["embeddingRenorm", "embedding_renorm"],
  ["embeddingRenorm_", "embedding_renorm_"],
  ["emptyLike", "empty_like"],
  ["eq", "eq"],
  ["eq_", "eq_"],
  ["equal", "equal"],
  ["erf", "erf"],
  ["erf_", "erf_"],
  ["erfc", "erfc"],
  ["erfc_", "erfc_"],
  ["erfinv", "erfinv"],
  ["erfinv_", "erfinv_"],
  ["exp", "exp"],
  ["exp2", "exp2"],
  ["exp2_", "exp2_"],
  ["exp_", "exp_"],
  ["expand", "expand"],
  ["expandAs", "expand_as"],
  ["expandCopy", "expand_copy"],
  ["expm1", "expm1"],
  ["expm1_", "expm1_"],
  ["exponential", "exponential"],
  ["exponential_", "exponential_"],
  ["fakeQuantizePerChannelAffine", "fake_quantize_per_channel_affine"],
  ["fakeQuantizePerChannelAffineCachemask", "fake_quantize_per_channel_affine_cachemask"],
  ["fakeQuantizePerTensorAffine", "fake_quantize_per_tensor_affine"],
  ["fakeQuantizePerTensorAffineCachemask", "fake_quantize_per_tensor_affine_cachemask"],
  ["featureAlphaDropout_", "feature_alpha_dropout_"],
  ["featureDropout_", "feature_dropout_"],
  ["fftFft", "fft_fft"],
  ["fftFft2", "fft_fft2"],
  ["fftFftn", "fft_fftn"],
  ["fftFftshift", "fft_fftshift"],
  ["fftHfft", "fft_hfft"],
  ["fftHfft2", "fft_hfft2"],
  ["fftHfftn", "fft_hfftn"],
  ["fftIfft", "fft_ifft"],
  ["fftIfft2", "fft_ifft2"],
  ["fftIfftn", "fft_ifftn"],
  ["fftIfftshift", "fft_ifftshift"],
  ["fftIhfft", "fft_ihfft"],
  ["fftIhfft2", "fft_ihfft2"],
  ["fftIhfftn", "fft_ihfftn"],
  ["fftIrfft", "fft_irfft"],
  ["fftIrfft2", "fft_irfft2"],
  ["fftIrfftn", "fft_irfftn"],
  ["fftRfft", "fft_rfft"],
  ["fftRfft2", "fft_rfft2"],
  ["fftRfftn", "fft_rfftn"],
  ["fill", "fill"],
  ["fill_", "fill_"],
  ["fillDiagonal_", "fill_diagonal_"],
  ["fix", "fix"],
  ["fix_", "fix_"],
  ["flatten", "flatten"],
  ["flip", "flip"],
  ["fliplr", "fliplr"],
  ["flipud", "flipud"],
  ["floatPower", "float_power"],
  ["floatPower_", "float_power_"],
  ["floor", "floor"],
  ["floor_", "floor_"],
  ["floorDivide", "floor_divide"],
  ["floorDivide_", "floor_divide_"],
  ["fmax", "fmax"],
  ["fmin", "fmin"],
  ["fmod", "fmod"],
  ["fmod_", "fmod_"],
  ["frac", "frac"],
  ["frac_", "frac_"],
  ["fractionalMaxPool2d", "fractional_max_pool2d"],
  ["fractionalMaxPool3d", "fractional_max_pool3d"],
  ["frexp", "frexp"],
  ["frobeniusNorm", "frobenius_norm"],
  ["fullLike", "full_like"],
  ["fusedMovingAvgObsFakeQuant", "fused_moving_avg_obs_fake_quant"],
  ["gather", "gather"],
  ["gcd", "gcd"],
  ["gcd_", "gcd_"],
  ["ge", "ge"],
  ["ge_", "ge_"],
  ["gelu", "gelu"],
  ["gelu_", "gelu_"],
  ["geometric", "geometric"],
  ["geometric_", "geometric_"],
  ["geqrf", "geqrf"],
  ["ger", "ger"],
  ["getDevice", "get_device"],
  ["glu", "glu"],
  ["gradient", "gradient"],
  ["greater", "greater"],
  ["greater_", "greater_"],
  ["greaterEqual", "greater_equal"],
  ["greaterEqual_", "greater_equal_"],
  ["gt", "gt"],
  ["gt_", "gt_"],
  ["hardshrink", "hardshrink"],
  ["hardsigmoid", "hardsigmoid"],
  ["hardsigmoid_", "hardsigmoid_"],
  ["hardswish", "hardswish"],
  ["hardswish_", "hardswish_"],
  ["hardtanh", "hardtanh"],
  ["hardtanh_", "hardtanh_"],
  ["hashTensor", "hash_tensor"],
  ["heaviside", "heaviside"],
  ["heaviside_", "heaviside_"],
  ["hingeEmbeddingLoss", "hinge_embedding_loss"],
  ["histc", "histc"],
  ["histogram", "histogram"],
  ["histogramdd", "histogramdd"],
  ["hsplit", "hsplit"],
  ["huberLoss", "huber_loss"],
  ["hypot", "hypot"],
  ["hypot_", "hypot_"],
  ["i0", "i0"],
  ["i0_", "i0_"],
  ["igamma", "igamma"],
  ["igamma_", "igamma_"],
  ["igammac", "igammac"],
  ["igammac_", "igammac_"],
  ["im2col", "im2col"],
  ["imag", "imag"],
  ["index", "index"],
  ["indexAdd", "index_add"],
  ["indexAdd_", "index_add_"],
  ["indexCopy", "index_copy"],
  ["indexCopy_", "index_copy_"],
  ["indexFill", "index_fill"],
  ["indexFill_", "index_fill_"],
  ["indexPut", "index_put"],
  ["indexPut_", "index_put_"],
  ["indexReduce", "index_reduce"],
  ["indexReduce_", "index_reduce_"],
  ["indexSelect", "index_select"],
  ["indices", "indices"],
  ["indicesCopy", "indices_copy"],
  ["inner", "inner"],
  ["intRepr", "int_repr"],
  ["inverse", "inverse"],
  ["isCoalesced", "is_coalesced"],
  ["isConj", "is_conj"],
  ["isDistributed", "is_distributed"],
  ["isInference", "is_inference"],
  ["isNeg", "is_neg"],
  ["isNonzero", "is_nonzero"],
  ["isPinned", "is_pinned"],
  ["isSameSize", "is_same_size"],
  ["isSetTo", "is_set_to"],
  ["isSigned", "is_signed"],
  ["isclose", "isclose"],
  ["isfinite", "isfinite"],
  ["isinf", "isinf"],
  ["isnan", "isnan"],
  ["isneginf", "isneginf"],
  ["isposinf", "isposinf"],
  ["isreal", "isreal"],
  ["istft", "istft"],
  ["klDiv", "kl_div"],
  ["kron", "kron"],
  ["kthvalue", "kthvalue"],
  ["l1Loss", "l1_loss"],
  ["lcm", "lcm"],
  ["lcm_", "lcm_"],
  ["ldexp", "ldexp"],
  ["ldexp_", "ldexp_"],
  ["le", "le"],
  ["le_", "le_"],
  ["leakyRelu", "leaky_relu"],
  ["leakyRelu_", "leaky_relu_"],
  ["lerp", "lerp"],
  ["lerp_", "lerp_"],
  ["less", "less"],
  ["less_", "less_"],
  ["lessEqual", "less_equal"],
  ["lessEqual_", "less_equal_"],
  ["lgamma", "lgamma"],
  ["lgamma_", "lgamma_"],
  ["lift", "lift"],
  ["liftFresh", "lift_fresh"],
  ["liftFreshCopy", "lift_fresh_copy"],
  ["linalgPowsum", "linalg__powsum"],
  ["linalgCholesky", "linalg_cholesky"],
  ["linalgCholeskyEx", "linalg_cholesky_ex"],
  ["linalgCond", "linalg_cond"],
  ["linalgCross", "linalg_cross"],
  ["linalgEig", "linalg_eig"],
  ["linalgEigh", "linalg_eigh"],
  ["linalgEigvals", "linalg_eigvals"],
  ["linalgEigvalsh", "linalg_eigvalsh"],
  ["linalgLdlFactor", "linalg_ldl_factor"],
  ["linalgLdlFactorEx", "linalg_ldl_factor_ex"],
  ["linalgLstsq", "linalg_lstsq"],
  ["linalgMatmul", "linalg_matmul"],
  ["linalgMatrixExp", "linalg_matrix_exp"],
  ["linalgMatrixNorm", "linalg_matrix_norm"],
  ["linalgMatrixPower", "linalg_matrix_power"],
  ["linalgMatrixRank", "linalg_matrix_rank"],
  ["linalgNorm", "linalg_norm"],
  ["linalgPinv", "linalg_pinv"],
  ["linalgSolveTriangular", "linalg_solve_triangular"],
  ["linalgTensorinv", "linalg_tensorinv"],
  ["linalgTensorsolve", "linalg_tensorsolve"],
  ["linalgVectorNorm", "linalg_vector_norm"],
  ["linearBackward", "linear_backward"],
  ["log", "log"],
  ["log10", "log10"],
  ["log10_", "log10_"],
  ["log1p", "log1p"],
  ["log1p_", "log1p_"],
  ["log2", "log2"],
  ["log2_", "log2_"],
  ["log_", "log_"],
  ["logNormal", "log_normal"],
  ["logNormal_", "log_normal_"],
  ["logSigmoid", "log_sigmoid"],
  ["logSigmoidForward", "log_sigmoid_forward"],
  ["logSoftmax", "log_softmax"],
  ["logaddexp", "logaddexp"],
  ["logaddexp2", "logaddexp2"],
  ["logcumsumexp", "logcumsumexp"],
  ["logdet", "logdet"],
  ["logicalAnd", "logical_and"],
  ["logicalAnd_", "logical_and_"],
  ["logicalNot", "logical_not"],
  ["logicalNot_", "logical_not_"],
  ["logicalOr", "logical_or"],
  ["logicalOr_", "logical_or_"],
  ["logicalXor", "logical_xor"],
  ["logicalXor_", "logical_xor_"],
  ["logit", "logit"],
  ["logit_", "logit_"],
  ["logsumexp", "logsumexp"],
  ["lt", "lt"],
  ["lt_", "lt_"],
  ["luSolve", "lu_solve"],
  ["mH", "mH"],
  ["mT", "mT"],
  ["maskedFill", "masked_fill"],
  ["maskedFill_", "masked_fill_"],
  ["maskedScatter", "masked_scatter"],
  ["maskedScatter_", "masked_scatter_"],
  ["maskedSelect", "masked_select"],
  ["matmul", "matmul"],
  ["matrixH", "matrix_H"],
  ["matrixExp", "matrix_exp"],
  ["matrixExpBackward", "matrix_exp_backward"],
  ["matrixPower", "matrix_power"],
  ["max", "max"],
  ["maxPool1d", "max_pool1d"],
  ["maxPool1dWithIndices", "max_pool1d_with_indices"],
  ["maxPool2d", "max_pool2d"],
  ["maxPool2dWithIndices", "max_pool2d_with_indices"],
  ["maxPool3d", "max_pool3d"],
  ["maxPool3dWithIndices", "max_pool3d_with_indices"],
  ["maxUnpool2d", "max_unpool2d"],
  ["maxUnpool3d", "max_unpool3d"],
  ["maximum", "maximum"],
  ["mean", "mean"],
  ["median", "median"],
  ["min", "min"],
  ["minimum", "minimum"],
  ["miopenConvolution", "miopen_convolution"],
  ["miopenConvolutionAddRelu", "miopen_convolution_add_relu"],
  ["miopenConvolutionRelu", "miopen_convolution_relu"],
  ["miopenConvolutionTranspose", "miopen_convolution_transpose"],
  ["miopenDepthwiseConvolution", "miopen_depthwise_convolution"],
  ["mish", "mish"],
  ["mish_", "mish_"],
  ["mkldnnAdaptiveAvgPool2d", "mkldnn_adaptive_avg_pool2d"],
  ["mkldnnConvolution", "mkldnn_convolution"],
  ["mkldnnLinear", "mkldnn_linear"],
  ["mkldnnLinearBackward", "mkldnn_linear_backward"],
  ["mkldnnMaxPool2d", "mkldnn_max_pool2d"],
  ["mkldnnMaxPool3d", "mkldnn_max_pool3d"],
  ["mkldnnReorderConv2dWeight", "mkldnn_reorder_conv2d_weight"],
  ["mkldnnReorderConv3dWeight", "mkldnn_reorder_conv3d_weight"],
  ["mm", "mm"],
  ["mode", "mode"],
  ["moveaxis", "moveaxis"],
  ["movedim", "movedim"],
  ["mpsConvolutionBackward", "mps_convolution_backward"],
  ["mpsConvolutionTransposeBackward", "mps_convolution_transpose_backward"],
  ["mseLoss", "mse_loss"],
  ["msort", "msort"],
  ["mul", "mul"],
  ["mul_", "mul_"],
  ["multiMarginLoss", "multi_margin_loss"],
  ["multilabelMarginLoss", "multilabel_margin_loss"],
  ["multilabelMarginLossForward", "multilabel_margin_loss_forward"],
  ["multinomial", "multinomial"],
  ["multiply", "multiply"],
  ["multiply_", "multiply_"],
  ["mv", "mv"],
  ["mvlgamma", "mvlgamma"],
  ["mvlgamma_", "mvlgamma_"],
  ["nanToNum", "nan_to_num"],
  ["nanToNum_", "nan_to_num_"],
  ["nanmean", "nanmean"],
  ["nanmedian", "nanmedian"],
  ["nanquantile", "nanquantile"],
  ["nansum", "nansum"],
  ["narrow", "narrow"],
  ["narrowCopy", "narrow_copy"],
  ["nativeChannelShuffle", "native_channel_shuffle"],
  ["nativeNorm", "native_norm"],
  ["ne", "ne"],
  ["ne_", "ne_"],
  ["neg", "neg"],
  ["neg_", "neg_"],
  ["negative", "negative"],
  ["negative_", "negative_"],
  ["nestedToPaddedTensor", "nested_to_padded_tensor"],
  ["newEmpty", "new_empty"],
  ["newEmptyStrided", "new_empty_strided"],
  ["newFull", "new_full"],
  ["newOnes", "new_ones"],
  ["newZeros", "new_zeros"],
  ["nextafter", "nextafter"],
  ["nextafter_", "nextafter_"],
  ["nllLoss", "nll_loss"],
  ["nllLoss2d", "nll_loss2d"],
  ["nllLoss2dForward", "nll_loss2d_forward"],
  ["nllLossForward", "nll_loss_forward"],
  ["nllLossNd", "nll_loss_nd"],
  ["nonzero", "nonzero"],
  ["nonzeroNumpy", "nonzero_numpy"],
  ["nonzeroStatic", "nonzero_static"],
  ["norm", "norm"],
  ["normal_", "normal_"],
  ["normalFunctional", "normal_functional"],
  ["notEqual", "not_equal"],
  ["notEqual_", "not_equal_"],
  ["nuclearNorm", "nuclear_norm"],
  ["numpyT", "numpy_T"],
  ["oneHot", "one_hot"],
  ["onesLike", "ones_like"],
  ["orgqr", "orgqr"],
  ["ormqr", "ormqr"],
  ["outer", "outer"],
  ["outputNr", "output_nr"],
  ["pad", "pad"],
  ["pdist", "pdist"],
  ["permute", "permute"],
  ["permuteCopy", "permute_copy"],
  ["pinMemory", "pin_memory"],
  ["pinverse", "pinverse"],
  ["pixelShuffle", "pixel_shuffle"],
  ["pixelUnshuffle", "pixel_unshuffle"],
  ["poisson", "poisson"],
  ["polygamma_", "polygamma_"],
  ["positive", "positive"],
  ["pow", "pow"],
  ["pow_", "pow_"],
  ["prelu", "prelu"],
  ["prod", "prod"],
  ["put", "put"],
  ["put_", "put_"],
  ["qPerChannelAxis", "q_per_channel_axis"],
  ["qPerChannelScales", "q_per_channel_scales"],
  ["qPerChannelZeroPoints", "q_per_channel_zero_points"],
  ["qScale", "q_scale"],
  ["qZeroPoint", "q_zero_point"],
  ["qr", "qr"],
  ["quantile", "quantile"],
  ["quantizePerChannel", "quantize_per_channel"],
  ["quantizePerTensor", "quantize_per_tensor"],
  ["quantizePerTensorDynamic", "quantize_per_tensor_dynamic"],
  ["quantizedMaxPool1d", "quantized_max_pool1d"],
  ["quantizedMaxPool2d", "quantized_max_pool2d"],
  ["quantizedMaxPool3d", "quantized_max_pool3d"],
  ["rad2deg", "rad2deg"],
  ["rad2deg_", "rad2deg_"],
  ["randLike", "rand_like"],
  ["randintLike", "randint_like"],
  ["randnLike", "randn_like"],
  ["random", "random"],
  ["random_", "random_"],
  ["ravel", "ravel"],
  ["real", "real"],
  ["reciprocal", "reciprocal"],
  ["reciprocal_", "reciprocal_"],
  ["reflectionPad1d", "reflection_pad1d"],
  ["reflectionPad2d", "reflection_pad2d"],
  ["reflectionPad3d", "reflection_pad3d"],
  ["relu", "relu"],
  ["relu6", "relu6"],
  ["relu6_", "relu6_"],
  ["relu_", "relu_"],
  ["remainder", "remainder"],
  ["remainder_", "remainder_"],
  ["renorm", "renorm"],
  ["renorm_", "renorm_"],
  ["repeat", "repeat"],
  ["repeatInterleave", "repeat_interleave"],
  ["replicationPad1d", "replication_pad1d"],
  ["replicationPad2d", "replication_pad2d"],
  ["replicationPad3d", "replication_pad3d"],
  ["reshape", "reshape"],
  ["reshapeAs", "reshape_as"],
  ["resize", "resize"],
  ["resize_", "resize_"],
  ["resizeAs", "resize_as"],
  ["resizeAs_", "resize_as_"],
  ["resizeAsSparse", "resize_as_sparse"],
  ["resizeAsSparse_", "resize_as_sparse_"],
  ["resolveConj", "resolve_conj"],
  ["resolveNeg", "resolve_neg"],
  ["retainsGrad", "retains_grad"],
  ["roll", "roll"],
  ["rot90", "rot90"],
  ["round", "round"],
  ["round_", "round_"],
  ["rowIndices", "row_indices"],
  ["rowIndicesCopy", "row_indices_copy"],
  ["rrelu", "rrelu"],
  ["rrelu_", "rrelu_"],
  ["rreluWithNoise", "rrelu_with_noise"],
  ["rreluWithNoise_", "rrelu_with_noise_"],
  ["rreluWithNoiseFunctional", "rrelu_with_noise_functional"],
  ["rsqrt", "rsqrt"],
  ["rsqrt_", "rsqrt_"],
  ["rsub", "rsub"],
  ["scatter", "scatter"],
  ["scatter_", "scatter_"],
  ["scatterAdd", "scatter_add"],
  ["scatterAdd_", "scatter_add_"],
  ["scatterReduce", "scatter_reduce"],
  ["scatterReduce_", "scatter_reduce_"],
  ["select", "select"],
  ["selectCopy", "select_copy"],
  ["selectScatter", "select_scatter"],
  ["selu", "selu"],
  ["selu_", "selu_"],
  ["set", "set"],
  ["sgn", "sgn"],
  ["sgn_", "sgn_"],
  ["sigmoid", "sigmoid"],
  ["sigmoid_", "sigmoid_"],
  ["sign", "sign"],
  ["sign_", "sign_"],
  ["signbit", "signbit"],
  ["silu", "silu"],
  ["silu_", "silu_"],
  ["sin", "sin"],
  ["sin_", "sin_"],
  ["sinc", "sinc"],
  ["sinc_", "sinc_"],
  ["sinh", "sinh"],
  ["sinh_", "sinh_"],
  ["slice", "slice"],
  ["sliceCopy", "slice_copy"],
  ["sliceInverse", "slice_inverse"],
  ["sliceScatter", "slice_scatter"],
  ["slogdet", "slogdet"],
  ["slowConv3d", "slow_conv3d"],
  ["slowConv3dForward", "slow_conv3d_forward"],
  ["slowConvDilated2d", "slow_conv_dilated2d"],
  ["slowConvDilated3d", "slow_conv_dilated3d"],
  ["slowConvTranspose2d", "slow_conv_transpose2d"],
  ["slowConvTranspose3d", "slow_conv_transpose3d"],
  ["smm", "smm"],
  ["smoothL1Loss", "smooth_l1_loss"],
  ["softMarginLoss", "soft_margin_loss"],
  ["softmax", "softmax"],
  ["softplus", "softplus"],
  ["softshrink", "softshrink"],
  ["sort", "sort"],
  ["sparseDim", "sparse_dim"],
  ["sparseMask", "sparse_mask"],
  ["sparseResize", "sparse_resize"],
  ["sparseResize_", "sparse_resize_"],
  ["sparseResizeAndClear", "sparse_resize_and_clear"],
  ["sparseResizeAndClear_", "sparse_resize_and_clear_"],
  ["sparseSampledAddmm", "sparse_sampled_addmm"],
  ["specialBesselJ0", "special_bessel_j0"],
  ["specialBesselJ1", "special_bessel_j1"],
  ["specialBesselY0", "special_bessel_y0"],
  ["specialBesselY1", "special_bessel_y1"],
  ["specialDigamma", "special_digamma"],
  ["specialEntr", "special_entr"],
  ["specialErf", "special_erf"],
  ["specialErfc", "special_erfc"],
  ["specialErfcx", "special_erfcx"],
  ["specialErfinv", "special_erfinv"],
  ["specialExp2", "special_exp2"],
  ["specialExpit", "special_expit"],
  ["specialExpm1", "special_expm1"],
  ["specialGammainc", "special_gammainc"],
  ["specialGammaincc", "special_gammaincc"],
  ["specialGammaln", "special_gammaln"],
  ["specialI0", "special_i0"],
  ["specialI0e", "special_i0e"],
  ["specialI1", "special_i1"],
  ["specialI1e", "special_i1e"],
  ["specialLog1p", "special_log1p"],
  ["specialLogNdtr", "special_log_ndtr"],
  ["specialLogSoftmax", "special_log_softmax"],
  ["specialLogit", "special_logit"],
  ["specialLogsumexp", "special_logsumexp"],
  ["specialModifiedBesselI0", "special_modified_bessel_i0"],
  ["specialModifiedBesselI1", "special_modified_bessel_i1"],
  ["specialModifiedBesselK0", "special_modified_bessel_k0"],
  ["specialModifiedBesselK1", "special_modified_bessel_k1"],
  ["specialMultigammaln", "special_multigammaln"],
  ["specialNdtr", "special_ndtr"],
  ["specialNdtri", "special_ndtri"],
  ["specialPsi", "special_psi"],
  ["specialRound", "special_round"],
  ["specialSinc", "special_sinc"],
  ["specialSoftmax", "special_softmax"],
  ["specialXlog1py", "special_xlog1py"],
  ["specialXlogy", "special_xlogy"],
  ["specialZeta", "special_zeta"],
  ["split", "split"],
  ["splitCopy", "split_copy"],
  ["splitWithSizes", "split_with_sizes"],
  ["splitWithSizesCopy", "split_with_sizes_copy"],
  ["sqrt", "sqrt"],
  ["sqrt_", "sqrt_"],
  ["square", "square"],
  ["square_", "square_"],
  ["squeeze", "squeeze"],
  ["squeeze_", "squeeze_"],
  ["squeezeCopy", "squeeze_copy"],
  ["sspaddmm", "sspaddmm"],
  ["std", "std"],
  ["stdMean", "std_mean"],
  ["stft", "stft"],
  ["sub", "sub"],
  ["sub_", "sub_"],
  ["subtract", "subtract"],
  ["subtract_", "subtract_"],
  ["sum", "sum"],
  ["sumToSize", "sum_to_size"],
  ["svd", "svd"],
  ["swapaxes", "swapaxes"],
  ["swapaxes_", "swapaxes_"],
  ["swapdims", "swapdims"],
  ["swapdims_", "swapdims_"],
  ["symNumel", "sym_numel"],
  ["symSize", "sym_size"],
  ["symStorageOffset", "sym_storage_offset"],
  ["symStride", "sym_stride"],
  ["t", "t"],
  ["t_", "t_"],
  ["tCopy", "t_copy"],
  ["take", "take"],
  ["takeAlongDim", "take_along_dim"],
  ["tan", "tan"],
  ["tan_", "tan_"],
  ["tanh", "tanh"],
  ["tanh_", "tanh_"],
  ["tensorSplit", "tensor_split"],
  ["tensordot", "tensordot"],
  ["thnnConv2d", "thnn_conv2d"],
  ["threshold", "threshold"],
  ["threshold_", "threshold_"],
  ["tile", "tile"],
  ["toDense", "to_dense"],
  ["toMkldnn", "to_mkldnn"],
  ["toPaddedTensor", "to_padded_tensor"],
  ["toSparse", "to_sparse"],
  ["toSparseBsc", "to_sparse_bsc"],
  ["toSparseBsr", "to_sparse_bsr"],
  ["toSparseCsc", "to_sparse_csc"],
  ["toSparseCsr", "to_sparse_csr"],
  ["topk", "topk"],
  ["trace", "trace"],
  ["transpose", "transpose"],
  ["transpose_", "transpose_"],
  ["transposeCopy", "transpose_copy"],
  ["triangularSolve", "triangular_solve"],
  ["tril", "tril"],
  ["tril_", "tril_"],
  ["triu", "triu"],
  ["triu_", "triu_"],
  ["trueDivide", "true_divide"],
  ["trueDivide_", "true_divide_"],
  ["trunc", "trunc"],
  ["trunc_", "trunc_"],
  ["typeAs", "type_as"],
  ["unbind", "unbind"],
  ["unbindCopy", "unbind_copy"],
  ["unflatten", "unflatten"],
  ["unfold", "unfold"],
  ["unfoldCopy", "unfold_copy"],
  ["uniform", "uniform"],
  ["uniform_", "uniform_"],
  ["uniqueConsecutive", "unique_consecutive"],
  ["uniqueDim", "unique_dim"],
  ["uniqueDimConsecutive", "unique_dim_consecutive"],
  ["unsafeChunk", "unsafe_chunk"],
  ["unsafeSplit", "unsafe_split"],
  ["unsafeSplitWithSizes", "unsafe_split_with_sizes"],
  ["unsqueeze", "unsqueeze"],
  ["unsqueeze_", "unsqueeze_"],
  ["unsqueezeCopy", "unsqueeze_copy"],
  ["upsampleBicubic2d", "upsample_bicubic2d"],
  ["upsampleBilinear2d", "upsample_bilinear2d"],
  ["upsampleLinear1d", "upsample_linear1d"],
  ["upsampleNearest1d", "upsample_nearest1d"],
  ["upsampleNearest2d", "upsample_nearest2d"],
  ["upsampleNearest3d", "upsample_nearest3d"],
  ["upsampleTrilinear3d", "upsample_trilinear3d"],
  ["values", "values"],
  ["valuesCopy", "values_copy"],
  ["var", "var"],
  ["varMean", "var_mean"],
  ["vdot", "vdot"],
  ["view", "view"],
  ["viewAs", "view_as"],
  ["viewAsComplex", "view_as_complex"],
  ["viewAsComplexCopy", "view_as_complex_copy"],
  ["viewAsReal", "view_as_real"],
  ["viewAsRealCopy", "view_as_real_copy"],
  ["viewCopy", "view_copy"],
  ["vsplit", "vsplit"],
  ["xlogy", "xlogy"],
  ["xlogy_", "xlogy_"],
  ["zero", "zero"],
  ["zero_", "zero_"],
  ["zerosLike", "zeros_like"],
];
