// Written by tools/gen from the operator schemas of libtorch. Do not edit: run `node tools/gen/generate.mjs`.
import { op } from "../dispatch/op.js";
import type { Device } from "../device.js";
import type { DType, Layout, MemoryFormat } from "../dtype.js";
import type { Generator } from "../random.js";
import type { Scalar, Tensor } from "../tensor.js";

/** `abs(Tensor self) -> Tensor` */
export const abs: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("abs");

/** `abs_(Tensor(a!) self) -> Tensor(a!)` */
export const abs_: {
  (input: Tensor): Tensor;
} = op("abs_");

/** `absolute(Tensor self) -> Tensor` */
export const absolute: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("absolute");

/** `absolute_(Tensor(a!) self) -> Tensor(a!)` */
export const absolute_: {
  (input: Tensor): Tensor;
} = op("absolute_");

/** `acos(Tensor self) -> Tensor` */
export const acos: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("acos");

/** `acos_(Tensor(a!) self) -> Tensor(a!)` */
export const acos_: {
  (input: Tensor): Tensor;
} = op("acos_");

/** `acosh(Tensor self) -> Tensor` */
export const acosh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("acosh");

/** `acosh_(Tensor(a!) self) -> Tensor(a!)` */
export const acosh_: {
  (input: Tensor): Tensor;
} = op("acosh_");

/** `adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor` */
export const adaptiveAvgPool1d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("adaptive_avg_pool1d");

/** `adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor` */
export const adaptiveAvgPool2d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("adaptive_avg_pool2d");

/** `adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor` */
export const adaptiveAvgPool3d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("adaptive_avg_pool3d");

/** `adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)` */
export const adaptiveMaxPool1d: {
  (input: Tensor, outputSize: number | readonly number[]): [Tensor, Tensor];
} = op("adaptive_max_pool1d");

/** `adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)` */
export const adaptiveMaxPool2d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("adaptive_max_pool2d");

/** `adaptive_max_pool2d_backward(Tensor grad_output, Tensor self, Tensor indices) -> Tensor` */
export const adaptiveMaxPool2dBackward: {
  (gradOutput: Tensor, input: Tensor, indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("adaptive_max_pool2d_backward");

/** `adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)` */
export const adaptiveMaxPool3d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("adaptive_max_pool3d");

/** `adaptive_max_pool3d_backward(Tensor grad_output, Tensor self, Tensor indices) -> Tensor` */
export const adaptiveMaxPool3dBackward: {
  (gradOutput: Tensor, input: Tensor, indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("adaptive_max_pool3d_backward");

/**
 * - `add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
 * - `add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
 */
export const add: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("add");

/**
 * - `add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
 * - `add_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
 */
export const add_: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar): Tensor;
} = op("add_");

/** `addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export const addbmm: {
  (input: Tensor, batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addbmm");

/** `addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
export const addbmm_: {
  (input: Tensor, batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): Tensor;
} = op("addbmm_");

/** `addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor` */
export const addcdiv: {
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addcdiv");

/** `addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
export const addcdiv_: {
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined }): Tensor;
} = op("addcdiv_");

/** `addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor` */
export const addcmul: {
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addcmul");

/** `addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor(a!)` */
export const addcmul_: {
  (input: Tensor, tensor1: Tensor, tensor2: Tensor, options?: { value?: Scalar | undefined }): Tensor;
} = op("addcmul_");

/**
 * - `addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
 * - `addmm.dtype(Tensor self, Tensor mat1, Tensor mat2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
 */
export const addmm: {
  (input: Tensor, mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, mat1: Tensor, mat2: Tensor, outDtype: DType, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addmm");

/** `addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
export const addmm_: {
  (input: Tensor, mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): Tensor;
} = op("addmm_");

/** `addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export const addmv: {
  (input: Tensor, mat: Tensor, vec: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addmv");

/** `addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
export const addmv_: {
  (input: Tensor, mat: Tensor, vec: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): Tensor;
} = op("addmv_");

/** `addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export const addr: {
  (input: Tensor, vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("addr");

/** `addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
export const addr_: {
  (input: Tensor, vec1: Tensor, vec2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): Tensor;
} = op("addr_");

/** `adjoint(Tensor(a) self) -> Tensor(a)` */
export const adjoint: {
  (input: Tensor): Tensor;
} = op("adjoint");

/** `affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor` */
export const affineGridGenerator: {
  (theta: Tensor, size: readonly number[], alignCorners: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("affine_grid_generator");

/** `affine_grid_generator_backward(Tensor grad, SymInt[] size, bool align_corners) -> Tensor` */
export const affineGridGeneratorBackward: {
  (grad: Tensor, size: readonly number[], alignCorners: boolean): Tensor;
} = op("affine_grid_generator_backward");

/** `alias(Tensor(a) self) -> Tensor(a)` */
export const alias: {
  (input: Tensor): Tensor;
} = op("alias");

/** `alias_copy(Tensor self) -> Tensor` */
export const aliasCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("alias_copy");

/**
 * - `all(Tensor self) -> Tensor`
 * - `all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
 * - `all.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
 */
export const all: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("all");

/** `allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool` */
export const allclose: {
  (input: Tensor, other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  (input: Tensor, other: Tensor, rtol: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): boolean;
  (input: Tensor, other: Tensor, rtol: number, atol: number, options?: { equalNan?: boolean | undefined }): boolean;
  (input: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): boolean;
} = op("allclose");

/** `alpha_dropout(Tensor input, float p, bool train) -> Tensor` */
export const alphaDropout: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("alpha_dropout");

/** `alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
export const alphaDropout_: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("alpha_dropout_");

/** `amax(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
export const amax: {
  (input: Tensor, options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("amax");

/** `amin(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor` */
export const amin: {
  (input: Tensor, options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("amin");

/** `aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)` */
export const aminmax: {
  (input: Tensor, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [min: Tensor, max: Tensor];
} = op("aminmax");

/** `angle(Tensor self) -> Tensor` */
export const angle: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("angle");

/**
 * - `any(Tensor self) -> Tensor`
 * - `any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor`
 * - `any.dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor`
 */
export const any: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { dim?: readonly number[] | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("any");

/**
 * - `arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const arange: {
  (end: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar, end: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar, end: Scalar, options?: { step?: Scalar | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar, end: Scalar, step: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("arange");

/** `arccos(Tensor self) -> Tensor` */
export const arccos: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arccos");

/** `arccos_(Tensor(a!) self) -> Tensor(a!)` */
export const arccos_: {
  (input: Tensor): Tensor;
} = op("arccos_");

/** `arccosh(Tensor self) -> Tensor` */
export const arccosh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arccosh");

/** `arccosh_(Tensor(a!) self) -> Tensor(a!)` */
export const arccosh_: {
  (input: Tensor): Tensor;
} = op("arccosh_");

/** `arcsin(Tensor self) -> Tensor` */
export const arcsin: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arcsin");

/** `arcsin_(Tensor(a!) self) -> Tensor(a!)` */
export const arcsin_: {
  (input: Tensor): Tensor;
} = op("arcsin_");

/** `arcsinh(Tensor self) -> Tensor` */
export const arcsinh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arcsinh");

/** `arcsinh_(Tensor(a!) self) -> Tensor(a!)` */
export const arcsinh_: {
  (input: Tensor): Tensor;
} = op("arcsinh_");

/** `arctan(Tensor self) -> Tensor` */
export const arctan: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arctan");

/** `arctan2(Tensor self, Tensor other) -> Tensor` */
export const arctan2: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arctan2");

/** `arctan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const arctan2_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("arctan2_");

/** `arctan_(Tensor(a!) self) -> Tensor(a!)` */
export const arctan_: {
  (input: Tensor): Tensor;
} = op("arctan_");

/** `arctanh(Tensor self) -> Tensor` */
export const arctanh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("arctanh");

/** `arctanh_(Tensor(a!) self) -> Tensor(a!)` */
export const arctanh_: {
  (input: Tensor): Tensor;
} = op("arctanh_");

/** `argmax(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
export const argmax: {
  (input: Tensor, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("argmax");

/** `argmin(Tensor self, int? dim=None, bool keepdim=False) -> Tensor` */
export const argmin: {
  (input: Tensor, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | null, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | null, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("argmin");

/**
 * - `argsort(Tensor self, int dim=-1, bool descending=False) -> Tensor`
 * - `argsort.stable(Tensor self, *, bool stable, int dim=-1, bool descending=False) -> Tensor`
 */
export const argsort: {
  (input: Tensor, options?: { dim?: number | undefined; descending?: boolean | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { descending?: boolean | undefined }): Tensor;
  (input: Tensor, dim: number, descending: boolean): Tensor;
  (input: Tensor, options: { stable: boolean; dim?: number | undefined; descending?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("argsort");

/** `argwhere(Tensor self) -> Tensor` */
export const argwhere: {
  (input: Tensor): Tensor;
} = op("argwhere");

/** `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)` */
export const asStrided: {
  (input: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): Tensor;
  (input: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number | null): Tensor;
} = op("as_strided");

/** `as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)` */
export const asStrided_: {
  (input: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined }): Tensor;
  (input: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number | null): Tensor;
} = op("as_strided_");

/** `as_strided_copy(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor` */
export const asStridedCopy: {
  (input: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("as_strided_copy");

/** `as_strided_scatter(Tensor self, Tensor src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor` */
export const asStridedScatter: {
  (input: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], options?: { storageOffset?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, size: readonly number[], stride: readonly number[], storageOffset: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("as_strided_scatter");

/** `asin(Tensor self) -> Tensor` */
export const asin: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("asin");

/** `asin_(Tensor(a!) self) -> Tensor(a!)` */
export const asin_: {
  (input: Tensor): Tensor;
} = op("asin_");

/** `asinh(Tensor self) -> Tensor` */
export const asinh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("asinh");

/** `asinh_(Tensor(a!) self) -> Tensor(a!)` */
export const asinh_: {
  (input: Tensor): Tensor;
} = op("asinh_");

/** `atan(Tensor self) -> Tensor` */
export const atan: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("atan");

/** `atan2(Tensor self, Tensor other) -> Tensor` */
export const atan2: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("atan2");

/** `atan2_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const atan2_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("atan2_");

/** `atan_(Tensor(a!) self) -> Tensor(a!)` */
export const atan_: {
  (input: Tensor): Tensor;
} = op("atan_");

/** `atanh(Tensor self) -> Tensor` */
export const atanh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("atanh");

/** `atanh_(Tensor(a!) self) -> Tensor(a!)` */
export const atanh_: {
  (input: Tensor): Tensor;
} = op("atanh_");

/**
 * - `atleast_1d(Tensor self) -> Tensor`
 * - `atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]`
 */
export const atleast1d: {
  (input: Tensor): Tensor;
  (tensors: readonly Tensor[]): Tensor[];
} = op("atleast_1d");

/**
 * - `atleast_2d(Tensor self) -> Tensor`
 * - `atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]`
 */
export const atleast2d: {
  (input: Tensor): Tensor;
  (tensors: readonly Tensor[]): Tensor[];
} = op("atleast_2d");

/**
 * - `atleast_3d(Tensor self) -> Tensor`
 * - `atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]`
 */
export const atleast3d: {
  (input: Tensor): Tensor;
  (tensors: readonly Tensor[]): Tensor[];
} = op("atleast_3d");

/** `avg_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True) -> Tensor` */
export const avgPool1d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("avg_pool1d");

/** `avg_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor` */
export const avgPool2d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("avg_pool2d");

/** `avg_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride, int[2] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor` */
export const avgPool2dBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("avg_pool2d_backward");

/** `avg_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None) -> Tensor` */
export const avgPool3d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { ceilMode?: boolean | undefined; countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, options?: { countIncludePad?: boolean | undefined; divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, options?: { divisorOverride?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("avg_pool3d");

/** `avg_pool3d_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3] stride, int[3] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor` */
export const avgPool3dBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], ceilMode: boolean, countIncludePad: boolean, divisorOverride: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("avg_pool3d_backward");

/**
 * - `baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
 * - `baddbmm.dtype(Tensor self, Tensor batch1, Tensor batch2, ScalarType out_dtype, *, Scalar beta=1, Scalar alpha=1) -> Tensor`
 */
export const baddbmm: {
  (input: Tensor, batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, batch1: Tensor, batch2: Tensor, outDtype: DType, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("baddbmm");

/** `baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)` */
export const baddbmm_: {
  (input: Tensor, batch1: Tensor, batch2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined }): Tensor;
} = op("baddbmm_");

/**
 * - `bartlett_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `bartlett_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const bartlettWindow: {
  (windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("bartlett_window");

/** `batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor` */
export const batchNorm: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor;
} = op("batch_norm");

/** `batch_norm_backward(Tensor grad_out, Tensor input, Tensor weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_var, bool update, float eps, bool[3] output_mask, Tensor reserve) -> (Tensor, Tensor, Tensor)` */
export const batchNormBackward: {
  (gradOut: Tensor, input: Tensor, weight: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, saveMean: Tensor | null, saveVar: Tensor | null, update: boolean, eps: number, outputMask: boolean | readonly boolean[], reserve: Tensor): [Tensor, Tensor, Tensor];
} = op("batch_norm_backward");

/** `batch_norm_backward_elemt(Tensor grad_out, Tensor input, Tensor mean, Tensor invstd, Tensor? weight, Tensor sum_dy, Tensor sum_dy_xmu, Tensor count) -> Tensor` */
export const batchNormBackwardElemt: {
  (gradOut: Tensor, input: Tensor, mean: Tensor, invstd: Tensor, weight: Tensor | null, sumDy: Tensor, sumDyXmu: Tensor, count: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("batch_norm_backward_elemt");

/** `batch_norm_backward_reduce(Tensor grad_out, Tensor input, Tensor mean, Tensor invstd, Tensor? weight, bool input_g, bool weight_g, bool bias_g) -> (Tensor, Tensor, Tensor, Tensor)` */
export const batchNormBackwardReduce: {
  (gradOut: Tensor, input: Tensor, mean: Tensor, invstd: Tensor, weight: Tensor | null, inputG: boolean, weightG: boolean, biasG: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor, Tensor];
} = op("batch_norm_backward_reduce");

/** `batch_norm_elemt(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor invstd, float eps) -> Tensor` */
export const batchNormElemt: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, mean: Tensor, invstd: Tensor, eps: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("batch_norm_elemt");

/** `batch_norm_gather_stats(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, Tensor? running_var, float momentum, float eps, int count) -> (Tensor, Tensor)` */
export const batchNormGatherStats: {
  (input: Tensor, mean: Tensor, invstd: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, momentum: number, eps: number, count: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("batch_norm_gather_stats");

/** `batch_norm_gather_stats_with_counts(Tensor input, Tensor mean, Tensor invstd, Tensor? running_mean, Tensor? running_var, float momentum, float eps, Tensor counts) -> (Tensor, Tensor)` */
export const batchNormGatherStatsWithCounts: {
  (input: Tensor, mean: Tensor, invstd: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, momentum: number, eps: number, counts: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("batch_norm_gather_stats_with_counts");

/** `batch_norm_stats(Tensor input, float eps) -> (Tensor, Tensor)` */
export const batchNormStats: {
  (input: Tensor, eps: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("batch_norm_stats");

/** `batch_norm_update_stats(Tensor input, Tensor? running_mean, Tensor? running_var, float momentum) -> (Tensor, Tensor)` */
export const batchNormUpdateStats: {
  (input: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, momentum: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("batch_norm_update_stats");

/**
 * - `bernoulli(Tensor self, *, Generator? generator=None) -> Tensor`
 * - `bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor`
 * - `bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor`
 */
export const bernoulli: {
  (input: Tensor, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Tensor | number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("bernoulli");

/**
 * - `bernoulli_.Tensor(Tensor(a!) self, Tensor p, *, Generator? generator=None) -> Tensor(a!)`
 * - `bernoulli_.float(Tensor(a!) self, float p=0.5, *, Generator? generator=None) -> Tensor(a!)`
 */
export const bernoulli_: {
  (input: Tensor, p: Tensor | number, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, options?: { p?: number | undefined; generator?: Generator | null | undefined }): Tensor;
} = op("bernoulli_");

/** `bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor` */
export const bilinear: {
  (input1: Tensor, input2: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined }): Tensor;
  (input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | null): Tensor;
} = op("bilinear");

/** `binary_cross_entropy(Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor` */
export const binaryCrossEntropy: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("binary_cross_entropy");

/** `binary_cross_entropy_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight=None, int reduction=1) -> Tensor` */
export const binaryCrossEntropyBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("binary_cross_entropy_backward");

/** `binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) -> Tensor` */
export const binaryCrossEntropyWithLogits: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; posWeight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { posWeight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, posWeight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, posWeight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("binary_cross_entropy_with_logits");

/** `bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor` */
export const bincount: {
  (input: Tensor, options?: { weights?: Tensor | null | undefined; minlength?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weights: Tensor | null, options?: { minlength?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weights: Tensor | null, minlength: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("bincount");

/** `binomial(Tensor count, Tensor prob, Generator? generator=None) -> Tensor` */
export const binomial: {
  (count: Tensor, prob: Tensor, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (count: Tensor, prob: Tensor, generator: Generator | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("binomial");

/**
 * - `bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `bitwise_and.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `bitwise_and.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const bitwiseAnd: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_and");

/**
 * - `bitwise_and_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `bitwise_and_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const bitwiseAnd_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("bitwise_and_");

/**
 * - `bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `bitwise_left_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
 * - `bitwise_left_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const bitwiseLeftShift: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_left_shift");

/**
 * - `bitwise_left_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `bitwise_left_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const bitwiseLeftShift_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("bitwise_left_shift_");

/** `bitwise_not(Tensor self) -> Tensor` */
export const bitwiseNot: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_not");

/** `bitwise_not_(Tensor(a!) self) -> Tensor(a!)` */
export const bitwiseNot_: {
  (input: Tensor): Tensor;
} = op("bitwise_not_");

/**
 * - `bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `bitwise_or.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `bitwise_or.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const bitwiseOr: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_or");

/**
 * - `bitwise_or_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `bitwise_or_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const bitwiseOr_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("bitwise_or_");

/**
 * - `bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `bitwise_right_shift.Tensor_Scalar(Tensor self, Scalar other) -> Tensor`
 * - `bitwise_right_shift.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const bitwiseRightShift: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_right_shift");

/**
 * - `bitwise_right_shift_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `bitwise_right_shift_.Tensor_Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const bitwiseRightShift_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("bitwise_right_shift_");

/**
 * - `bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `bitwise_xor.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `bitwise_xor.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const bitwiseXor: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("bitwise_xor");

/**
 * - `bitwise_xor_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `bitwise_xor_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const bitwiseXor_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("bitwise_xor_");

/**
 * - `blackman_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `blackman_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const blackmanWindow: {
  (windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("blackman_window");

/** `block_diag(Tensor[] tensors) -> Tensor` */
export const blockDiag: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("block_diag");

/**
 * - `bmm(Tensor self, Tensor mat2) -> Tensor`
 * - `bmm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
 */
export const bmm: {
  (input: Tensor, mat2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, mat2: Tensor, outDtype: DType, options?: { out?: Tensor | undefined }): Tensor;
} = op("bmm");

/** `broadcast_tensors(Tensor[] tensors) -> Tensor[]` */
export const broadcastTensors: {
  (tensors: readonly Tensor[]): Tensor[];
} = op("broadcast_tensors");

/** `broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)` */
export const broadcastTo: {
  (input: Tensor, size: readonly number[]): Tensor;
} = op("broadcast_to");

/**
 * - `bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`
 * - `bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor`
 */
export const bucketize: {
  (input: Tensor | Scalar, boundaries: Tensor, options?: { outInt32?: boolean | undefined; right?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("bucketize");

/** `can_cast(ScalarType from_, ScalarType to) -> bool` */
export const canCast: {
  (from_: DType, to: DType): boolean;
} = op("can_cast");

/** `cartesian_prod(Tensor[] tensors) -> Tensor` */
export const cartesianProd: {
  (tensors: readonly Tensor[]): Tensor;
} = op("cartesian_prod");

/** `cat(Tensor[] tensors, int dim=0) -> Tensor` */
export const cat: {
  (tensors: readonly Tensor[], options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[], dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("cat");

/** `cauchy(Tensor self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor` */
export const cauchy: {
  (input: Tensor, options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, median: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, median: number, sigma: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("cauchy");

/** `cauchy_(Tensor(a!) self, float median=0., float sigma=1., *, Generator? generator=None) -> Tensor(a!)` */
export const cauchy_: {
  (input: Tensor, options?: { median?: number | undefined; sigma?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, median: number, options?: { sigma?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, median: number, sigma: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("cauchy_");

/** `ccol_indices(Tensor(a) self) -> Tensor(a)` */
export const ccolIndices: {
  (input: Tensor): Tensor;
} = op("ccol_indices");

/** `ccol_indices_copy(Tensor self) -> Tensor` */
export const ccolIndicesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("ccol_indices_copy");

/** `cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor` */
export const cdist: {
  (x1: Tensor, x2: Tensor, options?: { p?: number | undefined; computeMode?: number | null | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, p: number, options?: { computeMode?: number | null | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, p: number, computeMode: number | null): Tensor;
} = op("cdist");

/** `ceil(Tensor self) -> Tensor` */
export const ceil: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("ceil");

/** `ceil_(Tensor(a!) self) -> Tensor(a!)` */
export const ceil_: {
  (input: Tensor): Tensor;
} = op("ceil_");

/** `celu(Tensor self, Scalar alpha=1.) -> Tensor` */
export const celu: {
  (input: Tensor, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("celu");

/** `celu_(Tensor(a!) self, Scalar alpha=1.) -> Tensor(a!)` */
export const celu_: {
  (input: Tensor, options?: { alpha?: Scalar | undefined }): Tensor;
  (input: Tensor, alpha: Scalar): Tensor;
} = op("celu_");

/** `chain_matmul(Tensor[] matrices) -> Tensor` */
export const chainMatmul: {
  (matrices: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("chain_matmul");

/** `chalf(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
export const chalf: {
  (input: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("chalf");

/** `channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
export const channelShuffle: {
  (input: Tensor, groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("channel_shuffle");

/** `cholesky(Tensor self, bool upper=False) -> Tensor` */
export const cholesky: {
  (input: Tensor, options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("cholesky");

/** `cholesky_inverse(Tensor self, bool upper=False) -> Tensor` */
export const choleskyInverse: {
  (input: Tensor, options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("cholesky_inverse");

/** `cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor` */
export const choleskySolve: {
  (input: Tensor, input2: Tensor, options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, input2: Tensor, upper: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("cholesky_solve");

/** `choose_qparams_optimized(Tensor input, int numel, int n_bins, float ratio, int bit_width) -> (Tensor, Tensor)` */
export const chooseQparamsOptimized: {
  (input: Tensor, numel: number, nBins: number, ratio: number, bitWidth: number): [Tensor, Tensor];
} = op("choose_qparams_optimized");

/** `chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]` */
export const chunk: {
  (input: Tensor, chunks: number, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, chunks: number, dim: number): Tensor[];
} = op("chunk");

/**
 * - `clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
 * - `clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
 */
export const clamp: {
  (input: Tensor, options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, options?: { max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, max: Scalar | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, options?: { max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, max: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("clamp");

/**
 * - `clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
 * - `clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
 */
export const clamp_: {
  (input: Tensor, options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, options?: { max?: Scalar | null | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, max: Scalar | null): Tensor;
  (input: Tensor, options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, options?: { max?: Tensor | null | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, max: Tensor | null): Tensor;
} = op("clamp_");

/**
 * - `clamp_max(Tensor self, Scalar max) -> Tensor`
 * - `clamp_max.Tensor(Tensor self, Tensor max) -> Tensor`
 */
export const clampMax: {
  (input: Tensor, max: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("clamp_max");

/**
 * - `clamp_max_(Tensor(a!) self, Scalar max) -> Tensor(a!)`
 * - `clamp_max_.Tensor(Tensor(a!) self, Tensor max) -> Tensor(a!)`
 */
export const clampMax_: {
  (input: Tensor, max: Scalar | Tensor): Tensor;
} = op("clamp_max_");

/**
 * - `clamp_min(Tensor self, Scalar min) -> Tensor`
 * - `clamp_min.Tensor(Tensor self, Tensor min) -> Tensor`
 */
export const clampMin: {
  (input: Tensor, min: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("clamp_min");

/**
 * - `clamp_min_(Tensor(a!) self, Scalar min) -> Tensor(a!)`
 * - `clamp_min_.Tensor(Tensor(a!) self, Tensor min) -> Tensor(a!)`
 */
export const clampMin_: {
  (input: Tensor, min: Scalar | Tensor): Tensor;
} = op("clamp_min_");

/**
 * - `clip(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor`
 * - `clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor`
 */
export const clip: {
  (input: Tensor, options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, options?: { max?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, max: Scalar | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, options?: { max?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, max: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("clip");

/**
 * - `clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None) -> Tensor(a!)`
 * - `clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None) -> Tensor(a!)`
 */
export const clip_: {
  (input: Tensor, options?: { min?: Scalar | null | undefined; max?: Scalar | null | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, options?: { max?: Scalar | null | undefined }): Tensor;
  (input: Tensor, min: Scalar | null, max: Scalar | null): Tensor;
  (input: Tensor, options?: { min?: Tensor | null | undefined; max?: Tensor | null | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, options?: { max?: Tensor | null | undefined }): Tensor;
  (input: Tensor, min: Tensor | null, max: Tensor | null): Tensor;
} = op("clip_");

/** `clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor` */
export const clone: {
  (input: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("clone");

/** `coalesce(Tensor(a) self) -> Tensor(a)` */
export const coalesce: {
  (input: Tensor): Tensor;
} = op("coalesce");

/** `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor` */
export const col2im: {
  (input: Tensor, outputSize: number | readonly number[], kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("col2im");

/** `col_indices(Tensor(a) self) -> Tensor(a)` */
export const colIndices: {
  (input: Tensor): Tensor;
} = op("col_indices");

/** `col_indices_copy(Tensor self) -> Tensor` */
export const colIndicesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("col_indices_copy");

/** `column_stack(Tensor[] tensors) -> Tensor` */
export const columnStack: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("column_stack");

/** `combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor` */
export const combinations: {
  (input: Tensor, options?: { r?: number | undefined; withReplacement?: boolean | undefined }): Tensor;
  (input: Tensor, r: number, options?: { withReplacement?: boolean | undefined }): Tensor;
  (input: Tensor, r: number, withReplacement: boolean): Tensor;
} = op("combinations");

/** `complex(Tensor real, Tensor imag) -> Tensor` */
export const complex: {
  (real: Tensor, imag: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("complex");

/** `concat(Tensor[] tensors, int dim=0) -> Tensor` */
export const concat: {
  (tensors: readonly Tensor[], options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[], dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("concat");

/** `concatenate(Tensor[] tensors, int dim=0) -> Tensor` */
export const concatenate: {
  (tensors: readonly Tensor[], options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[], dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("concatenate");

/** `conj(Tensor(a) self) -> Tensor(a)` */
export const conj: {
  (input: Tensor): Tensor;
} = op("conj");

/** `conj_physical(Tensor self) -> Tensor` */
export const conjPhysical: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("conj_physical");

/** `conj_physical_(Tensor(a!) self) -> Tensor(a!)` */
export const conjPhysical_: {
  (input: Tensor): Tensor;
} = op("conj_physical_");

/** `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor` */
export const constantPadNd: {
  (input: Tensor, pad: readonly number[], options?: { value?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, pad: readonly number[], value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("constant_pad_nd");

/** `contiguous(Tensor(a) self, *, MemoryFormat memory_format=0) -> Tensor(a)` */
export const contiguous: {
  (input: Tensor, options?: { memoryFormat?: MemoryFormat | undefined }): Tensor;
} = op("contiguous");

/**
 * - `conv1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1) -> Tensor`
 * - `conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], str padding="valid", SymInt[1] dilation=[1], SymInt groups=1) -> Tensor`
 */
export const conv1d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], groups: number): Tensor;
} = op("conv1d");

/**
 * - `conv2d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor`
 * - `conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], str padding="valid", SymInt[2] dilation=[1, 1], SymInt groups=1) -> Tensor`
 */
export const conv2d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], groups: number): Tensor;
} = op("conv2d");

/**
 * - `conv3d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor`
 * - `conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], str padding="valid", SymInt[3] dilation=[1, 1, 1], SymInt groups=1) -> Tensor`
 */
export const conv3d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | "valid" | "same" | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], options?: { groups?: number | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[] | "valid" | "same", dilation: number | readonly number[], groups: number): Tensor;
} = op("conv3d");

/** `conv_depthwise3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding, SymInt[3] dilation) -> Tensor` */
export const convDepthwise3d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("conv_depthwise3d");

/** `conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor` */
export const convTbc: {
  (input: Tensor, weight: Tensor, bias: Tensor, options?: { pad?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor, pad: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("conv_tbc");

/** `conv_tbc_backward(Tensor self, Tensor input, Tensor weight, Tensor bias, int pad) -> (Tensor, Tensor, Tensor)` */
export const convTbcBackward: {
  (self: Tensor, input: Tensor, weight: Tensor, bias: Tensor, pad: number): [Tensor, Tensor, Tensor];
} = op("conv_tbc_backward");

/** `conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1]) -> Tensor` */
export const convTranspose1d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, dilation: number | readonly number[]): Tensor;
} = op("conv_transpose1d");

/** `conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1]) -> Tensor` */
export const convTranspose2d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, dilation: number | readonly number[]): Tensor;
} = op("conv_transpose2d");

/** `conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
export const convTranspose3d: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { groups?: number | undefined; dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, options?: { dilation?: number | readonly number[] | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], groups: number, dilation: number | readonly number[]): Tensor;
} = op("conv_transpose3d");

/** `convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor` */
export const convolution: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, outputPadding: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("convolution");

/** `convolution_backward(Tensor grad_output, Tensor input, Tensor weight, SymInt[]? bias_sizes, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const convolutionBackward: {
  (gradOutput: Tensor, input: Tensor, weight: Tensor, biasSizes: readonly number[] | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, outputPadding: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("convolution_backward");

/** `convolution_backward_overrideable(Tensor grad_output, Tensor input, Tensor weight, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool[3] output_mask) -> (Tensor grad_input, Tensor grad_weight, Tensor grad_bias)` */
export const convolutionBackwardOverrideable: {
  (gradOutput: Tensor, input: Tensor, weight: Tensor, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, outputPadding: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [grad_input: Tensor, grad_weight: Tensor, grad_bias: Tensor];
} = op("convolution_backward_overrideable");

/** `convolution_overrideable(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor` */
export const convolutionOverrideable: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], transposed: boolean, outputPadding: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("convolution_overrideable");

/** `copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor` */
export const copy: {
  (input: Tensor, src: Tensor, options?: { nonBlocking?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, nonBlocking: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("copy");

/** `copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
export const copy_: {
  (input: Tensor, src: Tensor, options?: { nonBlocking?: boolean | undefined }): Tensor;
  (input: Tensor, src: Tensor, nonBlocking: boolean): Tensor;
} = op("copy_");

/** `copy_sparse_to_sparse(Tensor self, Tensor src, bool non_blocking=False) -> Tensor` */
export const copySparseToSparse: {
  (input: Tensor, src: Tensor, options?: { nonBlocking?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, nonBlocking: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("copy_sparse_to_sparse");

/** `copy_sparse_to_sparse_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)` */
export const copySparseToSparse_: {
  (input: Tensor, src: Tensor, options?: { nonBlocking?: boolean | undefined }): Tensor;
  (input: Tensor, src: Tensor, nonBlocking: boolean): Tensor;
} = op("copy_sparse_to_sparse_");

/**
 * - `copysign.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `copysign.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const copysign: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("copysign");

/**
 * - `copysign_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `copysign_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const copysign_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("copysign_");

/** `corrcoef(Tensor self) -> Tensor` */
export const corrcoef: {
  (input: Tensor): Tensor;
} = op("corrcoef");

/** `cos(Tensor self) -> Tensor` */
export const cos: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("cos");

/** `cos_(Tensor(a!) self) -> Tensor(a!)` */
export const cos_: {
  (input: Tensor): Tensor;
} = op("cos_");

/** `cosh(Tensor self) -> Tensor` */
export const cosh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("cosh");

/** `cosh_(Tensor(a!) self) -> Tensor(a!)` */
export const cosh_: {
  (input: Tensor): Tensor;
} = op("cosh_");

/** `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor` */
export const cosineEmbeddingLoss: {
  (input1: Tensor, input2: Tensor, target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
  (input1: Tensor, input2: Tensor, target: Tensor, margin: number, options?: { reduction?: number | undefined }): Tensor;
  (input1: Tensor, input2: Tensor, target: Tensor, margin: number, reduction: number): Tensor;
} = op("cosine_embedding_loss");

/** `cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor` */
export const cosineSimilarity: {
  (x1: Tensor, x2: Tensor, options?: { dim?: number | undefined; eps?: number | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, dim: number, options?: { eps?: number | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, dim: number, eps: number): Tensor;
} = op("cosine_similarity");

/**
 * - `count_nonzero(Tensor self, int? dim=None) -> Tensor`
 * - `count_nonzero.dim_IntList(Tensor self, int[] dim) -> Tensor`
 */
export const countNonzero: {
  (input: Tensor, options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("count_nonzero");

/** `cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor` */
export const cov: {
  (input: Tensor, options?: { correction?: number | undefined; fweights?: Tensor | null | undefined; aweights?: Tensor | null | undefined }): Tensor;
} = op("cov");

/** `cross(Tensor self, Tensor other, int? dim=None) -> Tensor` */
export const cross: {
  (input: Tensor, other: Tensor, options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Tensor, dim: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("cross");

/** `cross_entropy_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.) -> Tensor` */
export const crossEntropyLoss: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; labelSmoothing?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { labelSmoothing?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, labelSmoothing: number): Tensor;
} = op("cross_entropy_loss");

/** `crow_indices(Tensor(a) self) -> Tensor(a)` */
export const crowIndices: {
  (input: Tensor): Tensor;
} = op("crow_indices");

/** `crow_indices_copy(Tensor self) -> Tensor` */
export const crowIndicesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("crow_indices_copy");

/**
 * - `ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor`
 * - `ctc_loss.IntList(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor`
 */
export const ctcLoss: {
  (logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, options?: { blank?: number | undefined; reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: number, options?: { reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: number, reduction: number, options?: { zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: number, reduction: number, zeroInfinity: boolean): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], options?: { blank?: number | undefined; reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank: number, options?: { reduction?: number | undefined; zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank: number, reduction: number, options?: { zeroInfinity?: boolean | undefined }): Tensor;
  (logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank: number, reduction: number, zeroInfinity: boolean): Tensor;
} = op("ctc_loss");

/** `cudnn_affine_grid_generator(Tensor theta, int N, int C, int H, int W) -> Tensor grid` */
export const cudnnAffineGridGenerator: {
  (theta: Tensor, N: number, C: number, H: number, W: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_affine_grid_generator");

/** `cudnn_affine_grid_generator_backward(Tensor grad, int N, int C, int H, int W) -> Tensor grad_theta` */
export const cudnnAffineGridGeneratorBackward: {
  (grad: Tensor, N: number, C: number, H: number, W: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_affine_grid_generator_backward");

/** `cudnn_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float exponential_average_factor, float epsilon) -> (Tensor, Tensor, Tensor, Tensor)` */
export const cudnnBatchNorm: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, exponentialAverageFactor: number, epsilon: number, options?: { out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor, Tensor];
} = op("cudnn_batch_norm");

/** `cudnn_batch_norm_backward(Tensor input, Tensor grad_output, Tensor weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_var, float epsilon, Tensor reserveSpace) -> (Tensor, Tensor, Tensor)` */
export const cudnnBatchNormBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, saveMean: Tensor | null, saveVar: Tensor | null, epsilon: number, reserveSpace: Tensor, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("cudnn_batch_norm_backward");

/** `cudnn_convolution(Tensor self, Tensor weight, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic, bool allow_tf32) -> Tensor` */
export const cudnnConvolution: {
  (input: Tensor, weight: Tensor, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, allowTf32: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_convolution");

/** `cudnn_convolution_add_relu(Tensor self, Tensor weight, Tensor z, Scalar? alpha, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
export const cudnnConvolutionAddRelu: {
  (input: Tensor, weight: Tensor, z: Tensor, alpha: Scalar | null, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_convolution_add_relu");

/** `cudnn_convolution_relu(Tensor self, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
export const cudnnConvolutionRelu: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_convolution_relu");

/** `cudnn_convolution_transpose(Tensor self, Tensor weight, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic, bool allow_tf32) -> Tensor` */
export const cudnnConvolutionTranspose: {
  (input: Tensor, weight: Tensor, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, allowTf32: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_convolution_transpose");

/** `cudnn_grid_sampler(Tensor self, Tensor grid) -> Tensor output` */
export const cudnnGridSampler: {
  (input: Tensor, grid: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("cudnn_grid_sampler");

/** `cudnn_grid_sampler_backward(Tensor self, Tensor grid, Tensor grad_output) -> (Tensor grad_self, Tensor grad_grid)` */
export const cudnnGridSamplerBackward: {
  (input: Tensor, grid: Tensor, gradOutput: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [grad_self: Tensor, grad_grid: Tensor];
} = op("cudnn_grid_sampler_backward");

/** `cudnn_is_acceptable(Tensor self) -> bool` */
export const cudnnIsAcceptable: {
  (input: Tensor): boolean;
} = op("cudnn_is_acceptable");

/** `cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)` */
export const cummax: {
  (input: Tensor, dim: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("cummax");

/** `cummaxmin_backward(Tensor grad, Tensor input, Tensor indices, int dim) -> Tensor` */
export const cummaxminBackward: {
  (grad: Tensor, input: Tensor, indices: Tensor, dim: number): Tensor;
} = op("cummaxmin_backward");

/** `cummin(Tensor self, int dim) -> (Tensor values, Tensor indices)` */
export const cummin: {
  (input: Tensor, dim: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("cummin");

/** `cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
export const cumprod: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("cumprod");

/** `cumprod_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
export const cumprod_: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
} = op("cumprod_");

/** `cumprod_backward(Tensor grad, Tensor input, int dim, Tensor output) -> Tensor` */
export const cumprodBackward: {
  (grad: Tensor, input: Tensor, dim: number, output: Tensor): Tensor;
} = op("cumprod_backward");

/** `cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
export const cumsum: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("cumsum");

/** `cumsum_(Tensor(a!) self, int dim, *, ScalarType? dtype=None) -> Tensor(a!)` */
export const cumsum_: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
} = op("cumsum_");

/**
 * - `cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
 * - `cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 */
export const cumulativeTrapezoid: {
  (y: Tensor, options?: { dx?: Scalar | undefined; dim?: number | undefined }): Tensor;
  (y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
} = op("cumulative_trapezoid");

/** `data(Tensor self) -> Tensor` */
export const data: {
  (input: Tensor): Tensor;
} = op("data");

/** `deg2rad(Tensor self) -> Tensor` */
export const deg2rad: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("deg2rad");

/** `deg2rad_(Tensor(a!) self) -> Tensor(a!)` */
export const deg2rad_: {
  (input: Tensor): Tensor;
} = op("deg2rad_");

/** `dense_dim(Tensor self) -> int` */
export const denseDim: {
  (input: Tensor): number;
} = op("dense_dim");

/**
 * - `dequantize.self(Tensor self) -> Tensor`
 * - `dequantize.tensors(Tensor[] tensors) -> Tensor[]`
 */
export const dequantize: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[]): Tensor[];
} = op("dequantize");

/** `det(Tensor self) -> Tensor` */
export const det: {
  (input: Tensor): Tensor;
} = op("det");

/** `detach(Tensor(a) self) -> Tensor(a)` */
export const detach: {
  (input: Tensor): Tensor;
} = op("detach");

/** `detach_(Tensor(a!) self) -> Tensor(a!)` */
export const detach_: {
  (input: Tensor): Tensor;
} = op("detach_");

/** `detach_copy(Tensor self) -> Tensor` */
export const detachCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("detach_copy");

/** `diag(Tensor self, int diagonal=0) -> Tensor` */
export const diag: {
  (input: Tensor, options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("diag");

/** `diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor` */
export const diagEmbed: {
  (input: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("diag_embed");

/** `diagflat(Tensor self, int offset=0) -> Tensor` */
export const diagflat: {
  (input: Tensor, options?: { offset?: number | undefined }): Tensor;
  (input: Tensor, offset: number): Tensor;
} = op("diagflat");

/** `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)` */
export const diagonal: {
  (input: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  (input: Tensor, offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, options?: { dim2?: number | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, dim2: number): Tensor;
} = op("diagonal");

/** `diagonal_backward(Tensor grad_output, SymInt[] input_sizes, int offset, int dim1, int dim2) -> Tensor` */
export const diagonalBackward: {
  (gradOutput: Tensor, inputSizes: readonly number[], offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("diagonal_backward");

/** `diagonal_copy(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor` */
export const diagonalCopy: {
  (input: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("diagonal_copy");

/** `diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor` */
export const diagonalScatter: {
  (input: Tensor, src: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, offset: number, options?: { dim1?: number | undefined; dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, offset: number, dim1: number, options?: { dim2?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, offset: number, dim1: number, dim2: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("diagonal_scatter");

/** `diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor` */
export const diff: {
  (input: Tensor, options?: { n?: number | undefined; dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number, options?: { dim?: number | undefined; prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number, dim: number, options?: { prepend?: Tensor | null | undefined; append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number, dim: number, prepend: Tensor | null, options?: { append?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number, dim: number, prepend: Tensor | null, append: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("diff");

/** `digamma(Tensor self) -> Tensor` */
export const digamma: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("digamma");

/** `digamma_(Tensor(a!) self) -> Tensor(a!)` */
export const digamma_: {
  (input: Tensor): Tensor;
} = op("digamma_");

/** `dim(Tensor self) -> int` */
export const dim: {
  (input: Tensor): number;
} = op("dim");

/** `dist(Tensor self, Tensor other, Scalar p=2) -> Tensor` */
export const dist: {
  (input: Tensor, other: Tensor, options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Tensor, p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("dist");

/**
 * - `div.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
 * - `div.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
 */
export const div: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null; out?: Tensor | undefined }): Tensor;
} = op("div");

/**
 * - `div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
 * - `div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 * - `div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
 */
export const div_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
  (input: Tensor, other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null }): Tensor;
} = op("div_");

/**
 * - `divide.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `divide.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor`
 * - `divide.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `divide.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor`
 */
export const divide: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null; out?: Tensor | undefined }): Tensor;
} = op("divide");

/**
 * - `divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `divide_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)`
 * - `divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 * - `divide_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)`
 */
export const divide_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
  (input: Tensor, other: Tensor | Scalar, options: { roundingMode: "trunc" | "floor" | null }): Tensor;
} = op("divide_");

/** `dot(Tensor self, Tensor tensor) -> Tensor` */
export const dot: {
  (input: Tensor, tensor: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("dot");

/** `dropout(Tensor input, float p, bool train) -> Tensor` */
export const dropout: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("dropout");

/** `dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
export const dropout_: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("dropout_");

/**
 * - `dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
 * - `dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
 */
export const dsplit: {
  (input: Tensor, indices: readonly number[]): Tensor[];
  (input: Tensor, sections: number): Tensor[];
} = op("dsplit");

/** `dstack(Tensor[] tensors) -> Tensor` */
export const dstack: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("dstack");

/** `einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor` */
export const einsum: {
  (equation: string, tensors: readonly Tensor[], options?: { path?: readonly number[] | null | undefined }): Tensor;
} = op("einsum");

/** `elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor` */
export const elu: {
  (input: Tensor, options?: { alpha?: Scalar | undefined; scale?: Scalar | undefined; inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, options?: { scale?: Scalar | undefined; inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, scale: Scalar, options?: { inputScale?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, scale: Scalar, inputScale: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("elu");

/** `elu_(Tensor(a!) self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor(a!)` */
export const elu_: {
  (input: Tensor, options?: { alpha?: Scalar | undefined; scale?: Scalar | undefined; inputScale?: Scalar | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, options?: { scale?: Scalar | undefined; inputScale?: Scalar | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, scale: Scalar, options?: { inputScale?: Scalar | undefined }): Tensor;
  (input: Tensor, alpha: Scalar, scale: Scalar, inputScale: Scalar): Tensor;
} = op("elu_");

/** `elu_backward(Tensor grad_output, Scalar alpha, Scalar scale, Scalar input_scale, bool is_result, Tensor self_or_result) -> Tensor` */
export const eluBackward: {
  (gradOutput: Tensor, alpha: Scalar, scale: Scalar, inputScale: Scalar, isResult: boolean, selfOrResult: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("elu_backward");

/** `embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor` */
export const embedding: {
  (weight: Tensor, indices: Tensor, options?: { paddingIdx?: number | undefined; scaleGradByFreq?: boolean | undefined; sparse?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (weight: Tensor, indices: Tensor, paddingIdx: number, options?: { scaleGradByFreq?: boolean | undefined; sparse?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (weight: Tensor, indices: Tensor, paddingIdx: number, scaleGradByFreq: boolean, options?: { sparse?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (weight: Tensor, indices: Tensor, paddingIdx: number, scaleGradByFreq: boolean, sparse: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("embedding");

/** `embedding_backward(Tensor grad, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq, bool sparse) -> Tensor` */
export const embeddingBackward: {
  (grad: Tensor, indices: Tensor, numWeights: number, paddingIdx: number, scaleGradByFreq: boolean, sparse: boolean): Tensor;
} = op("embedding_backward");

/**
 * - `embedding_bag(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)`
 * - `embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)`
 */
export const embeddingBag: {
  (weight: Tensor, indices: Tensor, offsets: Tensor, options?: { scaleGradByFreq?: boolean | undefined; mode?: number | undefined; sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, options?: { mode?: number | undefined; sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, options?: { sparse?: boolean | undefined; perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, sparse: boolean, options?: { perSampleWeights?: Tensor | null | undefined; includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, sparse: boolean, perSampleWeights: Tensor | null, options?: { includeLastOffset?: boolean | undefined }): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, sparse: boolean, perSampleWeights: Tensor | null, includeLastOffset: boolean): [Tensor, Tensor, Tensor, Tensor];
  (weight: Tensor, indices: Tensor, offsets: Tensor, scaleGradByFreq: boolean, mode: number, sparse: boolean, perSampleWeights: Tensor | null, includeLastOffset: boolean, paddingIdx: number | null): [Tensor, Tensor, Tensor, Tensor];
} = op("embedding_bag");

/** `embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq) -> Tensor` */
export const embeddingDenseBackward: {
  (gradOutput: Tensor, indices: Tensor, numWeights: number, paddingIdx: number, scaleGradByFreq: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("embedding_dense_backward");

/** `embedding_renorm(Tensor self, Tensor indices, float max_norm, float norm_type) -> Tensor` */
export const embeddingRenorm: {
  (input: Tensor, indices: Tensor, maxNorm: number, normType: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("embedding_renorm");

/** `embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)` */
export const embeddingRenorm_: {
  (input: Tensor, indices: Tensor, maxNorm: number, normType: number): Tensor;
} = op("embedding_renorm_");

/** `embedding_sparse_backward(Tensor grad, Tensor indices, int num_weights, int padding_idx, bool scale_grad_by_freq) -> Tensor` */
export const embeddingSparseBackward: {
  (grad: Tensor, indices: Tensor, numWeights: number, paddingIdx: number, scaleGradByFreq: boolean): Tensor;
} = op("embedding_sparse_backward");

/** `empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const empty: {
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("empty");

/** `empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const emptyLike: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("empty_like");

/** `empty_permuted(SymInt[] size, int[] physical_layout, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const emptyPermuted: {
  (size: readonly number[], physicalLayout: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("empty_permuted");

/** `empty_quantized(int[] size, Tensor qtensor, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const emptyQuantized: {
  (size: readonly number[], qtensor: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("empty_quantized");

/** `empty_strided(SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const emptyStrided: {
  (size: readonly number[], stride: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("empty_strided");

/**
 * - `eq.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `eq.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const eq: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("eq");

/**
 * - `eq_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `eq_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const eq_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("eq_");

/** `equal(Tensor self, Tensor other) -> bool` */
export const equal: {
  (input: Tensor, other: Tensor): boolean;
} = op("equal");

/** `erf(Tensor self) -> Tensor` */
export const erf: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("erf");

/** `erf_(Tensor(a!) self) -> Tensor(a!)` */
export const erf_: {
  (input: Tensor): Tensor;
} = op("erf_");

/** `erfc(Tensor self) -> Tensor` */
export const erfc: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("erfc");

/** `erfc_(Tensor(a!) self) -> Tensor(a!)` */
export const erfc_: {
  (input: Tensor): Tensor;
} = op("erfc_");

/** `erfinv(Tensor self) -> Tensor` */
export const erfinv: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("erfinv");

/** `erfinv_(Tensor(a!) self) -> Tensor(a!)` */
export const erfinv_: {
  (input: Tensor): Tensor;
} = op("erfinv_");

/** `exp(Tensor self) -> Tensor` */
export const exp: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("exp");

/** `exp2(Tensor self) -> Tensor` */
export const exp2: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("exp2");

/** `exp2_(Tensor(a!) self) -> Tensor(a!)` */
export const exp2_: {
  (input: Tensor): Tensor;
} = op("exp2_");

/** `exp_(Tensor(a!) self) -> Tensor(a!)` */
export const exp_: {
  (input: Tensor): Tensor;
} = op("exp_");

/** `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)` */
export const expand: {
  (input: Tensor, size: readonly number[], options?: { implicit?: boolean | undefined }): Tensor;
} = op("expand");

/** `expand_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
export const expandAs: {
  (input: Tensor, other: Tensor): Tensor;
} = op("expand_as");

/** `expand_copy(Tensor self, SymInt[] size, *, bool implicit=False) -> Tensor` */
export const expandCopy: {
  (input: Tensor, size: readonly number[], options?: { implicit?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("expand_copy");

/** `expm1(Tensor self) -> Tensor` */
export const expm1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("expm1");

/** `expm1_(Tensor(a!) self) -> Tensor(a!)` */
export const expm1_: {
  (input: Tensor): Tensor;
} = op("expm1_");

/** `exponential(Tensor self, float lambd=1., *, Generator? generator=None) -> Tensor` */
export const exponential: {
  (input: Tensor, options?: { lambd?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, lambd: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("exponential");

/** `exponential_(Tensor(a!) self, float lambd=1., *, Generator? generator=None) -> Tensor(a!)` */
export const exponential_: {
  (input: Tensor, options?: { lambd?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lambd: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("exponential_");

/**
 * - `eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const eye: {
  (n: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (n: number, m: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("eye");

/** `fake_quantize_per_channel_affine(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> Tensor` */
export const fakeQuantizePerChannelAffine: {
  (input: Tensor, scale: Tensor, zeroPoint: Tensor, axis: number, quantMin: number, quantMax: number): Tensor;
} = op("fake_quantize_per_channel_affine");

/** `fake_quantize_per_channel_affine_cachemask(Tensor self, Tensor scale, Tensor zero_point, int axis, int quant_min, int quant_max) -> (Tensor output, Tensor mask)` */
export const fakeQuantizePerChannelAffineCachemask: {
  (input: Tensor, scale: Tensor, zeroPoint: Tensor, axis: number, quantMin: number, quantMax: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, mask: Tensor];
} = op("fake_quantize_per_channel_affine_cachemask");

/** `fake_quantize_per_channel_affine_cachemask_backward(Tensor grad, Tensor mask) -> Tensor` */
export const fakeQuantizePerChannelAffineCachemaskBackward: {
  (grad: Tensor, mask: Tensor): Tensor;
} = op("fake_quantize_per_channel_affine_cachemask_backward");

/**
 * - `fake_quantize_per_tensor_affine(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> Tensor`
 * - `fake_quantize_per_tensor_affine.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, int quant_min, int quant_max) -> Tensor`
 */
export const fakeQuantizePerTensorAffine: {
  (input: Tensor, scale: number, zeroPoint: number, quantMin: number, quantMax: number): Tensor;
  (input: Tensor, scale: Tensor, zeroPoint: Tensor, quantMin: number, quantMax: number): Tensor;
} = op("fake_quantize_per_tensor_affine");

/** `fake_quantize_per_tensor_affine_cachemask(Tensor self, float scale, int zero_point, int quant_min, int quant_max) -> (Tensor output, Tensor mask)` */
export const fakeQuantizePerTensorAffineCachemask: {
  (input: Tensor, scale: number, zeroPoint: number, quantMin: number, quantMax: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, mask: Tensor];
} = op("fake_quantize_per_tensor_affine_cachemask");

/** `fake_quantize_per_tensor_affine_cachemask_backward(Tensor grad, Tensor mask) -> Tensor` */
export const fakeQuantizePerTensorAffineCachemaskBackward: {
  (grad: Tensor, mask: Tensor): Tensor;
} = op("fake_quantize_per_tensor_affine_cachemask_backward");

/**
 * - `fbgemm_linear_fp16_weight(Tensor input, Tensor packed_weight, Tensor bias) -> Tensor`
 * - `fbgemm_linear_fp16_weight.out(Tensor input, Tensor packed_weight, Tensor bias, Tensor(a!) output) -> Tensor`
 */
export const fbgemmLinearFp16Weight: {
  (input: Tensor, packedWeight: Tensor, bias: Tensor): Tensor;
  (input: Tensor, packedWeight: Tensor, bias: Tensor, output: Tensor): Tensor;
} = op("fbgemm_linear_fp16_weight");

/**
 * - `fbgemm_linear_fp16_weight_fp32_activation(Tensor input, Tensor packed_weight, Tensor? bias) -> Tensor`
 * - `fbgemm_linear_fp16_weight_fp32_activation.out(Tensor input, Tensor packed_weight, Tensor? bias, Tensor(a!) output) -> Tensor`
 */
export const fbgemmLinearFp16WeightFp32Activation: {
  (input: Tensor, packedWeight: Tensor, bias: Tensor | null): Tensor;
  (input: Tensor, packedWeight: Tensor, bias: Tensor | null, output: Tensor): Tensor;
} = op("fbgemm_linear_fp16_weight_fp32_activation");

/** `fbgemm_linear_int8_weight(Tensor input, Tensor weight, Tensor packed, Tensor col_offsets, Scalar weight_scale, Scalar weight_zero_point, Tensor bias) -> Tensor` */
export const fbgemmLinearInt8Weight: {
  (input: Tensor, weight: Tensor, packed: Tensor, colOffsets: Tensor, weightScale: Scalar, weightZeroPoint: Scalar, bias: Tensor): Tensor;
} = op("fbgemm_linear_int8_weight");

/** `fbgemm_linear_int8_weight_fp32_activation(Tensor input, Tensor weight, Tensor packed, Tensor col_offsets, Scalar weight_scale, Scalar weight_zero_point, Tensor bias) -> Tensor` */
export const fbgemmLinearInt8WeightFp32Activation: {
  (input: Tensor, weight: Tensor, packed: Tensor, colOffsets: Tensor, weightScale: Scalar, weightZeroPoint: Scalar, bias: Tensor): Tensor;
} = op("fbgemm_linear_int8_weight_fp32_activation");

/** `fbgemm_linear_quantize_weight(Tensor input) -> (Tensor, Tensor, float, int)` */
export const fbgemmLinearQuantizeWeight: {
  (input: Tensor): [Tensor, Tensor, number, number];
} = op("fbgemm_linear_quantize_weight");

/** `fbgemm_pack_gemm_matrix_fp16(Tensor input) -> Tensor` */
export const fbgemmPackGemmMatrixFp16: {
  (input: Tensor): Tensor;
} = op("fbgemm_pack_gemm_matrix_fp16");

/**
 * - `fbgemm_pack_quantized_matrix(Tensor input) -> Tensor`
 * - `fbgemm_pack_quantized_matrix.KN(Tensor input, int K, int N) -> Tensor`
 */
export const fbgemmPackQuantizedMatrix: {
  (input: Tensor): Tensor;
  (input: Tensor, K: number, N: number): Tensor;
} = op("fbgemm_pack_quantized_matrix");

/** `feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor` */
export const featureAlphaDropout: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("feature_alpha_dropout");

/** `feature_alpha_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
export const featureAlphaDropout_: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("feature_alpha_dropout_");

/** `feature_dropout(Tensor input, float p, bool train) -> Tensor` */
export const featureDropout: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("feature_dropout");

/** `feature_dropout_(Tensor(a!) self, float p, bool train) -> Tensor(a!)` */
export const featureDropout_: {
  (input: Tensor, p: number, train: boolean): Tensor;
} = op("feature_dropout_");

/** `fft_fft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftFft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_fft");

/** `fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftFft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_fft2");

/** `fft_fftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const fftFftfreq: {
  (n: number, options?: { d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (n: number, d: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("fft_fftfreq");

/** `fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftFftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_fftn");

/** `fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor` */
export const fftFftshift: {
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null): Tensor;
} = op("fft_fftshift");

/** `fft_hfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftHfft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_hfft");

/** `fft_hfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftHfft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_hfft2");

/** `fft_hfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftHfftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_hfftn");

/** `fft_ifft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftIfft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ifft");

/** `fft_ifft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftIfft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ifft2");

/** `fft_ifftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftIfftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ifftn");

/** `fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor` */
export const fftIfftshift: {
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null): Tensor;
} = op("fft_ifftshift");

/** `fft_ihfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftIhfft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ihfft");

/** `fft_ihfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftIhfft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ihfft2");

/** `fft_ihfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftIhfftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_ihfftn");

/** `fft_irfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftIrfft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_irfft");

/** `fft_irfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftIrfft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_irfft2");

/** `fft_irfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftIrfftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_irfftn");

/** `fft_rfft(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor` */
export const fftRfft: {
  (input: Tensor, options?: { n?: number | null | undefined; dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, options?: { dim?: number | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, n: number | null, dim: number, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_rfft");

/** `fft_rfft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor` */
export const fftRfft2: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[], norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_rfft2");

/** `fft_rfftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const fftRfftfreq: {
  (n: number, options?: { d?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (n: number, d: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("fft_rfftfreq");

/** `fft_rfftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` */
export const fftRfftn: {
  (input: Tensor, options?: { s?: number | readonly number[] | null | undefined; dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, options?: { dim?: number | readonly number[] | null | undefined; norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, options?: { norm?: "forward" | "backward" | "ortho" | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, s: number | readonly number[] | null, dim: number | readonly number[] | null, norm: "forward" | "backward" | "ortho" | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("fft_rfftn");

/**
 * - `fill.Tensor(Tensor self, Tensor value) -> Tensor`
 * - `fill.Scalar(Tensor self, Scalar value) -> Tensor`
 */
export const fill: {
  (input: Tensor, value: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("fill");

/**
 * - `fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)`
 * - `fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)`
 */
export const fill_: {
  (input: Tensor, value: Tensor | Scalar): Tensor;
} = op("fill_");

/** `fill_diagonal_(Tensor(a!) self, Scalar fill_value, bool wrap=False) -> Tensor(a!)` */
export const fillDiagonal_: {
  (input: Tensor, fillValue: Scalar, options?: { wrap?: boolean | undefined }): Tensor;
  (input: Tensor, fillValue: Scalar, wrap: boolean): Tensor;
} = op("fill_diagonal_");

/** `fix(Tensor self) -> Tensor` */
export const fix: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("fix");

/** `fix_(Tensor(a!) self) -> Tensor(a!)` */
export const fix_: {
  (input: Tensor): Tensor;
} = op("fix_");

/** `flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)` */
export const flatten: {
  (input: Tensor, options?: { startDim?: number | undefined; endDim?: number | undefined }): Tensor;
  (input: Tensor, startDim: number, options?: { endDim?: number | undefined }): Tensor;
  (input: Tensor, startDim: number, endDim: number): Tensor;
} = op("flatten");

/** `flatten_dense_tensors(Tensor[] tensors) -> Tensor` */
export const flattenDenseTensors: {
  (tensors: readonly Tensor[]): Tensor;
} = op("flatten_dense_tensors");

/** `flip(Tensor self, int[] dims) -> Tensor` */
export const flip: {
  (input: Tensor, dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("flip");

/** `fliplr(Tensor self) -> Tensor` */
export const fliplr: {
  (input: Tensor): Tensor;
} = op("fliplr");

/** `flipud(Tensor self) -> Tensor` */
export const flipud: {
  (input: Tensor): Tensor;
} = op("flipud");

/**
 * - `float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
 * - `float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
 * - `float_power.Scalar(Scalar self, Tensor exponent) -> Tensor`
 */
export const floatPower: {
  (input: Tensor, exponent: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, exponent: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("float_power");

/**
 * - `float_power_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
 * - `float_power_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
 */
export const floatPower_: {
  (input: Tensor, exponent: Tensor | Scalar): Tensor;
} = op("float_power_");

/** `floor(Tensor self) -> Tensor` */
export const floor: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("floor");

/** `floor_(Tensor(a!) self) -> Tensor(a!)` */
export const floor_: {
  (input: Tensor): Tensor;
} = op("floor_");

/**
 * - `floor_divide(Tensor self, Tensor other) -> Tensor`
 * - `floor_divide.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const floorDivide: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("floor_divide");

/**
 * - `floor_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `floor_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const floorDivide_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("floor_divide_");

/** `fmax(Tensor self, Tensor other) -> Tensor` */
export const fmax: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("fmax");

/** `fmin(Tensor self, Tensor other) -> Tensor` */
export const fmin: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("fmin");

/**
 * - `fmod.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `fmod.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const fmod: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("fmod");

/**
 * - `fmod_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `fmod_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const fmod_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("fmod_");

/** `frac(Tensor self) -> Tensor` */
export const frac: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("frac");

/** `frac_(Tensor(a!) self) -> Tensor(a!)` */
export const frac_: {
  (input: Tensor): Tensor;
} = op("frac_");

/** `fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)` */
export const fractionalMaxPool2d: {
  (input: Tensor, kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("fractional_max_pool2d");

/** `fractional_max_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] output_size, Tensor indices) -> Tensor` */
export const fractionalMaxPool2dBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], outputSize: number | readonly number[], indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("fractional_max_pool2d_backward");

/** `fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)` */
export const fractionalMaxPool3d: {
  (input: Tensor, kernelSize: number | readonly number[], outputSize: number | readonly number[], randomSamples: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("fractional_max_pool3d");

/** `fractional_max_pool3d_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3] output_size, Tensor indices) -> Tensor` */
export const fractionalMaxPool3dBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], outputSize: number | readonly number[], indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("fractional_max_pool3d_backward");

/** `frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)` */
export const frexp: {
  (input: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [mantissa: Tensor, exponent: Tensor];
} = op("frexp");

/** `frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
export const frobeniusNorm: {
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("frobenius_norm");

/** `from_file(str filename, bool? shared=None, int? size=0, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const fromFile: {
  (filename: string, options?: { shared?: boolean | null | undefined; size?: number | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (filename: string, shared: boolean | null, options?: { size?: number | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (filename: string, shared: boolean | null, size: number | null, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("from_file");

/** `full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const full: {
  (size: readonly number[], fillValue: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("full");

/** `full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const fullLike: {
  (input: Tensor, fillValue: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("full_like");

/** `fused_moving_avg_obs_fake_quant(Tensor self, Tensor observer_on, Tensor fake_quant_on, Tensor(a!) running_min, Tensor(b!) running_max, Tensor(c!) scale, Tensor(d!) zero_point, float averaging_const, int quant_min, int quant_max, int ch_axis, bool per_row_fake_quant=False, bool symmetric_quant=False) -> Tensor` */
export const fusedMovingAvgObsFakeQuant: {
  (input: Tensor, observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, options?: { perRowFakeQuant?: boolean | undefined; symmetricQuant?: boolean | undefined }): Tensor;
  (input: Tensor, observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, perRowFakeQuant: boolean, options?: { symmetricQuant?: boolean | undefined }): Tensor;
  (input: Tensor, observerOn: Tensor, fakeQuantOn: Tensor, runningMin: Tensor, runningMax: Tensor, scale: Tensor, zeroPoint: Tensor, averagingConst: number, quantMin: number, quantMax: number, chAxis: number, perRowFakeQuant: boolean, symmetricQuant: boolean): Tensor;
} = op("fused_moving_avg_obs_fake_quant");

/** `gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor` */
export const gather: {
  (input: Tensor, dim: number, index: Tensor, options?: { sparseGrad?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("gather");

/** `gather_backward(Tensor grad, Tensor self, int dim, Tensor index, bool sparse_grad) -> Tensor` */
export const gatherBackward: {
  (grad: Tensor, input: Tensor, dim: number, index: Tensor, sparseGrad: boolean): Tensor;
} = op("gather_backward");

/** `gcd(Tensor self, Tensor other) -> Tensor` */
export const gcd: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("gcd");

/** `gcd_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const gcd_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("gcd_");

/**
 * - `ge.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `ge.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const ge: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("ge");

/**
 * - `ge_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `ge_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const ge_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("ge_");

/** `gelu(Tensor self, *, str approximate="none") -> Tensor` */
export const gelu: {
  (input: Tensor, options?: { approximate?: "none" | "tanh" | undefined; out?: Tensor | undefined }): Tensor;
} = op("gelu");

/** `gelu_(Tensor(a!) self, *, str approximate="none") -> Tensor(a!)` */
export const gelu_: {
  (input: Tensor, options?: { approximate?: "none" | "tanh" | undefined }): Tensor;
} = op("gelu_");

/** `gelu_backward(Tensor grad_output, Tensor self, *, str approximate="none") -> Tensor` */
export const geluBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { approximate?: "none" | "tanh" | undefined; out?: Tensor | undefined }): Tensor;
} = op("gelu_backward");

/** `geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor` */
export const geometric: {
  (input: Tensor, p: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("geometric");

/** `geometric_(Tensor(a!) self, float p, *, Generator? generator=None) -> Tensor(a!)` */
export const geometric_: {
  (input: Tensor, p: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("geometric_");

/** `geqrf(Tensor self) -> (Tensor a, Tensor tau)` */
export const geqrf: {
  (input: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [a: Tensor, tau: Tensor];
} = op("geqrf");

/** `ger(Tensor self, Tensor vec2) -> Tensor` */
export const ger: {
  (input: Tensor, vec2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("ger");

/** `get_device(Tensor self) -> int` */
export const getDevice: {
  (input: Tensor): number;
} = op("get_device");

/** `glu(Tensor self, int dim=-1) -> Tensor` */
export const glu: {
  (input: Tensor, options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("glu");

/** `glu_backward(Tensor grad_output, Tensor self, int dim) -> Tensor` */
export const gluBackward: {
  (gradOutput: Tensor, input: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("glu_backward");

/** `glu_backward_jvp(Tensor grad_x, Tensor grad_glu, Tensor x, Tensor dgrad_glu, Tensor dx, int dim) -> Tensor` */
export const gluBackwardJvp: {
  (gradX: Tensor, gradGlu: Tensor, x: Tensor, dgradGlu: Tensor, dx: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("glu_backward_jvp");

/** `glu_jvp(Tensor glu, Tensor x, Tensor dx, int dim) -> Tensor` */
export const gluJvp: {
  (glu: Tensor, x: Tensor, dx: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("glu_jvp");

/**
 * - `gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]`
 * - `gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]`
 * - `gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]`
 * - `gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
 * - `gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
 * - `gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]`
 * - `gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]`
 */
export const gradient: {
  (input: Tensor, options: { dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  (input: Tensor, options: { spacing: Scalar | readonly Scalar[] | readonly Tensor[]; dim: readonly number[]; edgeOrder?: number | undefined }): Tensor[];
  (input: Tensor, options?: { spacing?: Scalar | null | undefined; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
  (input: Tensor, options: { spacing: readonly Scalar[] | readonly Tensor[]; dim?: number | null | undefined; edgeOrder?: number | undefined }): Tensor[];
} = op("gradient");

/**
 * - `greater.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `greater.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const greater: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("greater");

/**
 * - `greater_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `greater_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const greater_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("greater_");

/**
 * - `greater_equal.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `greater_equal.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const greaterEqual: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("greater_equal");

/**
 * - `greater_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `greater_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const greaterEqual_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("greater_equal_");

/** `grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor` */
export const gridSampler: {
  (input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean): Tensor;
} = op("grid_sampler");

/** `grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor` */
export const gridSampler2d: {
  (input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("grid_sampler_2d");

/** `grid_sampler_2d_backward(Tensor grad_output, Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners, bool[2] output_mask) -> (Tensor, Tensor)` */
export const gridSampler2dBackward: {
  (gradOutput: Tensor, input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("grid_sampler_2d_backward");

/** `grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor` */
export const gridSampler3d: {
  (input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("grid_sampler_3d");

/** `grid_sampler_3d_backward(Tensor grad_output, Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners, bool[2] output_mask) -> (Tensor, Tensor)` */
export const gridSampler3dBackward: {
  (gradOutput: Tensor, input: Tensor, grid: Tensor, interpolationMode: number, paddingMode: number, alignCorners: boolean, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("grid_sampler_3d_backward");

/** `group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor` */
export const groupNorm: {
  (input: Tensor, numGroups: number, options?: { weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
  (input: Tensor, numGroups: number, weight: Tensor | null, options?: { bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
  (input: Tensor, numGroups: number, weight: Tensor | null, bias: Tensor | null, options?: { eps?: number | undefined; cudnnEnabled?: boolean | undefined }): Tensor;
  (input: Tensor, numGroups: number, weight: Tensor | null, bias: Tensor | null, eps: number, options?: { cudnnEnabled?: boolean | undefined }): Tensor;
  (input: Tensor, numGroups: number, weight: Tensor | null, bias: Tensor | null, eps: number, cudnnEnabled: boolean): Tensor;
} = op("group_norm");

/**
 * - `gru.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)`
 * - `gru.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)`
 */
export const gru: {
  (data: Tensor, batchSizes: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor];
  (input: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor];
} = op("gru");

/** `gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
export const gruCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, bHh: Tensor | null): Tensor;
} = op("gru_cell");

/**
 * - `gt.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `gt.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const gt: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("gt");

/**
 * - `gt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `gt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const gt_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("gt_");

/**
 * - `hamming_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `hamming_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `hamming_window.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const hammingWindow: {
  (windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, alpha: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, alpha: number, beta: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("hamming_window");

/**
 * - `hann_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `hann_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const hannWindow: {
  (windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("hann_window");

/** `hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor` */
export const hardshrink: {
  (input: Tensor, options?: { lambd?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardshrink");

/** `hardshrink_backward(Tensor grad_out, Tensor self, Scalar lambd) -> Tensor` */
export const hardshrinkBackward: {
  (gradOut: Tensor, input: Tensor, lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardshrink_backward");

/** `hardsigmoid(Tensor self) -> Tensor` */
export const hardsigmoid: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardsigmoid");

/** `hardsigmoid_(Tensor(a!) self) -> Tensor(a!)` */
export const hardsigmoid_: {
  (input: Tensor): Tensor;
} = op("hardsigmoid_");

/** `hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor` */
export const hardsigmoidBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardsigmoid_backward");

/** `hardswish(Tensor self) -> Tensor` */
export const hardswish: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardswish");

/** `hardswish_(Tensor(a!) self) -> Tensor(a!)` */
export const hardswish_: {
  (input: Tensor): Tensor;
} = op("hardswish_");

/** `hardswish_backward(Tensor grad_output, Tensor self) -> Tensor` */
export const hardswishBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardswish_backward");

/** `hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor` */
export const hardtanh: {
  (input: Tensor, options?: { minVal?: Scalar | undefined; maxVal?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, minVal: Scalar, options?: { maxVal?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, minVal: Scalar, maxVal: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardtanh");

/** `hardtanh_(Tensor(a!) self, Scalar min_val=-1, Scalar max_val=1) -> Tensor(a!)` */
export const hardtanh_: {
  (input: Tensor, options?: { minVal?: Scalar | undefined; maxVal?: Scalar | undefined }): Tensor;
  (input: Tensor, minVal: Scalar, options?: { maxVal?: Scalar | undefined }): Tensor;
  (input: Tensor, minVal: Scalar, maxVal: Scalar): Tensor;
} = op("hardtanh_");

/** `hardtanh_backward(Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val) -> Tensor` */
export const hardtanhBackward: {
  (gradOutput: Tensor, input: Tensor, minVal: Scalar, maxVal: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("hardtanh_backward");

/** `hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor` */
export const hashTensor: {
  (input: Tensor, options?: { dim?: number | readonly number[] | undefined; keepdim?: boolean | undefined; mode?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; mode?: number | undefined; out?: Tensor | undefined }): Tensor;
} = op("hash_tensor");

/** `heaviside(Tensor self, Tensor values) -> Tensor` */
export const heaviside: {
  (input: Tensor, values: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("heaviside");

/** `heaviside_(Tensor(a!) self, Tensor values) -> Tensor(a!)` */
export const heaviside_: {
  (input: Tensor, values: Tensor): Tensor;
} = op("heaviside_");

/** `hinge_embedding_loss(Tensor self, Tensor target, float margin=1., int reduction=1) -> Tensor` */
export const hingeEmbeddingLoss: {
  (input: Tensor, target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, margin: number, options?: { reduction?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, margin: number, reduction: number): Tensor;
} = op("hinge_embedding_loss");

/** `histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor` */
export const histc: {
  (input: Tensor, options?: { bins?: number | undefined; min?: Scalar | undefined; max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, bins: number, options?: { min?: Scalar | undefined; max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, bins: number, min: Scalar, options?: { max?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, bins: number, min: Scalar, max: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("histc");

/**
 * - `histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
 * - `histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)`
 */
export const histogram: {
  (input: Tensor, options?: { bins?: number | undefined; range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
  (input: Tensor, bins: number, options?: { range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
  (input: Tensor, bins: Tensor, options?: { weight?: Tensor | null | undefined; density?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [hist: Tensor, bin_edges: Tensor];
} = op("histogram");

/**
 * - `histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
 * - `histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
 * - `histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)`
 */
export const histogramdd: {
  (input: Tensor, bins: readonly number[] | readonly Tensor[] | number, options?: { range?: readonly number[] | null | undefined; weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  (input: Tensor, bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, options?: { weight?: Tensor | null | undefined; density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  (input: Tensor, bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, weight: Tensor | null, options?: { density?: boolean | undefined }): [hist: Tensor, bin_edges: Tensor[]];
  (input: Tensor, bins: readonly number[] | readonly Tensor[] | number, range: readonly number[] | null, weight: Tensor | null, density: boolean): [hist: Tensor, bin_edges: Tensor[]];
} = op("histogramdd");

/**
 * - `hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
 * - `hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
 */
export const hsplit: {
  (input: Tensor, indices: readonly number[]): Tensor[];
  (input: Tensor, sections: number): Tensor[];
} = op("hsplit");

/** `hspmm(Tensor mat1, Tensor mat2) -> Tensor` */
export const hspmm: {
  (mat1: Tensor, mat2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hspmm");

/** `hstack(Tensor[] tensors) -> Tensor` */
export const hstack: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("hstack");

/** `huber_loss(Tensor self, Tensor target, int reduction=1, float delta=1.) -> Tensor` */
export const huberLoss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; delta?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { delta?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, delta: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("huber_loss");

/** `huber_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction, float delta) -> Tensor` */
export const huberLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, reduction: number, delta: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("huber_loss_backward");

/** `hypot(Tensor self, Tensor other) -> Tensor` */
export const hypot: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("hypot");

/** `hypot_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const hypot_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("hypot_");

/** `i0(Tensor self) -> Tensor` */
export const i0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("i0");

/** `i0_(Tensor(a!) self) -> Tensor(a!)` */
export const i0_: {
  (input: Tensor): Tensor;
} = op("i0_");

/** `igamma(Tensor self, Tensor other) -> Tensor` */
export const igamma: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("igamma");

/** `igamma_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const igamma_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("igamma_");

/** `igammac(Tensor self, Tensor other) -> Tensor` */
export const igammac: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("igammac");

/** `igammac_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const igammac_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("igammac_");

/** `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor` */
export const im2col: {
  (input: Tensor, kernelSize: number | readonly number[], dilation: number | readonly number[], padding: number | readonly number[], stride: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("im2col");

/** `imag(Tensor(a) self) -> Tensor(a)` */
export const imag: {
  (input: Tensor): Tensor;
} = op("imag");

/** `index.Tensor(Tensor self, Tensor?[] indices) -> Tensor` */
export const index: {
  (input: Tensor, indices: readonly (Tensor | null)[], options?: { out?: Tensor | undefined }): Tensor;
} = op("index");

/** `index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor` */
export const indexAdd: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("index_add");

/** `index_add_(Tensor(a!) self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor(a!)` */
export const indexAdd_: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor, options?: { alpha?: Scalar | undefined }): Tensor;
} = op("index_add_");

/** `index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor` */
export const indexCopy: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("index_copy");

/** `index_copy_(Tensor(a!) self, int dim, Tensor index, Tensor source) -> Tensor(a!)` */
export const indexCopy_: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor): Tensor;
} = op("index_copy_");

/**
 * - `index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
 * - `index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor`
 */
export const indexFill: {
  (input: Tensor, dim: number, index: Tensor, value: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("index_fill");

/**
 * - `index_fill_.int_Scalar(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
 * - `index_fill_.int_Tensor(Tensor(a!) self, int dim, Tensor index, Tensor value) -> Tensor(a!)`
 */
export const indexFill_: {
  (input: Tensor, dim: number, index: Tensor, value: Scalar | Tensor): Tensor;
} = op("index_fill_");

/** `index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor` */
export const indexPut: {
  (input: Tensor, indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("index_put");

/** `index_put_(Tensor(a!) self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor(a!)` */
export const indexPut_: {
  (input: Tensor, indices: readonly (Tensor | null)[], values: Tensor, options?: { accumulate?: boolean | undefined }): Tensor;
  (input: Tensor, indices: readonly (Tensor | null)[], values: Tensor, accumulate: boolean): Tensor;
} = op("index_put_");

/** `index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor` */
export const indexReduce: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor, reduce: "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("index_reduce");

/** `index_reduce_(Tensor(a!) self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor(a!)` */
export const indexReduce_: {
  (input: Tensor, dim: number, index: Tensor, source: Tensor, reduce: "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined }): Tensor;
} = op("index_reduce_");

/** `index_select(Tensor self, int dim, Tensor index) -> Tensor` */
export const indexSelect: {
  (input: Tensor, dim: number, index: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("index_select");

/** `index_select_backward(Tensor grad, SymInt[] self_sizes, int dim, Tensor index) -> Tensor` */
export const indexSelectBackward: {
  (grad: Tensor, selfSizes: readonly number[], dim: number, index: Tensor): Tensor;
} = op("index_select_backward");

/** `indices(Tensor(a) self) -> Tensor(a)` */
export const indices: {
  (input: Tensor): Tensor;
} = op("indices");

/** `indices_copy(Tensor self) -> Tensor` */
export const indicesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("indices_copy");

/** `infinitely_differentiable_gelu_backward(Tensor grad, Tensor self) -> Tensor` */
export const infinitelyDifferentiableGeluBackward: {
  (grad: Tensor, input: Tensor): Tensor;
} = op("infinitely_differentiable_gelu_backward");

/** `inner(Tensor self, Tensor other) -> Tensor` */
export const inner: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("inner");

/** `instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor` */
export const instanceNorm: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, useInputStats: boolean, momentum: number, eps: number, cudnnEnabled: boolean): Tensor;
} = op("instance_norm");

/** `int_repr(Tensor self) -> Tensor` */
export const intRepr: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("int_repr");

/** `inverse(Tensor self) -> Tensor` */
export const inverse: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("inverse");

/** `is_coalesced(Tensor self) -> bool` */
export const isCoalesced: {
  (input: Tensor): boolean;
} = op("is_coalesced");

/** `is_complex(Tensor self) -> bool` */
export const isComplex: {
  (input: Tensor): boolean;
} = op("is_complex");

/** `is_conj(Tensor self) -> bool` */
export const isConj: {
  (input: Tensor): boolean;
} = op("is_conj");

/**
 * - `is_contiguous(Tensor self) -> bool`
 * - `is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool`
 */
export const isContiguous: {
  (input: Tensor): boolean;
  (input: Tensor, memoryFormat: MemoryFormat): boolean;
} = op("is_contiguous");

/** `is_distributed(Tensor self) -> bool` */
export const isDistributed: {
  (input: Tensor): boolean;
} = op("is_distributed");

/** `is_floating_point(Tensor self) -> bool` */
export const isFloatingPoint: {
  (input: Tensor): boolean;
} = op("is_floating_point");

/** `is_inference(Tensor self) -> bool` */
export const isInference: {
  (input: Tensor): boolean;
} = op("is_inference");

/** `is_leaf(Tensor self) -> bool` */
export const isLeaf: {
  (input: Tensor): boolean;
} = op("is_leaf");

/** `is_neg(Tensor self) -> bool` */
export const isNeg: {
  (input: Tensor): boolean;
} = op("is_neg");

/** `is_nonzero(Tensor self) -> bool` */
export const isNonzero: {
  (input: Tensor): boolean;
} = op("is_nonzero");

/** `is_pinned(Tensor self, Device? device=None) -> bool` */
export const isPinned: {
  (input: Tensor, options?: { device?: Device | null | undefined }): boolean;
  (input: Tensor, device: Device | null): boolean;
} = op("is_pinned");

/** `is_same_size(Tensor self, Tensor other) -> bool` */
export const isSameSize: {
  (input: Tensor, other: Tensor): boolean;
} = op("is_same_size");

/** `is_set_to(Tensor self, Tensor tensor) -> bool` */
export const isSetTo: {
  (input: Tensor, tensor: Tensor): boolean;
} = op("is_set_to");

/** `is_signed(Tensor self) -> bool` */
export const isSigned: {
  (input: Tensor): boolean;
} = op("is_signed");

/** `is_vulkan_available() -> bool` */
export const isVulkanAvailable: {
  (): boolean;
} = op("is_vulkan_available");

/** `isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> Tensor` */
export const isclose: {
  (input: Tensor, other: Tensor, options?: { rtol?: number | undefined; atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  (input: Tensor, other: Tensor, rtol: number, options?: { atol?: number | undefined; equalNan?: boolean | undefined }): Tensor;
  (input: Tensor, other: Tensor, rtol: number, atol: number, options?: { equalNan?: boolean | undefined }): Tensor;
  (input: Tensor, other: Tensor, rtol: number, atol: number, equalNan: boolean): Tensor;
} = op("isclose");

/** `isfinite(Tensor self) -> Tensor` */
export const isfinite: {
  (input: Tensor): Tensor;
} = op("isfinite");

/**
 * - `isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor`
 * - `isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`
 * - `isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor`
 */
export const isin: {
  (elements: Tensor, testElement: Scalar, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (elements: Tensor, testElements: Tensor, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (element: Scalar, testElements: Tensor, options?: { assumeUnique?: boolean | undefined; invert?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("isin");

/** `isinf(Tensor self) -> Tensor` */
export const isinf: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("isinf");

/** `isnan(Tensor self) -> Tensor` */
export const isnan: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("isnan");

/** `isneginf(Tensor self) -> Tensor` */
export const isneginf: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("isneginf");

/** `isposinf(Tensor self) -> Tensor` */
export const isposinf: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("isposinf");

/** `isreal(Tensor self) -> Tensor` */
export const isreal: {
  (input: Tensor): Tensor;
} = op("isreal");

/** `istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor` */
export const istft: {
  (input: Tensor, nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { center?: boolean | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, options?: { onesided?: boolean | null | undefined; length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, options?: { length?: number | null | undefined; returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, length: number | null, options?: { returnComplex?: boolean | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, normalized: boolean, onesided: boolean | null, length: number | null, returnComplex: boolean): Tensor;
} = op("istft");

/** `item(Tensor self) -> Scalar` */
export const item: {
  (input: Tensor): Scalar;
} = op("item");

/**
 * - `kaiser_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `kaiser_window.beta(int window_length, bool periodic, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `kaiser_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const kaiserWindow: {
  (windowLength: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, beta: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (windowLength: number, periodic: boolean, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("kaiser_window");

/** `kl_div(Tensor self, Tensor target, int reduction=1, *, bool log_target=False) -> Tensor` */
export const klDiv: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; logTarget?: boolean | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { logTarget?: boolean | undefined }): Tensor;
} = op("kl_div");

/** `kron(Tensor self, Tensor other) -> Tensor` */
export const kron: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("kron");

/** `kthvalue(Tensor self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)` */
export const kthvalue: {
  (input: Tensor, k: number, options?: { dim?: number | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, k: number, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, k: number, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("kthvalue");

/** `l1_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
export const l1Loss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number): Tensor;
} = op("l1_loss");

/** `layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor` */
export const layerNorm: {
  (input: Tensor, normalizedShape: readonly number[], options?: { weight?: Tensor | null | undefined; bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, options?: { bias?: Tensor | null | undefined; eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, bias: Tensor | null, options?: { eps?: number | undefined; cudnnEnable?: boolean | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, bias: Tensor | null, eps: number, options?: { cudnnEnable?: boolean | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, bias: Tensor | null, eps: number, cudnnEnable: boolean): Tensor;
} = op("layer_norm");

/** `lcm(Tensor self, Tensor other) -> Tensor` */
export const lcm: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("lcm");

/** `lcm_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const lcm_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("lcm_");

/** `ldexp.Tensor(Tensor self, Tensor other) -> Tensor` */
export const ldexp: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("ldexp");

/** `ldexp_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const ldexp_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("ldexp_");

/**
 * - `le.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `le.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const le: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("le");

/**
 * - `le_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `le_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const le_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("le_");

/** `leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor` */
export const leakyRelu: {
  (input: Tensor, options?: { negativeSlope?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, negativeSlope: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("leaky_relu");

/** `leaky_relu_(Tensor(a!) self, Scalar negative_slope=0.01) -> Tensor(a!)` */
export const leakyRelu_: {
  (input: Tensor, options?: { negativeSlope?: Scalar | undefined }): Tensor;
  (input: Tensor, negativeSlope: Scalar): Tensor;
} = op("leaky_relu_");

/** `leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope, bool self_is_result) -> Tensor` */
export const leakyReluBackward: {
  (gradOutput: Tensor, input: Tensor, negativeSlope: Scalar, selfIsResult: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("leaky_relu_backward");

/**
 * - `lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor`
 * - `lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor`
 */
export const lerp: {
  (input: Tensor, end: Tensor, weight: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("lerp");

/**
 * - `lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight) -> Tensor(a!)`
 * - `lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight) -> Tensor(a!)`
 */
export const lerp_: {
  (input: Tensor, end: Tensor, weight: Tensor | Scalar): Tensor;
} = op("lerp_");

/**
 * - `less.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `less.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const less: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("less");

/**
 * - `less_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `less_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const less_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("less_");

/**
 * - `less_equal.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `less_equal.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const lessEqual: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("less_equal");

/**
 * - `less_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `less_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const lessEqual_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("less_equal_");

/** `lgamma(Tensor self) -> Tensor` */
export const lgamma: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("lgamma");

/** `lgamma_(Tensor(a!) self) -> Tensor(a!)` */
export const lgamma_: {
  (input: Tensor): Tensor;
} = op("lgamma_");

/** `lift(Tensor self) -> Tensor` */
export const lift: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("lift");

/** `lift_fresh(Tensor(a) self) -> Tensor(a)` */
export const liftFresh: {
  (input: Tensor): Tensor;
} = op("lift_fresh");

/** `lift_fresh_copy(Tensor self) -> Tensor` */
export const liftFreshCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("lift_fresh_copy");

/** `linalg__powsum(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export const linalgPowsum: {
  (input: Tensor, options?: { ord?: Scalar | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  (input: Tensor, ord: Scalar, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  (input: Tensor, ord: Scalar, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined }): Tensor;
  (input: Tensor, ord: Scalar, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined }): Tensor;
} = op("linalg__powsum");

/** `linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor` */
export const linalgCholesky: {
  (input: Tensor, options?: { upper?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_cholesky");

/** `linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)` */
export const linalgCholeskyEx: {
  (input: Tensor, options?: { upper?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [L: Tensor, info: Tensor];
} = op("linalg_cholesky_ex");

/**
 * - `linalg_cond(Tensor self, Scalar? p=None) -> Tensor`
 * - `linalg_cond.p_str(Tensor self, str p) -> Tensor`
 */
export const linalgCond: {
  (input: Tensor, options?: { p?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | string | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_cond");

/** `linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor` */
export const linalgCross: {
  (input: Tensor, other: Tensor, options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_cross");

/** `linalg_det(Tensor A) -> Tensor` */
export const linalgDet: {
  (A: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_det");

/** `linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)` */
export const linalgDiagonal: {
  (A: Tensor, options?: { offset?: number | undefined; dim1?: number | undefined; dim2?: number | undefined }): Tensor;
} = op("linalg_diagonal");

/** `linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)` */
export const linalgEig: {
  (input: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
} = op("linalg_eig");

/** `linalg_eigh(Tensor self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)` */
export const linalgEigh: {
  (input: Tensor, options?: { UPLO?: "L" | "U" | undefined; out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
  (input: Tensor, UPLO: "L" | "U", options?: { out?: readonly [Tensor, Tensor] | undefined }): [eigenvalues: Tensor, eigenvectors: Tensor];
} = op("linalg_eigh");

/** `linalg_eigvals(Tensor self) -> Tensor` */
export const linalgEigvals: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_eigvals");

/** `linalg_eigvalsh(Tensor self, str UPLO="L") -> Tensor` */
export const linalgEigvalsh: {
  (input: Tensor, options?: { UPLO?: "L" | "U" | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, UPLO: "L" | "U", options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_eigvalsh");

/** `linalg_householder_product(Tensor input, Tensor tau) -> Tensor` */
export const linalgHouseholderProduct: {
  (input: Tensor, tau: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_householder_product");

/** `linalg_inv(Tensor A) -> Tensor` */
export const linalgInv: {
  (A: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_inv");

/** `linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)` */
export const linalgInvEx: {
  (A: Tensor, options?: { checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [inverse: Tensor, info: Tensor];
} = op("linalg_inv_ex");

/** `linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)` */
export const linalgLdlFactor: {
  (input: Tensor, options?: { hermitian?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [LD: Tensor, pivots: Tensor];
} = op("linalg_ldl_factor");

/** `linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)` */
export const linalgLdlFactorEx: {
  (input: Tensor, options?: { hermitian?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [LD: Tensor, pivots: Tensor, info: Tensor];
} = op("linalg_ldl_factor_ex");

/** `linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor` */
export const linalgLdlSolve: {
  (LD: Tensor, pivots: Tensor, B: Tensor, options?: { hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_ldl_solve");

/** `linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)` */
export const linalgLstsq: {
  (input: Tensor, b: Tensor, options?: { rcond?: number | null | undefined; driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor];
  (input: Tensor, b: Tensor, rcond: number | null, options?: { driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [solution: Tensor, residuals: Tensor, rank: Tensor, singular_values: Tensor];
} = op("linalg_lstsq");

/** `linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)` */
export const linalgLu: {
  (A: Tensor, options?: { pivot?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [P: Tensor, L: Tensor, U: Tensor];
} = op("linalg_lu");

/** `linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)` */
export const linalgLuFactor: {
  (A: Tensor, options?: { pivot?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [LU: Tensor, pivots: Tensor];
} = op("linalg_lu_factor");

/** `linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)` */
export const linalgLuFactorEx: {
  (A: Tensor, options?: { pivot?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [LU: Tensor, pivots: Tensor, info: Tensor];
} = op("linalg_lu_factor_ex");

/** `linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor` */
export const linalgLuSolve: {
  (LU: Tensor, pivots: Tensor, B: Tensor, options?: { left?: boolean | undefined; adjoint?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_lu_solve");

/** `linalg_matmul(Tensor self, Tensor other) -> Tensor` */
export const linalgMatmul: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_matmul");

/** `linalg_matrix_exp(Tensor self) -> Tensor` */
export const linalgMatrixExp: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_matrix_exp");

/**
 * - `linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * - `linalg_matrix_norm.str_ord(Tensor self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 */
export const linalgMatrixNorm: {
  (input: Tensor, ord: Scalar | string, options?: { dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar | string, dim: readonly number[], options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar | string, dim: readonly number[], keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { ord?: string | undefined; dim?: readonly number[] | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_matrix_norm");

/** `linalg_matrix_power(Tensor self, int n) -> Tensor` */
export const linalgMatrixPower: {
  (input: Tensor, n: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_matrix_power");

/**
 * - `linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor`
 * - `linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
 * - `linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`
 * - `linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor`
 */
export const linalgMatrixRank: {
  (input: Tensor, tol: number | Tensor, options?: { hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, tol: number | Tensor, hermitian: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { atol?: Tensor | null | undefined; rtol?: Tensor | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_matrix_rank");

/** `linalg_multi_dot(Tensor[] tensors) -> Tensor` */
export const linalgMultiDot: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_multi_dot");

/**
 * - `linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 * - `linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 */
export const linalgNorm: {
  (input: Tensor, options?: { ord?: Scalar | null | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar | string | null, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar | string | null, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar | string | null, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_norm");

/**
 * - `linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor`
 * - `linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor`
 * - `linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor`
 * - `linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor`
 */
export const linalgPinv: {
  (input: Tensor, rcond: number | Tensor, options?: { hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, rcond: number | Tensor, hermitian: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { atol?: number | null | undefined; rtol?: number | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, options?: { atol?: Tensor | null | undefined; rtol?: Tensor | null | undefined; hermitian?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_pinv");

/** `linalg_qr(Tensor A, str mode="reduced") -> (Tensor Q, Tensor R)` */
export const linalgQr: {
  (A: Tensor, options?: { mode?: "reduced" | "complete" | "r" | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
  (A: Tensor, mode: "reduced" | "complete" | "r", options?: { out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
} = op("linalg_qr");

/** `linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)` */
export const linalgSlogdet: {
  (A: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [sign: Tensor, logabsdet: Tensor];
} = op("linalg_slogdet");

/** `linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor` */
export const linalgSolve: {
  (A: Tensor, B: Tensor, options?: { left?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_solve");

/** `linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)` */
export const linalgSolveEx: {
  (A: Tensor, B: Tensor, options?: { left?: boolean | undefined; checkErrors?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [result: Tensor, info: Tensor];
} = op("linalg_solve_ex");

/** `linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor` */
export const linalgSolveTriangular: {
  (input: Tensor, B: Tensor, options: { upper: boolean; left?: boolean | undefined; unitriangular?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_solve_triangular");

/** `linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)` */
export const linalgSvd: {
  (A: Tensor, options?: { fullMatrices?: boolean | undefined; driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, Vh: Tensor];
  (A: Tensor, fullMatrices: boolean, options?: { driver?: string | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, Vh: Tensor];
} = op("linalg_svd");

/** `linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor` */
export const linalgSvdvals: {
  (A: Tensor, options?: { driver?: string | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_svdvals");

/** `linalg_tensorinv(Tensor self, int ind=2) -> Tensor` */
export const linalgTensorinv: {
  (input: Tensor, options?: { ind?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ind: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_tensorinv");

/** `linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor` */
export const linalgTensorsolve: {
  (input: Tensor, other: Tensor, options?: { dims?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Tensor, dims: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("linalg_tensorsolve");

/** `linalg_vander(Tensor x, *, SymInt? N=None) -> Tensor` */
export const linalgVander: {
  (x: Tensor, options?: { N?: number | null | undefined }): Tensor;
} = op("linalg_vander");

/** `linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor` */
export const linalgVecdot: {
  (x: Tensor, y: Tensor, options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_vecdot");

/** `linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export const linalgVectorNorm: {
  (input: Tensor, options?: { ord?: Scalar | undefined; dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, ord: Scalar, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("linalg_vector_norm");

/** `linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor` */
export const linear: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("linear");

/** `linear_backward(Tensor self, Tensor grad_output, Tensor weight, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const linearBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("linear_backward");

/**
 * - `linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `linspace.Tensor_Scalar(Tensor start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `linspace.Tensor_Tensor(Tensor start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `linspace.Scalar_Tensor(Scalar start, Tensor end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const linspace: {
  (start: Scalar | Tensor, end: Scalar, steps: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Tensor | Scalar, end: Tensor, steps: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("linspace");

/** `log(Tensor self) -> Tensor` */
export const log: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log");

/** `log10(Tensor self) -> Tensor` */
export const log10: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log10");

/** `log10_(Tensor(a!) self) -> Tensor(a!)` */
export const log10_: {
  (input: Tensor): Tensor;
} = op("log10_");

/** `log1p(Tensor self) -> Tensor` */
export const log1p: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log1p");

/** `log1p_(Tensor(a!) self) -> Tensor(a!)` */
export const log1p_: {
  (input: Tensor): Tensor;
} = op("log1p_");

/** `log2(Tensor self) -> Tensor` */
export const log2: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log2");

/** `log2_(Tensor(a!) self) -> Tensor(a!)` */
export const log2_: {
  (input: Tensor): Tensor;
} = op("log2_");

/** `log_(Tensor(a!) self) -> Tensor(a!)` */
export const log_: {
  (input: Tensor): Tensor;
} = op("log_");

/** `log_normal(Tensor self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor` */
export const logNormal: {
  (input: Tensor, options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, mean: number, std: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("log_normal");

/** `log_normal_(Tensor(a!) self, float mean=1., float std=2., *, Generator? generator=None) -> Tensor(a!)` */
export const logNormal_: {
  (input: Tensor, options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, std: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("log_normal_");

/** `log_sigmoid(Tensor self) -> Tensor` */
export const logSigmoid: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log_sigmoid");

/** `log_sigmoid_backward(Tensor grad_output, Tensor self, Tensor buffer) -> Tensor` */
export const logSigmoidBackward: {
  (gradOutput: Tensor, input: Tensor, buffer: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("log_sigmoid_backward");

/** `log_sigmoid_forward(Tensor self) -> (Tensor output, Tensor buffer)` */
export const logSigmoidForward: {
  (input: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, buffer: Tensor];
} = op("log_sigmoid_forward");

/** `log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
export const logSoftmax: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("log_softmax");

/** `logaddexp(Tensor self, Tensor other) -> Tensor` */
export const logaddexp: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logaddexp");

/** `logaddexp2(Tensor self, Tensor other) -> Tensor` */
export const logaddexp2: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logaddexp2");

/** `logcumsumexp(Tensor self, int dim) -> Tensor` */
export const logcumsumexp: {
  (input: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("logcumsumexp");

/** `logdet(Tensor self) -> Tensor` */
export const logdet: {
  (input: Tensor): Tensor;
} = op("logdet");

/** `logical_and(Tensor self, Tensor other) -> Tensor` */
export const logicalAnd: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logical_and");

/** `logical_and_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const logicalAnd_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("logical_and_");

/** `logical_not(Tensor self) -> Tensor` */
export const logicalNot: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logical_not");

/** `logical_not_(Tensor(a!) self) -> Tensor(a!)` */
export const logicalNot_: {
  (input: Tensor): Tensor;
} = op("logical_not_");

/** `logical_or(Tensor self, Tensor other) -> Tensor` */
export const logicalOr: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logical_or");

/** `logical_or_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const logicalOr_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("logical_or_");

/** `logical_xor(Tensor self, Tensor other) -> Tensor` */
export const logicalXor: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("logical_xor");

/** `logical_xor_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const logicalXor_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("logical_xor_");

/** `logit(Tensor self, float? eps=None) -> Tensor` */
export const logit: {
  (input: Tensor, options?: { eps?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, eps: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("logit");

/** `logit_(Tensor(a!) self, float? eps=None) -> Tensor(a!)` */
export const logit_: {
  (input: Tensor, options?: { eps?: number | null | undefined }): Tensor;
  (input: Tensor, eps: number | null): Tensor;
} = op("logit_");

/** `logit_backward(Tensor grad_output, Tensor self, float? eps=None) -> Tensor` */
export const logitBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { eps?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, eps: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("logit_backward");

/**
 * - `logspace(Scalar start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `logspace.Tensor_Scalar(Tensor start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `logspace.Tensor_Tensor(Tensor start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `logspace.Scalar_Tensor(Scalar start, Tensor end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const logspace: {
  (start: Scalar | Tensor, end: Scalar, steps: number, options?: { base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar | Tensor, end: Scalar, steps: number, base: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Tensor | Scalar, end: Tensor, steps: number, options?: { base?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Tensor | Scalar, end: Tensor, steps: number, base: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("logspace");

/** `logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
export const logsumexp: {
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("logsumexp");

/**
 * - `lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)`
 * - `lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)`
 */
export const lstm: {
  (data: Tensor, batchSizes: Tensor, hx: readonly Tensor[], params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor, Tensor];
  (input: Tensor, hx: readonly Tensor[], params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor, Tensor];
} = op("lstm");

/** `lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)` */
export const lstmCell: {
  (input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): [Tensor, Tensor];
  (input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, bIh: Tensor | null, options?: { bHh?: Tensor | null | undefined }): [Tensor, Tensor];
  (input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, bIh: Tensor | null, bHh: Tensor | null): [Tensor, Tensor];
} = op("lstm_cell");

/** `lstm_mps_backward(Tensor? grad_y, Tensor? grad_hy, Tensor? grad_cy, Tensor z_state, Tensor cell_state_fwd, Tensor input, Tensor layersOutputs, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor[], Tensor[])` */
export const lstmMpsBackward: {
  (gradY: Tensor | null, gradHy: Tensor | null, gradCy: Tensor | null, zState: Tensor, cellStateFwd: Tensor, input: Tensor, layersOutputs: Tensor, hx: readonly Tensor[], params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor[], Tensor[]];
} = op("lstm_mps_backward");

/**
 * - `lt.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `lt.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const lt: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("lt");

/**
 * - `lt_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `lt_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const lt_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("lt_");

/** `lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor` */
export const luSolve: {
  (input: Tensor, LUData: Tensor, LUPivots: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("lu_solve");

/** `lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)` */
export const luUnpack: {
  (LUData: Tensor, LUPivots: Tensor, options?: { unpackData?: boolean | undefined; unpackPivots?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [P: Tensor, L: Tensor, U: Tensor];
  (LUData: Tensor, LUPivots: Tensor, unpackData: boolean, options?: { unpackPivots?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [P: Tensor, L: Tensor, U: Tensor];
  (LUData: Tensor, LUPivots: Tensor, unpackData: boolean, unpackPivots: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [P: Tensor, L: Tensor, U: Tensor];
} = op("lu_unpack");

/** `mH(Tensor(a) self) -> Tensor(a)` */
export const mH: {
  (input: Tensor): Tensor;
} = op("mH");

/** `mT(Tensor(a) self) -> Tensor(a)` */
export const mT: {
  (input: Tensor): Tensor;
} = op("mT");

/** `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0., int reduction=1) -> Tensor` */
export const marginRankingLoss: {
  (input1: Tensor, input2: Tensor, target: Tensor, options?: { margin?: number | undefined; reduction?: number | undefined }): Tensor;
  (input1: Tensor, input2: Tensor, target: Tensor, margin: number, options?: { reduction?: number | undefined }): Tensor;
  (input1: Tensor, input2: Tensor, target: Tensor, margin: number, reduction: number): Tensor;
} = op("margin_ranking_loss");

/**
 * - `masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor`
 * - `masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor`
 */
export const maskedFill: {
  (input: Tensor, mask: Tensor, value: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("masked_fill");

/**
 * - `masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value) -> Tensor(a!)`
 * - `masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value) -> Tensor(a!)`
 */
export const maskedFill_: {
  (input: Tensor, mask: Tensor, value: Tensor | Scalar): Tensor;
} = op("masked_fill_");

/** `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor` */
export const maskedScatter: {
  (input: Tensor, mask: Tensor, source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("masked_scatter");

/** `masked_scatter_(Tensor(a!) self, Tensor mask, Tensor source) -> Tensor(a!)` */
export const maskedScatter_: {
  (input: Tensor, mask: Tensor, source: Tensor): Tensor;
} = op("masked_scatter_");

/** `masked_scatter_backward(Tensor grad_output, Tensor mask, SymInt[] sizes) -> Tensor` */
export const maskedScatterBackward: {
  (gradOutput: Tensor, mask: Tensor, sizes: readonly number[]): Tensor;
} = op("masked_scatter_backward");

/** `masked_select(Tensor self, Tensor mask) -> Tensor` */
export const maskedSelect: {
  (input: Tensor, mask: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("masked_select");

/** `masked_select_backward(Tensor grad, Tensor input, Tensor mask) -> Tensor` */
export const maskedSelectBackward: {
  (grad: Tensor, input: Tensor, mask: Tensor): Tensor;
} = op("masked_select_backward");

/** `matmul(Tensor self, Tensor other) -> Tensor` */
export const matmul: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("matmul");

/** `matmul_backward(Tensor grad, Tensor self, Tensor other, bool[2] mask) -> (Tensor, Tensor)` */
export const matmulBackward: {
  (grad: Tensor, input: Tensor, other: Tensor, mask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("matmul_backward");

/** `matrix_H(Tensor(a) self) -> Tensor(a)` */
export const matrixH: {
  (input: Tensor): Tensor;
} = op("matrix_H");

/** `matrix_exp(Tensor self) -> Tensor` */
export const matrixExp: {
  (input: Tensor): Tensor;
} = op("matrix_exp");

/** `matrix_exp_backward(Tensor self, Tensor grad) -> Tensor` */
export const matrixExpBackward: {
  (input: Tensor, grad: Tensor): Tensor;
} = op("matrix_exp_backward");

/** `matrix_power(Tensor self, int n) -> Tensor` */
export const matrixPower: {
  (input: Tensor, n: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("matrix_power");

/**
 * - `max(Tensor self) -> Tensor`
 * - `max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
 * - `max.other(Tensor self, Tensor other) -> Tensor`
 */
export const max: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("max");

/** `max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
export const maxPool1d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
} = op("max_pool1d");

/** `max_pool1d_with_indices(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)` */
export const maxPool1dWithIndices: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): [Tensor, Tensor];
} = op("max_pool1d_with_indices");

/** `max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export const maxPool2d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
} = op("max_pool2d");

/** `max_pool2d_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export const maxPool2dBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("max_pool2d_backward");

/** `max_pool2d_with_indices(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)` */
export const maxPool2dWithIndices: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("max_pool2d_with_indices");

/** `max_pool2d_with_indices_backward(Tensor grad_output, Tensor self, int[2] kernel_size, int[2] stride, int[2] padding, int[2] dilation, bool ceil_mode, Tensor indices) -> Tensor` */
export const maxPool2dWithIndicesBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("max_pool2d_with_indices_backward");

/** `max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
export const maxPool3d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean): Tensor;
} = op("max_pool3d");

/** `max_pool3d_with_indices(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)` */
export const maxPool3dWithIndices: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("max_pool3d_with_indices");

/** `max_pool3d_with_indices_backward(Tensor grad_output, Tensor self, int[3] kernel_size, int[3] stride, int[3] padding, int[3] dilation, bool ceil_mode, Tensor indices) -> Tensor` */
export const maxPool3dWithIndicesBackward: {
  (gradOutput: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, indices: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("max_pool3d_with_indices_backward");

/** `max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor` */
export const maxUnpool2d: {
  (input: Tensor, indices: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("max_unpool2d");

/** `max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor` */
export const maxUnpool3d: {
  (input: Tensor, indices: Tensor, outputSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("max_unpool3d");

/** `maximum(Tensor self, Tensor other) -> Tensor` */
export const maximum: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("maximum");

/**
 * - `mean(Tensor self, *, ScalarType? dtype=None) -> Tensor`
 * - `mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 */
export const mean: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("mean");

/**
 * - `median(Tensor self) -> Tensor`
 * - `median.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
 */
export const median: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("median");

/**
 * - `meshgrid(Tensor[] tensors) -> Tensor[]`
 * - `meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]`
 */
export const meshgrid: {
  (tensors: readonly Tensor[]): Tensor[];
  (tensors: readonly Tensor[], options: { indexing: "ij" | "xy" }): Tensor[];
} = op("meshgrid");

/**
 * - `min(Tensor self) -> Tensor`
 * - `min.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
 * - `min.other(Tensor self, Tensor other) -> Tensor`
 */
export const min: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("min");

/** `minimum(Tensor self, Tensor other) -> Tensor` */
export const minimum: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("minimum");

/** `miopen_batch_norm(Tensor input, Tensor weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float exponential_average_factor, float epsilon) -> (Tensor, Tensor, Tensor)` */
export const miopenBatchNorm: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, exponentialAverageFactor: number, epsilon: number, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("miopen_batch_norm");

/** `miopen_batch_norm_backward(Tensor input, Tensor grad_output, Tensor weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_var, float epsilon) -> (Tensor, Tensor, Tensor)` */
export const miopenBatchNormBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, runningMean: Tensor | null, runningVar: Tensor | null, saveMean: Tensor | null, saveVar: Tensor | null, epsilon: number, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("miopen_batch_norm_backward");

/** `miopen_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
export const miopenConvolution: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("miopen_convolution");

/** `miopen_convolution_add_relu(Tensor self, Tensor weight, Tensor z, Scalar? alpha, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
export const miopenConvolutionAddRelu: {
  (input: Tensor, weight: Tensor, z: Tensor, alpha: Scalar | null, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number): Tensor;
} = op("miopen_convolution_add_relu");

/** `miopen_convolution_relu(Tensor self, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups) -> Tensor` */
export const miopenConvolutionRelu: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, stride: readonly number[], padding: readonly number[], dilation: readonly number[], groups: number): Tensor;
} = op("miopen_convolution_relu");

/** `miopen_convolution_transpose(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
export const miopenConvolutionTranspose: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("miopen_convolution_transpose");

/**
 * - `miopen_ctc_loss(Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, int blank, bool deterministic, bool zero_infinity) -> (Tensor, Tensor)`
 * - `miopen_ctc_loss.Tensor(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, int blank, bool deterministic, bool zero_infinity) -> (Tensor, Tensor)`
 */
export const miopenCtcLoss: {
  (logProbs: Tensor, targets: Tensor, inputLengths: readonly number[], targetLengths: readonly number[], blank: number, deterministic: boolean, zeroInfinity: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (logProbs: Tensor, targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: number, deterministic: boolean, zeroInfinity: boolean): [Tensor, Tensor];
} = op("miopen_ctc_loss");

/** `miopen_depthwise_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool benchmark, bool deterministic) -> Tensor` */
export const miopenDepthwiseConvolution: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, benchmark: boolean, deterministic: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("miopen_depthwise_convolution");

/** `miopen_rnn(Tensor input, Tensor[] weight, int weight_stride0, Tensor hx, Tensor? cx, int mode, int hidden_size, int num_layers, bool batch_first, float dropout, bool train, bool bidirectional, int[] batch_sizes, Tensor? dropout_state) -> (Tensor, Tensor, Tensor, Tensor, Tensor)` */
export const miopenRnn: {
  (input: Tensor, weight: readonly Tensor[], weightStride0: number, hx: Tensor, cx: Tensor | null, mode: number, hiddenSize: number, numLayers: number, batchFirst: boolean, dropout: number, train: boolean, bidirectional: boolean, batchSizes: readonly number[], dropoutState: Tensor | null, options?: { out?: readonly [Tensor, Tensor, Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor, Tensor, Tensor];
} = op("miopen_rnn");

/** `miopen_rnn_backward(Tensor input, Tensor[] weight, int weight_stride0, Tensor weight_buf, Tensor hx, Tensor? cx, Tensor output, Tensor? grad_output, Tensor? grad_hy, Tensor? grad_cy, int mode, int hidden_size, int num_layers, bool batch_first, float dropout, bool train, bool bidirectional, int[] batch_sizes, Tensor? dropout_state, Tensor reserve, bool[4] output_mask) -> (Tensor, Tensor, Tensor, Tensor[])` */
export const miopenRnnBackward: {
  (input: Tensor, weight: readonly Tensor[], weightStride0: number, weightBuf: Tensor, hx: Tensor, cx: Tensor | null, output: Tensor, gradOutput: Tensor | null, gradHy: Tensor | null, gradCy: Tensor | null, mode: number, hiddenSize: number, numLayers: number, batchFirst: boolean, dropout: number, train: boolean, bidirectional: boolean, batchSizes: readonly number[], dropoutState: Tensor | null, reserve: Tensor, outputMask: boolean | readonly boolean[]): [Tensor, Tensor, Tensor, Tensor[]];
} = op("miopen_rnn_backward");

/** `mish(Tensor self) -> Tensor` */
export const mish: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("mish");

/** `mish_(Tensor(a!) self) -> Tensor(a!)` */
export const mish_: {
  (input: Tensor): Tensor;
} = op("mish_");

/** `mish_backward(Tensor grad_output, Tensor self) -> Tensor` */
export const mishBackward: {
  (gradOutput: Tensor, input: Tensor): Tensor;
} = op("mish_backward");

/** `mkldnn_adaptive_avg_pool2d(Tensor self, int[2] output_size) -> Tensor` */
export const mkldnnAdaptiveAvgPool2d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_adaptive_avg_pool2d");

/** `mkldnn_adaptive_avg_pool2d_backward(Tensor grad_output, Tensor self) -> Tensor` */
export const mkldnnAdaptiveAvgPool2dBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_adaptive_avg_pool2d_backward");

/** `mkldnn_convolution(Tensor self, Tensor weight, Tensor? bias, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups) -> Tensor` */
export const mkldnnConvolution: {
  (input: Tensor, weight: Tensor, bias: Tensor | null, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_convolution");

/** `mkldnn_linear(Tensor self, Tensor weight, Tensor? bias=None) -> Tensor` */
export const mkldnnLinear: {
  (input: Tensor, weight: Tensor, options?: { bias?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, bias: Tensor | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_linear");

/** `mkldnn_linear_backward(Tensor self, Tensor grad_output, Tensor weight, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const mkldnnLinearBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("mkldnn_linear_backward");

/** `mkldnn_linear_backward_input(int[] input_size, Tensor grad_output, Tensor weight) -> Tensor` */
export const mkldnnLinearBackwardInput: {
  (inputSize: readonly number[], gradOutput: Tensor, weight: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_linear_backward_input");

/** `mkldnn_linear_backward_weights(Tensor grad_output, Tensor input, Tensor weight, bool bias_defined) -> (Tensor, Tensor)` */
export const mkldnnLinearBackwardWeights: {
  (gradOutput: Tensor, input: Tensor, weight: Tensor, biasDefined: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("mkldnn_linear_backward_weights");

/** `mkldnn_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export const mkldnnMaxPool2d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_max_pool2d");

/** `mkldnn_max_pool2d_backward(Tensor grad_output, Tensor output, Tensor input, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export const mkldnnMaxPool2dBackward: {
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_max_pool2d_backward");

/** `mkldnn_max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
export const mkldnnMaxPool3d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_max_pool3d");

/** `mkldnn_max_pool3d_backward(Tensor grad_output, Tensor output, Tensor input, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
export const mkldnnMaxPool3dBackward: {
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, output: Tensor, input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_max_pool3d_backward");

/** `mkldnn_reorder_conv2d_weight(Tensor self, SymInt[2] padding=[0, 0], SymInt[2] stride=[1, 1], SymInt[2] dilation=[1, 1], SymInt groups=1, SymInt[]? input_size=None) -> Tensor` */
export const mkldnnReorderConv2dWeight: {
  (input: Tensor, options?: { padding?: number | readonly number[] | undefined; stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], options?: { groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, options?: { inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, inputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_reorder_conv2d_weight");

/** `mkldnn_reorder_conv3d_weight(Tensor self, SymInt[3] padding=[0, 0, 0], SymInt[3] stride=[1, 1, 1], SymInt[3] dilation=[1, 1, 1], SymInt groups=1, SymInt[]? input_size=None) -> Tensor` */
export const mkldnnReorderConv3dWeight: {
  (input: Tensor, options?: { padding?: number | readonly number[] | undefined; stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], options?: { groups?: number | undefined; inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, options?: { inputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number | readonly number[], stride: number | readonly number[], dilation: number | readonly number[], groups: number, inputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("mkldnn_reorder_conv3d_weight");

/** `mkldnn_rnn_layer(Tensor input, Tensor weight0, Tensor weight1, Tensor weight2, Tensor weight3, Tensor hx_, Tensor cx_, bool reverse, int[] batch_sizes, int mode, int hidden_size, int num_layers, bool has_biases, bool bidirectional, bool batch_first, bool train) -> (Tensor, Tensor, Tensor, Tensor)` */
export const mkldnnRnnLayer: {
  (input: Tensor, weight0: Tensor, weight1: Tensor, weight2: Tensor, weight3: Tensor, hx_: Tensor, cx_: Tensor, reverse: boolean, batchSizes: readonly number[], mode: number, hiddenSize: number, numLayers: number, hasBiases: boolean, bidirectional: boolean, batchFirst: boolean, train: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor, Tensor];
} = op("mkldnn_rnn_layer");

/** `mkldnn_rnn_layer_backward(Tensor input, Tensor weight1, Tensor weight2, Tensor weight3, Tensor weight4, Tensor hx_, Tensor cx_tmp, Tensor output, Tensor hy_, Tensor cy_, Tensor? grad_output, Tensor? grad_hy, Tensor? grad_cy, bool reverse, int mode, int hidden_size, int num_layers, bool has_biases, bool train, bool bidirectional, int[] batch_sizes, bool batch_first, Tensor workspace) -> (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)` */
export const mkldnnRnnLayerBackward: {
  (input: Tensor, weight1: Tensor, weight2: Tensor, weight3: Tensor, weight4: Tensor, hx_: Tensor, cxTmp: Tensor, output: Tensor, hy_: Tensor, cy_: Tensor, gradOutput: Tensor | null, gradHy: Tensor | null, gradCy: Tensor | null, reverse: boolean, mode: number, hiddenSize: number, numLayers: number, hasBiases: boolean, train: boolean, bidirectional: boolean, batchSizes: readonly number[], batchFirst: boolean, workspace: Tensor, options?: { out?: readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
} = op("mkldnn_rnn_layer_backward");

/**
 * - `mm(Tensor self, Tensor mat2) -> Tensor`
 * - `mm.dtype(Tensor self, Tensor mat2, ScalarType out_dtype) -> Tensor`
 */
export const mm: {
  (input: Tensor, mat2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, mat2: Tensor, outDtype: DType, options?: { out?: Tensor | undefined }): Tensor;
} = op("mm");

/** `mode(Tensor self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)` */
export const mode: {
  (input: Tensor, options?: { dim?: number | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("mode");

/**
 * - `moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
 * - `moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
 */
export const moveaxis: {
  (input: Tensor, source: number, destination: number): Tensor;
  (input: Tensor, source: readonly number[], destination: readonly number[]): Tensor;
} = op("moveaxis");

/**
 * - `movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)`
 * - `movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)`
 */
export const movedim: {
  (input: Tensor, source: number, destination: number): Tensor;
  (input: Tensor, source: readonly number[], destination: readonly number[]): Tensor;
} = op("movedim");

/** `mps_convolution_backward(Tensor self, Tensor grad_output, Tensor weight, SymInt[] padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const mpsConvolutionBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, padding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("mps_convolution_backward");

/** `mps_convolution_transpose_backward(Tensor self, Tensor grad_output, Tensor weight, SymInt[] padding, SymInt[] output_padding, SymInt[] stride, SymInt[] dilation, SymInt groups, bool[2] output_mask) -> (Tensor, Tensor)` */
export const mpsConvolutionTransposeBackward: {
  (input: Tensor, gradOutput: Tensor, weight: Tensor, padding: readonly number[], outputPadding: readonly number[], stride: readonly number[], dilation: readonly number[], groups: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("mps_convolution_transpose_backward");

/** `mse_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
export const mseLoss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("mse_loss");

/** `mse_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction) -> Tensor` */
export const mseLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("mse_loss_backward");

/** `msort(Tensor self) -> Tensor` */
export const msort: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("msort");

/**
 * - `mul.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `mul.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const mul: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("mul");

/**
 * - `mul_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `mul_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const mul_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("mul_");

/** `multi_margin_loss(Tensor self, Tensor target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) -> Tensor` */
export const multiMarginLoss: {
  (input: Tensor, target: Tensor, options?: { p?: Scalar | undefined; margin?: Scalar | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, p: Scalar, options?: { margin?: Scalar | undefined; weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, p: Scalar, margin: Scalar, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("multi_margin_loss");

/** `multi_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, Scalar p, Scalar margin, Tensor? weight=None, int reduction=1) -> Tensor` */
export const multiMarginLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, p: Scalar, margin: Scalar, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, input: Tensor, target: Tensor, p: Scalar, margin: Scalar, weight: Tensor | null, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("multi_margin_loss_backward");

/** `multilabel_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
export const multilabelMarginLoss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("multilabel_margin_loss");

/** `multilabel_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction, Tensor is_target) -> Tensor` */
export const multilabelMarginLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, reduction: number, isTarget: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("multilabel_margin_loss_backward");

/** `multilabel_margin_loss_forward(Tensor self, Tensor target, int reduction) -> (Tensor output, Tensor is_target)` */
export const multilabelMarginLossForward: {
  (input: Tensor, target: Tensor, reduction: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, is_target: Tensor];
} = op("multilabel_margin_loss_forward");

/** `multinomial(Tensor self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor` */
export const multinomial: {
  (input: Tensor, numSamples: number, options?: { replacement?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, numSamples: number, replacement: boolean, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("multinomial");

/**
 * - `multiply.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `multiply.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const multiply: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("multiply");

/**
 * - `multiply_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `multiply_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const multiply_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("multiply_");

/** `mv(Tensor self, Tensor vec) -> Tensor` */
export const mv: {
  (input: Tensor, vec: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("mv");

/** `mvlgamma(Tensor self, int p) -> Tensor` */
export const mvlgamma: {
  (input: Tensor, p: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("mvlgamma");

/** `mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)` */
export const mvlgamma_: {
  (input: Tensor, p: number): Tensor;
} = op("mvlgamma_");

/** `nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor` */
export const nanToNum: {
  (input: Tensor, options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, nan: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, nan: number | null, posinf: number | null, options?: { neginf?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, nan: number | null, posinf: number | null, neginf: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("nan_to_num");

/** `nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor(a!)` */
export const nanToNum_: {
  (input: Tensor, options?: { nan?: number | null | undefined; posinf?: number | null | undefined; neginf?: number | null | undefined }): Tensor;
  (input: Tensor, nan: number | null, options?: { posinf?: number | null | undefined; neginf?: number | null | undefined }): Tensor;
  (input: Tensor, nan: number | null, posinf: number | null, options?: { neginf?: number | null | undefined }): Tensor;
  (input: Tensor, nan: number | null, posinf: number | null, neginf: number | null): Tensor;
} = op("nan_to_num_");

/** `nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export const nanmean: {
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("nanmean");

/**
 * - `nanmedian(Tensor self) -> Tensor`
 * - `nanmedian.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)`
 */
export const nanmedian: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, keepdim: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("nanmedian");

/**
 * - `nanquantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
 * - `nanquantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
 */
export const nanquantile: {
  (input: Tensor, q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, q: Tensor | number, dim: number | null, options?: { keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, q: Tensor | number, dim: number | null, keepdim: boolean, options?: { interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
} = op("nanquantile");

/** `nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor` */
export const nansum: {
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("nansum");

/**
 * - `narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)`
 * - `narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)`
 */
export const narrow: {
  (input: Tensor, dim: number, start: number | Tensor, length: number): Tensor;
} = op("narrow");

/** `narrow_copy(Tensor self, int dim, SymInt start, SymInt length) -> Tensor` */
export const narrowCopy: {
  (input: Tensor, dim: number, start: number, length: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("narrow_copy");

/** `native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)` */
export const nativeBatchNorm: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, training: boolean, momentum: number, eps: number, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_batch_norm");

/** `native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const nativeBatchNormBackward: {
  (gradOut: Tensor, input: Tensor, weight: Tensor | null, runningMean: Tensor | null, runningVar: Tensor | null, saveMean: Tensor | null, saveInvstd: Tensor | null, train: boolean, eps: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_batch_norm_backward");

/** `native_channel_shuffle(Tensor self, SymInt groups) -> Tensor` */
export const nativeChannelShuffle: {
  (input: Tensor, groups: number): Tensor;
} = op("native_channel_shuffle");

/** `native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)` */
export const nativeDropout: {
  (input: Tensor, p: number, train: boolean | null, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
} = op("native_dropout");

/** `native_dropout_backward(Tensor grad_output, Tensor mask, float scale) -> Tensor` */
export const nativeDropoutBackward: {
  (gradOutput: Tensor, mask: Tensor, scale: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("native_dropout_backward");

/** `native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)` */
export const nativeGroupNorm: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, N: number, C: number, HxW: number, group: number, eps: number, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_group_norm");

/** `native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, SymInt N, SymInt C, SymInt HxW, int group, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const nativeGroupNormBackward: {
  (gradOut: Tensor, input: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor | null, N: number, C: number, HxW: number, group: number, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_group_norm_backward");

/** `native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)` */
export const nativeLayerNorm: {
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, bias: Tensor | null, eps: number, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_layer_norm");

/** `native_layer_norm_backward(Tensor grad_out, Tensor input, SymInt[] normalized_shape, Tensor mean, Tensor rstd, Tensor? weight, Tensor? bias, bool[3] output_mask) -> (Tensor, Tensor, Tensor)` */
export const nativeLayerNormBackward: {
  (gradOut: Tensor, input: Tensor, normalizedShape: readonly number[], mean: Tensor, rstd: Tensor, weight: Tensor | null, bias: Tensor | null, outputMask: boolean | readonly boolean[], options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("native_layer_norm_backward");

/**
 * - `native_norm(Tensor self, Scalar p=2) -> Tensor`
 * - `native_norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, ScalarType? dtype) -> Tensor`
 */
export const nativeNorm: {
  (input: Tensor, options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim: boolean, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("native_norm");

/**
 * - `ne.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `ne.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const ne: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("ne");

/**
 * - `ne_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `ne_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const ne_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("ne_");

/** `neg(Tensor self) -> Tensor` */
export const neg: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("neg");

/** `neg_(Tensor(a!) self) -> Tensor(a!)` */
export const neg_: {
  (input: Tensor): Tensor;
} = op("neg_");

/** `negative(Tensor self) -> Tensor` */
export const negative: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("negative");

/** `negative_(Tensor(a!) self) -> Tensor(a!)` */
export const negative_: {
  (input: Tensor): Tensor;
} = op("negative_");

/** `nested_to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor` */
export const nestedToPaddedTensor: {
  (input: Tensor, padding: number, options?: { outputSize?: readonly number[] | null | undefined }): Tensor;
  (input: Tensor, padding: number, outputSize: readonly number[] | null): Tensor;
} = op("nested_to_padded_tensor");

/** `new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const newEmpty: {
  (input: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("new_empty");

/** `new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const newEmptyStrided: {
  (input: Tensor, size: readonly number[], stride: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("new_empty_strided");

/** `new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const newFull: {
  (input: Tensor, size: readonly number[], fillValue: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("new_full");

/** `new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const newOnes: {
  (input: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("new_ones");

/** `new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const newZeros: {
  (input: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("new_zeros");

/** `nextafter(Tensor self, Tensor other) -> Tensor` */
export const nextafter: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("nextafter");

/** `nextafter_(Tensor(a!) self, Tensor other) -> Tensor(a!)` */
export const nextafter_: {
  (input: Tensor, other: Tensor): Tensor;
} = op("nextafter_");

/** `nll_loss(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
export const nllLoss: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("nll_loss");

/** `nll_loss2d(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
export const nllLoss2d: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("nll_loss2d");

/** `nll_loss2d_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index, Tensor total_weight) -> Tensor` */
export const nllLoss2dBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, totalWeight: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("nll_loss2d_backward");

/** `nll_loss2d_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)` */
export const nllLoss2dForward: {
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, total_weight: Tensor];
} = op("nll_loss2d_forward");

/** `nll_loss_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index, Tensor total_weight) -> Tensor` */
export const nllLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, totalWeight: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("nll_loss_backward");

/** `nll_loss_forward(Tensor self, Tensor target, Tensor? weight, int reduction, SymInt ignore_index) -> (Tensor output, Tensor total_weight)` */
export const nllLossForward: {
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number, options?: { out?: readonly [Tensor, Tensor] | undefined }): [output: Tensor, total_weight: Tensor];
} = op("nll_loss_forward");

/** `nll_loss_nd(Tensor self, Tensor target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) -> Tensor` */
export const nllLossNd: {
  (input: Tensor, target: Tensor, options?: { weight?: Tensor | null | undefined; reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, options?: { reduction?: number | undefined; ignoreIndex?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, options?: { ignoreIndex?: number | undefined }): Tensor;
  (input: Tensor, target: Tensor, weight: Tensor | null, reduction: number, ignoreIndex: number): Tensor;
} = op("nll_loss_nd");

/** `nonzero(Tensor self) -> Tensor` */
export const nonzero: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("nonzero");

/** `nonzero_numpy(Tensor self) -> Tensor[]` */
export const nonzeroNumpy: {
  (input: Tensor): Tensor[];
} = op("nonzero_numpy");

/** `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor` */
export const nonzeroStatic: {
  (input: Tensor, options: { size: number; fillValue?: number | undefined; out?: Tensor | undefined }): Tensor;
} = op("nonzero_static");

/**
 * - `norm.Scalar(Tensor self, Scalar p=2) -> Tensor`
 * - `norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor`
 * - `norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor`
 * - `norm.ScalarOpt_dtype(Tensor self, Scalar? p, *, ScalarType dtype) -> Tensor`
 */
export const norm: {
  (input: Tensor, options?: { p?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | null, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | null, dim: number | readonly number[], keepdim: boolean, options: { dtype: DType; out?: Tensor | undefined }): Tensor;
  (input: Tensor, p: Scalar | null, options: { dtype: DType; out?: Tensor | undefined }): Tensor;
} = op("norm");

/** `norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor` */
export const normExceptDim: {
  (v: Tensor, options?: { pow?: number | undefined; dim?: number | undefined }): Tensor;
  (v: Tensor, pow: number, options?: { dim?: number | undefined }): Tensor;
  (v: Tensor, pow: number, dim: number): Tensor;
} = op("norm_except_dim");

/**
 * - `normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor`
 * - `normal.Tensor_float(Tensor mean, float std=1., *, Generator? generator=None) -> Tensor`
 * - `normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor`
 * - `normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const normal: {
  (mean: Tensor, std: Tensor | number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (mean: Tensor, options?: { std?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (mean: number, std: Tensor, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (mean: number, std: number, size: readonly number[], options?: { generator?: Generator | null | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("normal");

/** `normal_(Tensor(a!) self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor(a!)` */
export const normal_: {
  (input: Tensor, options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, std: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("normal_");

/** `normal_functional(Tensor self, float mean=0., float std=1., *, Generator? generator=None) -> Tensor` */
export const normalFunctional: {
  (input: Tensor, options?: { mean?: number | undefined; std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, options?: { std?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, mean: number, std: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("normal_functional");

/**
 * - `not_equal.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `not_equal.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const notEqual: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("not_equal");

/**
 * - `not_equal_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `not_equal_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const notEqual_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("not_equal_");

/**
 * - `nuclear_norm(Tensor self, bool keepdim=False) -> Tensor`
 * - `nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor`
 */
export const nuclearNorm: {
  (input: Tensor, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("nuclear_norm");

/** `numel(Tensor self) -> int` */
export const numel: {
  (input: Tensor): number;
} = op("numel");

/** `numpy_T(Tensor(a) self) -> Tensor(a)` */
export const numpyT: {
  (input: Tensor): Tensor;
} = op("numpy_T");

/** `one_hot(Tensor self, int num_classes=-1) -> Tensor` */
export const oneHot: {
  (input: Tensor, options?: { numClasses?: number | undefined }): Tensor;
  (input: Tensor, numClasses: number): Tensor;
} = op("one_hot");

/** `ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const ones: {
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("ones");

/** `ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const onesLike: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("ones_like");

/** `orgqr(Tensor self, Tensor input2) -> Tensor` */
export const orgqr: {
  (input: Tensor, input2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("orgqr");

/** `ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor` */
export const ormqr: {
  (input: Tensor, input2: Tensor, input3: Tensor, options?: { left?: boolean | undefined; transpose?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, input2: Tensor, input3: Tensor, left: boolean, options?: { transpose?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, input2: Tensor, input3: Tensor, left: boolean, transpose: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("ormqr");

/** `outer(Tensor self, Tensor vec2) -> Tensor` */
export const outer: {
  (input: Tensor, vec2: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("outer");

/** `output_nr(Tensor self) -> int` */
export const outputNr: {
  (input: Tensor): number;
} = op("output_nr");

/** `pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor` */
export const pad: {
  (input: Tensor, pad: readonly number[], options?: { mode?: "constant" | "reflect" | "replicate" | "circular" | undefined; value?: number | null | undefined }): Tensor;
  (input: Tensor, pad: readonly number[], mode: "constant" | "reflect" | "replicate" | "circular", options?: { value?: number | null | undefined }): Tensor;
  (input: Tensor, pad: readonly number[], mode: "constant" | "reflect" | "replicate" | "circular", value: number | null): Tensor;
} = op("pad");

/** `pad_sequence(Tensor[] sequences, bool batch_first=False, float padding_value=0., str padding_side="right") -> Tensor` */
export const padSequence: {
  (sequences: readonly Tensor[], options?: { batchFirst?: boolean | undefined; paddingValue?: number | undefined; paddingSide?: string | undefined }): Tensor;
  (sequences: readonly Tensor[], batchFirst: boolean, options?: { paddingValue?: number | undefined; paddingSide?: string | undefined }): Tensor;
  (sequences: readonly Tensor[], batchFirst: boolean, paddingValue: number, options?: { paddingSide?: string | undefined }): Tensor;
  (sequences: readonly Tensor[], batchFirst: boolean, paddingValue: number, paddingSide: string): Tensor;
} = op("pad_sequence");

/** `pairwise_distance(Tensor x1, Tensor x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False) -> Tensor` */
export const pairwiseDistance: {
  (x1: Tensor, x2: Tensor, options?: { p?: number | undefined; eps?: number | undefined; keepdim?: boolean | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, p: number, options?: { eps?: number | undefined; keepdim?: boolean | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, p: number, eps: number, options?: { keepdim?: boolean | undefined }): Tensor;
  (x1: Tensor, x2: Tensor, p: number, eps: number, keepdim: boolean): Tensor;
} = op("pairwise_distance");

/** `pdist(Tensor self, float p=2.) -> Tensor` */
export const pdist: {
  (input: Tensor, options?: { p?: number | undefined }): Tensor;
  (input: Tensor, p: number): Tensor;
} = op("pdist");

/** `permute(Tensor(a) self, int[] dims) -> Tensor(a)` */
export const permute: {
  (input: Tensor, dims: readonly number[]): Tensor;
} = op("permute");

/** `permute_copy(Tensor self, int[] dims) -> Tensor` */
export const permuteCopy: {
  (input: Tensor, dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("permute_copy");

/** `pin_memory(Tensor(a) self, Device? device=None) -> Tensor(a)` */
export const pinMemory: {
  (input: Tensor, options?: { device?: Device | null | undefined }): Tensor;
  (input: Tensor, device: Device | null): Tensor;
} = op("pin_memory");

/** `pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor` */
export const pinverse: {
  (input: Tensor, options?: { rcond?: number | undefined }): Tensor;
  (input: Tensor, rcond: number): Tensor;
} = op("pinverse");

/** `pixel_shuffle(Tensor self, int upscale_factor) -> Tensor` */
export const pixelShuffle: {
  (input: Tensor, upscaleFactor: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("pixel_shuffle");

/** `pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor` */
export const pixelUnshuffle: {
  (input: Tensor, downscaleFactor: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("pixel_unshuffle");

/** `poisson(Tensor self, Generator? generator=None) -> Tensor` */
export const poisson: {
  (input: Tensor, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, generator: Generator | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("poisson");

/** `poisson_nll_loss(Tensor input, Tensor target, bool log_input, bool full, float eps, int reduction) -> Tensor` */
export const poissonNllLoss: {
  (input: Tensor, target: Tensor, logInput: boolean, full: boolean, eps: number, reduction: number): Tensor;
} = op("poisson_nll_loss");

/** `polar(Tensor abs, Tensor angle) -> Tensor` */
export const polar: {
  (abs: Tensor, angle: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("polar");

/** `polygamma(int n, Tensor self) -> Tensor` */
export const polygamma: {
  (n: number, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("polygamma");

/** `polygamma_(Tensor(a!) self, int n) -> Tensor(a!)` */
export const polygamma_: {
  (input: Tensor, n: number): Tensor;
} = op("polygamma_");

/** `positive(Tensor(a) self) -> Tensor(a)` */
export const positive: {
  (input: Tensor): Tensor;
} = op("positive");

/**
 * - `pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor`
 * - `pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor`
 * - `pow.Scalar(Scalar self, Tensor exponent) -> Tensor`
 */
export const pow: {
  (input: Tensor, exponent: Scalar | Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, exponent: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("pow");

/**
 * - `pow_.Tensor(Tensor(a!) self, Tensor exponent) -> Tensor(a!)`
 * - `pow_.Scalar(Tensor(a!) self, Scalar exponent) -> Tensor(a!)`
 */
export const pow_: {
  (input: Tensor, exponent: Tensor | Scalar): Tensor;
} = op("pow_");

/** `prelu(Tensor self, Tensor weight) -> Tensor` */
export const prelu: {
  (input: Tensor, weight: Tensor): Tensor;
} = op("prelu");

/**
 * - `prod(Tensor self, *, ScalarType? dtype=None) -> Tensor`
 * - `prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 */
export const prod: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("prod");

/** `promote_types(ScalarType type1, ScalarType type2) -> ScalarType` */
export const promoteTypes: {
  (type1: DType, type2: DType): DType;
} = op("promote_types");

/** `put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor` */
export const put: {
  (input: Tensor, index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, index: Tensor, source: Tensor, accumulate: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("put");

/** `put_(Tensor(a!) self, Tensor index, Tensor source, bool accumulate=False) -> Tensor(a!)` */
export const put_: {
  (input: Tensor, index: Tensor, source: Tensor, options?: { accumulate?: boolean | undefined }): Tensor;
  (input: Tensor, index: Tensor, source: Tensor, accumulate: boolean): Tensor;
} = op("put_");

/** `q_per_channel_axis(Tensor self) -> int` */
export const qPerChannelAxis: {
  (input: Tensor): number;
} = op("q_per_channel_axis");

/** `q_per_channel_scales(Tensor self) -> Tensor` */
export const qPerChannelScales: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("q_per_channel_scales");

/** `q_per_channel_zero_points(Tensor self) -> Tensor` */
export const qPerChannelZeroPoints: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("q_per_channel_zero_points");

/** `q_scale(Tensor self) -> float` */
export const qScale: {
  (input: Tensor): number;
} = op("q_scale");

/** `q_zero_point(Tensor self) -> int` */
export const qZeroPoint: {
  (input: Tensor): number;
} = op("q_zero_point");

/** `qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)` */
export const qr: {
  (input: Tensor, options?: { some?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
  (input: Tensor, some: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [Q: Tensor, R: Tensor];
} = op("qr");

/**
 * - `quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
 * - `quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") -> Tensor`
 */
export const quantile: {
  (input: Tensor, q: Tensor | number, options?: { dim?: number | null | undefined; keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, q: Tensor | number, dim: number | null, options?: { keepdim?: boolean | undefined; interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, q: Tensor | number, dim: number | null, keepdim: boolean, options?: { interpolation?: "linear" | "lower" | "higher" | "midpoint" | "nearest" | undefined; out?: Tensor | undefined }): Tensor;
} = op("quantile");

/** `quantize_per_channel(Tensor self, Tensor scales, Tensor zero_points, int axis, ScalarType dtype) -> Tensor` */
export const quantizePerChannel: {
  (input: Tensor, scales: Tensor, zeroPoints: Tensor, axis: number, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantize_per_channel");

/**
 * - `quantize_per_tensor(Tensor self, float scale, int zero_point, ScalarType dtype) -> Tensor`
 * - `quantize_per_tensor.tensor_qparams(Tensor self, Tensor scale, Tensor zero_point, ScalarType dtype) -> Tensor`
 * - `quantize_per_tensor.tensors(Tensor[] tensors, Tensor scales, Tensor zero_points, ScalarType dtype) -> Tensor[]`
 */
export const quantizePerTensor: {
  (input: Tensor, scale: number, zeroPoint: number, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, scale: Tensor, zeroPoint: Tensor, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[], scales: Tensor, zeroPoints: Tensor, dtype: DType): Tensor[];
} = op("quantize_per_tensor");

/** `quantize_per_tensor_dynamic(Tensor self, ScalarType dtype, bool reduce_range) -> Tensor` */
export const quantizePerTensorDynamic: {
  (input: Tensor, dtype: DType, reduceRange: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantize_per_tensor_dynamic");

/** `quantized_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor mean, Tensor var, float eps, float output_scale, int output_zero_point) -> Tensor` */
export const quantizedBatchNorm: {
  (input: Tensor, weight: Tensor | null, bias: Tensor | null, mean: Tensor, var_: Tensor, eps: number, outputScale: number, outputZeroPoint: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantized_batch_norm");

/**
 * - `quantized_gru.data_legacy(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)`
 * - `quantized_gru.input_legacy(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)`
 */
export const quantizedGru: {
  (data: Tensor, batchSizes: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor];
  (input: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor];
} = op("quantized_gru");

/** `quantized_gru_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor b_ih, Tensor b_hh, Tensor packed_ih, Tensor packed_hh, Tensor col_offsets_ih, Tensor col_offsets_hh, Scalar scale_ih, Scalar scale_hh, Scalar zero_point_ih, Scalar zero_point_hh) -> Tensor` */
export const quantizedGruCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor, bHh: Tensor, packedIh: Tensor, packedHh: Tensor, colOffsetsIh: Tensor, colOffsetsHh: Tensor, scaleIh: Scalar, scaleHh: Scalar, zeroPointIh: Scalar, zeroPointHh: Scalar): Tensor;
} = op("quantized_gru_cell");

/**
 * - `quantized_lstm.data_legacy(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)`
 * - `quantized_lstm.input_legacy(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first, *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)`
 */
export const quantizedLstm: {
  (data: Tensor, batchSizes: Tensor, hx: readonly Tensor[], params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, options?: { dtype?: DType | null | undefined; useDynamic?: boolean | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, hx: readonly Tensor[], params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean, options?: { dtype?: DType | null | undefined; useDynamic?: boolean | undefined }): [Tensor, Tensor, Tensor];
} = op("quantized_lstm");

/** `quantized_lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor b_ih, Tensor b_hh, Tensor packed_ih, Tensor packed_hh, Tensor col_offsets_ih, Tensor col_offsets_hh, Scalar scale_ih, Scalar scale_hh, Scalar zero_point_ih, Scalar zero_point_hh) -> (Tensor, Tensor)` */
export const quantizedLstmCell: {
  (input: Tensor, hx: readonly Tensor[], wIh: Tensor, wHh: Tensor, bIh: Tensor, bHh: Tensor, packedIh: Tensor, packedHh: Tensor, colOffsetsIh: Tensor, colOffsetsHh: Tensor, scaleIh: Scalar, scaleHh: Scalar, zeroPointIh: Scalar, zeroPointHh: Scalar): [Tensor, Tensor];
} = op("quantized_lstm_cell");

/** `quantized_max_pool1d(Tensor self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> Tensor` */
export const quantizedMaxPool1d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantized_max_pool1d");

/** `quantized_max_pool2d(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> Tensor` */
export const quantizedMaxPool2d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantized_max_pool2d");

/** `quantized_max_pool3d(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> Tensor` */
export const quantizedMaxPool3d: {
  (input: Tensor, kernelSize: number | readonly number[], options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { ceilMode?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, kernelSize: number | readonly number[], stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], ceilMode: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("quantized_max_pool3d");

/** `quantized_rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor b_ih, Tensor b_hh, Tensor packed_ih, Tensor packed_hh, Tensor col_offsets_ih, Tensor col_offsets_hh, Scalar scale_ih, Scalar scale_hh, Scalar zero_point_ih, Scalar zero_point_hh) -> Tensor` */
export const quantizedRnnReluCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor, bHh: Tensor, packedIh: Tensor, packedHh: Tensor, colOffsetsIh: Tensor, colOffsetsHh: Tensor, scaleIh: Scalar, scaleHh: Scalar, zeroPointIh: Scalar, zeroPointHh: Scalar): Tensor;
} = op("quantized_rnn_relu_cell");

/** `quantized_rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor b_ih, Tensor b_hh, Tensor packed_ih, Tensor packed_hh, Tensor col_offsets_ih, Tensor col_offsets_hh, Scalar scale_ih, Scalar scale_hh, Scalar zero_point_ih, Scalar zero_point_hh) -> Tensor` */
export const quantizedRnnTanhCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor, bHh: Tensor, packedIh: Tensor, packedHh: Tensor, colOffsetsIh: Tensor, colOffsetsHh: Tensor, scaleIh: Scalar, scaleHh: Scalar, zeroPointIh: Scalar, zeroPointHh: Scalar): Tensor;
} = op("quantized_rnn_tanh_cell");

/** `rad2deg(Tensor self) -> Tensor` */
export const rad2deg: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("rad2deg");

/** `rad2deg_(Tensor(a!) self) -> Tensor(a!)` */
export const rad2deg_: {
  (input: Tensor): Tensor;
} = op("rad2deg_");

/**
 * - `rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `rand.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const rand: {
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (size: readonly number[], options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("rand");

/**
 * - `rand_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `rand_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 */
export const randLike: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("rand_like");

/**
 * - `randint(SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `randint.generator(SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `randint.low(SymInt low, SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `randint.low_generator(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const randint: {
  (high: number, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (high: number, size: readonly number[], options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (low: number, high: number, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (low: number, high: number, size: readonly number[], options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("randint");

/**
 * - `randint_like(Tensor self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randint_like.Tensor(Tensor self, Tensor high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randint_like.Tensor_generator(Tensor self, Tensor high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randint_like.generator(Tensor self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randint_like.low_dtype(Tensor self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randint_like.low_generator_dtype(Tensor self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 */
export const randintLike: {
  (input: Tensor, high: number | Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, high: Tensor | number, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, low: number, high: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, low: number, high: number, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("randint_like");

/**
 * - `randn(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `randn.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const randn: {
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (size: readonly number[], options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("randn");

/**
 * - `randn_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 * - `randn_like.generator(Tensor self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor`
 */
export const randnLike: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("randn_like");

/**
 * - `random(Tensor self, *, Generator? generator=None) -> Tensor`
 * - `random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor`
 * - `random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor`
 */
export const random: {
  (input: Tensor, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, from: number, to: number | null, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, to: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("random");

/**
 * - `random_(Tensor(a!) self, *, Generator? generator=None) -> Tensor(a!)`
 * - `random_.from(Tensor(a!) self, int from, int? to, *, Generator? generator=None) -> Tensor(a!)`
 * - `random_.to(Tensor(a!) self, int to, *, Generator? generator=None) -> Tensor(a!)`
 */
export const random_: {
  (input: Tensor, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, from: number, to: number | null, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, to: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("random_");

/**
 * - `randperm(SymInt n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `randperm.generator(SymInt n, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const randperm: {
  (n: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (n: number, options: { generator: Generator | null; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("randperm");

/**
 * - `range(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 * - `range.step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor`
 */
export const range: {
  (start: Scalar, end: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar, end: Scalar, options?: { step?: Scalar | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (start: Scalar, end: Scalar, step: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("range");

/** `ravel(Tensor(a) self) -> Tensor(a)` */
export const ravel: {
  (input: Tensor): Tensor;
} = op("ravel");

/** `real(Tensor(a) self) -> Tensor(a)` */
export const real: {
  (input: Tensor): Tensor;
} = op("real");

/** `reciprocal(Tensor self) -> Tensor` */
export const reciprocal: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("reciprocal");

/** `reciprocal_(Tensor(a!) self) -> Tensor(a!)` */
export const reciprocal_: {
  (input: Tensor): Tensor;
} = op("reciprocal_");

/** `reflection_pad1d(Tensor self, SymInt[2] padding) -> Tensor` */
export const reflectionPad1d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad1d");

/** `reflection_pad1d_backward(Tensor grad_output, Tensor self, SymInt[2] padding) -> Tensor` */
export const reflectionPad1dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad1d_backward");

/** `reflection_pad2d(Tensor self, SymInt[4] padding) -> Tensor` */
export const reflectionPad2d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad2d");

/** `reflection_pad2d_backward(Tensor grad_output, Tensor self, SymInt[4] padding) -> Tensor` */
export const reflectionPad2dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad2d_backward");

/** `reflection_pad3d(Tensor self, SymInt[6] padding) -> Tensor` */
export const reflectionPad3d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad3d");

/** `reflection_pad3d_backward(Tensor grad_output, Tensor self, SymInt[6] padding) -> Tensor` */
export const reflectionPad3dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("reflection_pad3d_backward");

/** `relu(Tensor self) -> Tensor` */
export const relu: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("relu");

/** `relu6(Tensor self) -> Tensor` */
export const relu6: {
  (input: Tensor): Tensor;
} = op("relu6");

/** `relu6_(Tensor(a!) self) -> Tensor(a!)` */
export const relu6_: {
  (input: Tensor): Tensor;
} = op("relu6_");

/** `relu_(Tensor(a!) self) -> Tensor(a!)` */
export const relu_: {
  (input: Tensor): Tensor;
} = op("relu_");

/**
 * - `remainder.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `remainder.Scalar(Tensor self, Scalar other) -> Tensor`
 * - `remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor`
 */
export const remainder: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("remainder");

/**
 * - `remainder_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `remainder_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const remainder_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("remainder_");

/** `renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor` */
export const renorm: {
  (input: Tensor, p: Scalar, dim: number, maxnorm: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("renorm");

/** `renorm_(Tensor(a!) self, Scalar p, int dim, Scalar maxnorm) -> Tensor(a!)` */
export const renorm_: {
  (input: Tensor, p: Scalar, dim: number, maxnorm: Scalar): Tensor;
} = op("renorm_");

/** `repeat(Tensor self, SymInt[] repeats) -> Tensor` */
export const repeat: {
  (input: Tensor, repeats: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("repeat");

/**
 * - `repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor`
 * - `repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
 * - `repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor`
 */
export const repeatInterleave: {
  (repeats: Tensor, options?: { outputSize?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, repeats: Tensor | number, options?: { dim?: number | null | undefined; outputSize?: number | null | undefined }): Tensor;
  (input: Tensor, repeats: Tensor | number, dim: number | null, options?: { outputSize?: number | null | undefined }): Tensor;
} = op("repeat_interleave");

/** `replication_pad1d(Tensor self, SymInt[2] padding) -> Tensor` */
export const replicationPad1d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad1d");

/** `replication_pad1d_backward(Tensor grad_output, Tensor self, SymInt[2] padding) -> Tensor` */
export const replicationPad1dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad1d_backward");

/** `replication_pad2d(Tensor self, SymInt[4] padding) -> Tensor` */
export const replicationPad2d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad2d");

/** `replication_pad2d_backward(Tensor grad_output, Tensor self, SymInt[4] padding) -> Tensor` */
export const replicationPad2dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad2d_backward");

/** `replication_pad3d(Tensor self, SymInt[6] padding) -> Tensor` */
export const replicationPad3d: {
  (input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad3d");

/** `replication_pad3d_backward(Tensor grad_output, Tensor self, SymInt[6] padding) -> Tensor` */
export const replicationPad3dBackward: {
  (gradOutput: Tensor, input: Tensor, padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("replication_pad3d_backward");

/** `requires_grad_(Tensor(a!) self, bool requires_grad=True) -> Tensor(a!)` */
export const requiresGrad_: {
  (input: Tensor, options?: { requiresGrad?: boolean | undefined }): Tensor;
  (input: Tensor, requiresGrad: boolean): Tensor;
} = op("requires_grad_");

/** `reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)` */
export const reshape: {
  (input: Tensor, shape: readonly number[]): Tensor;
} = op("reshape");

/** `reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
export const reshapeAs: {
  (input: Tensor, other: Tensor): Tensor;
} = op("reshape_as");

/** `resize(Tensor self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor` */
export const resize: {
  (input: Tensor, size: readonly number[], options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("resize");

/** `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
export const resize_: {
  (input: Tensor, size: readonly number[], options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("resize_");

/** `resize_as(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor` */
export const resizeAs: {
  (input: Tensor, theTemplate: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("resize_as");

/** `resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)` */
export const resizeAs_: {
  (input: Tensor, theTemplate: Tensor, options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("resize_as_");

/** `resize_as_sparse(Tensor self, Tensor the_template) -> Tensor` */
export const resizeAsSparse: {
  (input: Tensor, theTemplate: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("resize_as_sparse");

/** `resize_as_sparse_(Tensor(a!) self, Tensor the_template) -> Tensor(a!)` */
export const resizeAsSparse_: {
  (input: Tensor, theTemplate: Tensor): Tensor;
} = op("resize_as_sparse_");

/** `resolve_conj(Tensor(a) self) -> Tensor(a)` */
export const resolveConj: {
  (input: Tensor): Tensor;
} = op("resolve_conj");

/** `resolve_neg(Tensor(a) self) -> Tensor(a)` */
export const resolveNeg: {
  (input: Tensor): Tensor;
} = op("resolve_neg");

/**
 * - `result_type.Tensor(Tensor tensor, Tensor other) -> ScalarType`
 * - `result_type.Scalar(Tensor tensor, Scalar other) -> ScalarType`
 * - `result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType`
 * - `result_type.Scalar_Tensor(Scalar scalar, Tensor tensor) -> ScalarType`
 */
export const resultType: {
  (tensor: Tensor, other: Tensor | Scalar): DType;
  (scalar1: Scalar, scalar2: Scalar): DType;
  (scalar: Scalar, tensor: Tensor): DType;
} = op("result_type");

/** `retain_grad(Tensor(a!) self) -> ()` */
export const retainGrad: {
  (input: Tensor): void;
} = op("retain_grad");

/** `retains_grad(Tensor self) -> bool` */
export const retainsGrad: {
  (input: Tensor): boolean;
} = op("retains_grad");

/** `rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor` */
export const rmsNorm: {
  (input: Tensor, normalizedShape: readonly number[], options?: { weight?: Tensor | null | undefined; eps?: number | null | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, options?: { eps?: number | null | undefined }): Tensor;
  (input: Tensor, normalizedShape: readonly number[], weight: Tensor | null, eps: number | null): Tensor;
} = op("rms_norm");

/**
 * - `rnn_relu.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)`
 * - `rnn_relu.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)`
 */
export const rnnRelu: {
  (data: Tensor, batchSizes: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor];
  (input: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor];
} = op("rnn_relu");

/** `rnn_relu_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
export const rnnReluCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, bHh: Tensor | null): Tensor;
} = op("rnn_relu_cell");

/**
 * - `rnn_tanh.data(Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)`
 * - `rnn_tanh.input(Tensor input, Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)`
 */
export const rnnTanh: {
  (data: Tensor, batchSizes: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean): [Tensor, Tensor];
  (input: Tensor, hx: Tensor, params: readonly Tensor[], hasBiases: boolean, numLayers: number, dropout: number, train: boolean, bidirectional: boolean, batchFirst: boolean): [Tensor, Tensor];
} = op("rnn_tanh");

/** `rnn_tanh_cell(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor` */
export const rnnTanhCell: {
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, options?: { bIh?: Tensor | null | undefined; bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, options?: { bHh?: Tensor | null | undefined }): Tensor;
  (input: Tensor, hx: Tensor, wIh: Tensor, wHh: Tensor, bIh: Tensor | null, bHh: Tensor | null): Tensor;
} = op("rnn_tanh_cell");

/** `roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor` */
export const roll: {
  (input: Tensor, shifts: number | readonly number[], options?: { dims?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, shifts: number | readonly number[], dims: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("roll");

/** `rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor` */
export const rot90: {
  (input: Tensor, options?: { k?: number | undefined; dims?: readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, k: number, options?: { dims?: readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, k: number, dims: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("rot90");

/**
 * - `round(Tensor self) -> Tensor`
 * - `round.decimals(Tensor self, *, int decimals) -> Tensor`
 */
export const round: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, options: { decimals: number; out?: Tensor | undefined }): Tensor;
} = op("round");

/**
 * - `round_(Tensor(a!) self) -> Tensor(a!)`
 * - `round_.decimals(Tensor(a!) self, *, int decimals) -> Tensor(a!)`
 */
export const round_: {
  (input: Tensor): Tensor;
  (input: Tensor, options: { decimals: number }): Tensor;
} = op("round_");

/** `row_indices(Tensor(a) self) -> Tensor(a)` */
export const rowIndices: {
  (input: Tensor): Tensor;
} = op("row_indices");

/** `row_indices_copy(Tensor self) -> Tensor` */
export const rowIndicesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("row_indices_copy");

/** `row_stack(Tensor[] tensors) -> Tensor` */
export const rowStack: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("row_stack");

/** `rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
export const rrelu: {
  (input: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): Tensor;
} = op("rrelu");

/** `rrelu_(Tensor(a!) self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
export const rrelu_: {
  (input: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): Tensor;
} = op("rrelu_");

/** `rrelu_with_noise(Tensor self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor` */
export const rreluWithNoise: {
  (input: Tensor, noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("rrelu_with_noise");

/** `rrelu_with_noise_(Tensor(a!) self, Tensor(b!) noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> Tensor(a!)` */
export const rreluWithNoise_: {
  (input: Tensor, noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): Tensor;
} = op("rrelu_with_noise_");

/** `rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training, bool self_is_result) -> Tensor` */
export const rreluWithNoiseBackward: {
  (gradOutput: Tensor, input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, selfIsResult: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("rrelu_with_noise_backward");

/** `rrelu_with_noise_functional(Tensor self, Tensor noise, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) -> (Tensor, Tensor noise_out)` */
export const rreluWithNoiseFunctional: {
  (input: Tensor, noise: Tensor, options?: { lower?: Scalar | undefined; upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  (input: Tensor, noise: Tensor, lower: Scalar, options?: { upper?: Scalar | undefined; training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, options?: { training?: boolean | undefined; generator?: Generator | null | undefined }): [Tensor, Tensor];
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, options?: { generator?: Generator | null | undefined }): [Tensor, Tensor];
  (input: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean, generator: Generator | null): [Tensor, Tensor];
} = op("rrelu_with_noise_functional");

/** `rsqrt(Tensor self) -> Tensor` */
export const rsqrt: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("rsqrt");

/** `rsqrt_(Tensor(a!) self) -> Tensor(a!)` */
export const rsqrt_: {
  (input: Tensor): Tensor;
} = op("rsqrt_");

/**
 * - `rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
 * - `rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
 */
export const rsub: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("rsub");

/** `scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const scalarTensor: {
  (s: Scalar, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("scalar_tensor");

/** `scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor` */
export const scaledDotProductAttention: {
  (query: Tensor, key: Tensor, value: Tensor, options?: { attnMask?: Tensor | null | undefined; dropoutP?: number | undefined; isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
  (query: Tensor, key: Tensor, value: Tensor, attnMask: Tensor | null, options?: { dropoutP?: number | undefined; isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
  (query: Tensor, key: Tensor, value: Tensor, attnMask: Tensor | null, dropoutP: number, options?: { isCausal?: boolean | undefined; scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
  (query: Tensor, key: Tensor, value: Tensor, attnMask: Tensor | null, dropoutP: number, isCausal: boolean, options?: { scale?: number | null | undefined; enableGqa?: boolean | undefined }): Tensor;
} = op("scaled_dot_product_attention");

/**
 * - `scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor`
 * - `scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor`
 * - `scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor`
 * - `scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor`
 */
export const scatter: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor, options: { reduce: "add" | "multiply"; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, index: Tensor, src: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, index: Tensor, value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, index: Tensor, value: Scalar, options: { reduce: "add" | "multiply"; out?: Tensor | undefined }): Tensor;
} = op("scatter");

/**
 * - `scatter_.reduce(Tensor(a!) self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor(a!)`
 * - `scatter_.src(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)`
 * - `scatter_.value(Tensor(a!) self, int dim, Tensor index, Scalar value) -> Tensor(a!)`
 * - `scatter_.value_reduce(Tensor(a!) self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor(a!)`
 */
export const scatter_: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor, options: { reduce: "add" | "multiply" }): Tensor;
  (input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor;
  (input: Tensor, dim: number, index: Tensor, value: Scalar): Tensor;
  (input: Tensor, dim: number, index: Tensor, value: Scalar, options: { reduce: "add" | "multiply" }): Tensor;
} = op("scatter_");

/** `scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor` */
export const scatterAdd: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("scatter_add");

/** `scatter_add_(Tensor(a!) self, int dim, Tensor index, Tensor src) -> Tensor(a!)` */
export const scatterAdd_: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor): Tensor;
} = op("scatter_add_");

/** `scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor` */
export const scatterReduce: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor, reduce: "sum" | "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined; out?: Tensor | undefined }): Tensor;
} = op("scatter_reduce");

/** `scatter_reduce_.two(Tensor(a!) self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor(a!)` */
export const scatterReduce_: {
  (input: Tensor, dim: number, index: Tensor, src: Tensor, reduce: "sum" | "prod" | "mean" | "amax" | "amin", options?: { includeSelf?: boolean | undefined }): Tensor;
} = op("scatter_reduce_");

/**
 * - `searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`
 * - `searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) -> Tensor`
 */
export const searchsorted: {
  (sortedSequence: Tensor, input: Tensor | Scalar, options?: { outInt32?: boolean | undefined; right?: boolean | undefined; side?: "left" | "right" | null | undefined; sorter?: Tensor | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("searchsorted");

/** `segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor` */
export const segmentReduce: {
  (data: Tensor, reduce: "sum" | "mean" | "max" | "min" | "prod", options?: { lengths?: Tensor | null | undefined; indices?: Tensor | null | undefined; offsets?: Tensor | null | undefined; axis?: number | undefined; unsafe?: boolean | undefined; initial?: Scalar | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("segment_reduce");

/** `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)` */
export const select: {
  (input: Tensor, dim: number, index: number): Tensor;
} = op("select");

/** `select_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt index) -> Tensor` */
export const selectBackward: {
  (gradOutput: Tensor, inputSizes: readonly number[], dim: number, index: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("select_backward");

/** `select_copy.int(Tensor self, int dim, SymInt index) -> Tensor` */
export const selectCopy: {
  (input: Tensor, dim: number, index: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("select_copy");

/** `select_scatter(Tensor self, Tensor src, int dim, SymInt index) -> Tensor` */
export const selectScatter: {
  (input: Tensor, src: Tensor, dim: number, index: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("select_scatter");

/** `selu(Tensor self) -> Tensor` */
export const selu: {
  (input: Tensor): Tensor;
} = op("selu");

/** `selu_(Tensor(a!) self) -> Tensor(a!)` */
export const selu_: {
  (input: Tensor): Tensor;
} = op("selu_");

/**
 * - `set(Tensor self) -> Tensor`
 * - `set.source_Tensor(Tensor self, Tensor source) -> Tensor`
 */
export const set: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, source: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("set");

/**
 * - `set_(Tensor(a!) self) -> Tensor(a!)`
 * - `set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)`
 * - `set_.source_Tensor_storage_offset(Tensor(a!) self, Tensor source, SymInt storage_offset, SymInt[] size, SymInt[] stride=[]) -> Tensor(a!)`
 */
export const set_: {
  (input: Tensor): Tensor;
  (input: Tensor, source: Tensor): Tensor;
  (input: Tensor, source: Tensor, storageOffset: number, size: readonly number[], options?: { stride?: readonly number[] | undefined }): Tensor;
  (input: Tensor, source: Tensor, storageOffset: number, size: readonly number[], stride: readonly number[]): Tensor;
} = op("set_");

/** `set_data(Tensor(a!) self, Tensor new_data) -> ()` */
export const setData: {
  (input: Tensor, newData: Tensor): void;
} = op("set_data");

/** `sgn(Tensor self) -> Tensor` */
export const sgn: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sgn");

/** `sgn_(Tensor(a!) self) -> Tensor(a!)` */
export const sgn_: {
  (input: Tensor): Tensor;
} = op("sgn_");

/** `sigmoid(Tensor self) -> Tensor` */
export const sigmoid: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sigmoid");

/** `sigmoid_(Tensor(a!) self) -> Tensor(a!)` */
export const sigmoid_: {
  (input: Tensor): Tensor;
} = op("sigmoid_");

/** `sigmoid_backward(Tensor grad_output, Tensor output) -> Tensor` */
export const sigmoidBackward: {
  (gradOutput: Tensor, output: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sigmoid_backward");

/** `sign(Tensor self) -> Tensor` */
export const sign: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sign");

/** `sign_(Tensor(a!) self) -> Tensor(a!)` */
export const sign_: {
  (input: Tensor): Tensor;
} = op("sign_");

/** `signbit(Tensor self) -> Tensor` */
export const signbit: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("signbit");

/** `silu(Tensor self) -> Tensor` */
export const silu: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("silu");

/** `silu_(Tensor(a!) self) -> Tensor(a!)` */
export const silu_: {
  (input: Tensor): Tensor;
} = op("silu_");

/** `silu_backward(Tensor grad_output, Tensor self) -> Tensor` */
export const siluBackward: {
  (gradOutput: Tensor, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("silu_backward");

/** `sin(Tensor self) -> Tensor` */
export const sin: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sin");

/** `sin_(Tensor(a!) self) -> Tensor(a!)` */
export const sin_: {
  (input: Tensor): Tensor;
} = op("sin_");

/** `sinc(Tensor self) -> Tensor` */
export const sinc: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sinc");

/** `sinc_(Tensor(a!) self) -> Tensor(a!)` */
export const sinc_: {
  (input: Tensor): Tensor;
} = op("sinc_");

/** `sinh(Tensor self) -> Tensor` */
export const sinh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sinh");

/** `sinh_(Tensor(a!) self) -> Tensor(a!)` */
export const sinh_: {
  (input: Tensor): Tensor;
} = op("sinh_");

/** `size.int(Tensor self, int dim) -> int` */
export const size: {
  (input: Tensor, dim: number): number;
} = op("size");

/** `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
export const slice: {
  (input: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor;
} = op("slice");

/** `slice_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt start, SymInt end, SymInt step) -> Tensor` */
export const sliceBackward: {
  (gradOutput: Tensor, inputSizes: readonly number[], dim: number, start: number, end: number, step: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("slice_backward");

/** `slice_copy.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor` */
export const sliceCopy: {
  (input: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, start: number | null, end: number | null, step: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("slice_copy");

/** `slice_inverse(Tensor(a) self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)` */
export const sliceInverse: {
  (input: Tensor, src: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, end: number | null, step: number): Tensor;
} = op("slice_inverse");

/** `slice_scatter(Tensor self, Tensor src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor` */
export const sliceScatter: {
  (input: Tensor, src: Tensor, options?: { dim?: number | undefined; start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, options?: { start?: number | null | undefined; end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, options?: { end?: number | null | undefined; step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, end: number | null, options?: { step?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, src: Tensor, dim: number, start: number | null, end: number | null, step: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("slice_scatter");

/** `slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)` */
export const slogdet: {
  (input: Tensor, options?: { out?: readonly [Tensor, Tensor] | undefined }): [sign: Tensor, logabsdet: Tensor];
} = op("slogdet");

/** `slow_conv3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0]) -> Tensor` */
export const slowConv3d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv3d");

/** `slow_conv3d_forward(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias, SymInt[3] stride, SymInt[3] padding) -> Tensor` */
export const slowConv3dForward: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv3d_forward");

/** `slow_conv_dilated2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor` */
export const slowConvDilated2d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv_dilated2d");

/** `slow_conv_dilated3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
export const slowConvDilated3d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv_dilated3d");

/** `slow_conv_transpose2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt[2] dilation=[1, 1]) -> Tensor` */
export const slowConvTranspose2d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv_transpose2d");

/** `slow_conv_transpose3d(Tensor self, Tensor weight, SymInt[3] kernel_size, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1]) -> Tensor` */
export const slowConvTranspose3d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { outputPadding?: number | readonly number[] | undefined; dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], options?: { dilation?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], outputPadding: number | readonly number[], dilation: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("slow_conv_transpose3d");

/** `smm(Tensor self, Tensor mat2) -> Tensor` */
export const smm: {
  (input: Tensor, mat2: Tensor): Tensor;
} = op("smm");

/** `smooth_l1_loss(Tensor self, Tensor target, int reduction=1, float beta=1.) -> Tensor` */
export const smoothL1Loss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; beta?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { beta?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, beta: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("smooth_l1_loss");

/** `smooth_l1_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction, float beta) -> Tensor` */
export const smoothL1LossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, reduction: number, beta: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("smooth_l1_loss_backward");

/** `soft_margin_loss(Tensor self, Tensor target, int reduction=1) -> Tensor` */
export const softMarginLoss: {
  (input: Tensor, target: Tensor, options?: { reduction?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("soft_margin_loss");

/** `soft_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, int reduction) -> Tensor` */
export const softMarginLossBackward: {
  (gradOutput: Tensor, input: Tensor, target: Tensor, reduction: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("soft_margin_loss_backward");

/** `softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
export const softmax: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("softmax");

/** `softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor` */
export const softplus: {
  (input: Tensor, options?: { beta?: Scalar | undefined; threshold?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, beta: Scalar, options?: { threshold?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, beta: Scalar, threshold: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("softplus");

/** `softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor` */
export const softplusBackward: {
  (gradOutput: Tensor, input: Tensor, beta: Scalar, threshold: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("softplus_backward");

/** `softshrink(Tensor self, Scalar lambd=0.5) -> Tensor` */
export const softshrink: {
  (input: Tensor, options?: { lambd?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("softshrink");

/** `softshrink_backward(Tensor grad_output, Tensor self, Scalar lambd) -> Tensor` */
export const softshrinkBackward: {
  (gradOutput: Tensor, input: Tensor, lambd: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("softshrink_backward");

/**
 * - `sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
 * - `sort.stable(Tensor self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)`
 */
export const sort: {
  (input: Tensor, options?: { dim?: number | undefined; descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, options?: { descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, dim: number, descending: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, options: { stable: boolean | null; dim?: number | undefined; descending?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("sort");

/**
 * - `sparse_bsc_tensor.ccol_row_value(Tensor ccol_indices, Tensor row_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 * - `sparse_bsc_tensor.ccol_row_value_size(Tensor ccol_indices, Tensor row_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseBscTensor: {
  (ccolIndices: Tensor, rowIndices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (ccolIndices: Tensor, rowIndices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_bsc_tensor");

/**
 * - `sparse_bsr_tensor.crow_col_value(Tensor crow_indices, Tensor col_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 * - `sparse_bsr_tensor.crow_col_value_size(Tensor crow_indices, Tensor col_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseBsrTensor: {
  (crowIndices: Tensor, colIndices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (crowIndices: Tensor, colIndices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_bsr_tensor");

/**
 * - `sparse_compressed_tensor.comp_plain_value(Tensor compressed_indices, Tensor plain_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 * - `sparse_compressed_tensor.comp_plain_value_size(Tensor compressed_indices, Tensor plain_indices, Tensor values, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseCompressedTensor: {
  (compressedIndices: Tensor, plainIndices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (compressedIndices: Tensor, plainIndices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_compressed_tensor");

/**
 * - `sparse_coo_tensor.indices(Tensor indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? is_coalesced=None) -> Tensor`
 * - `sparse_coo_tensor.indices_size(Tensor indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool? is_coalesced=None) -> Tensor`
 * - `sparse_coo_tensor.size(int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseCooTensor: {
  (indices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; isCoalesced?: boolean | null | undefined }): Tensor;
  (indices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; isCoalesced?: boolean | null | undefined }): Tensor;
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_coo_tensor");

/**
 * - `sparse_csc_tensor.ccol_row_value(Tensor ccol_indices, Tensor row_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 * - `sparse_csc_tensor.ccol_row_value_size(Tensor ccol_indices, Tensor row_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseCscTensor: {
  (ccolIndices: Tensor, rowIndices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (ccolIndices: Tensor, rowIndices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_csc_tensor");

/**
 * - `sparse_csr_tensor.crow_col_value(Tensor crow_indices, Tensor col_indices, Tensor values, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 * - `sparse_csr_tensor.crow_col_value_size(Tensor crow_indices, Tensor col_indices, Tensor values, int[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False) -> Tensor`
 */
export const sparseCsrTensor: {
  (crowIndices: Tensor, colIndices: Tensor, values: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (crowIndices: Tensor, colIndices: Tensor, values: Tensor, size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("sparse_csr_tensor");

/** `sparse_dim(Tensor self) -> int` */
export const sparseDim: {
  (input: Tensor): number;
} = op("sparse_dim");

/** `sparse_mask(Tensor self, Tensor mask) -> Tensor` */
export const sparseMask: {
  (input: Tensor, mask: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sparse_mask");

/** `sparse_resize(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor` */
export const sparseResize: {
  (input: Tensor, size: readonly number[], sparseDim: number, denseDim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("sparse_resize");

/** `sparse_resize_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
export const sparseResize_: {
  (input: Tensor, size: readonly number[], sparseDim: number, denseDim: number): Tensor;
} = op("sparse_resize_");

/** `sparse_resize_and_clear(Tensor self, int[] size, int sparse_dim, int dense_dim) -> Tensor` */
export const sparseResizeAndClear: {
  (input: Tensor, size: readonly number[], sparseDim: number, denseDim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("sparse_resize_and_clear");

/** `sparse_resize_and_clear_(Tensor(a!) self, int[] size, int sparse_dim, int dense_dim) -> Tensor(a!)` */
export const sparseResizeAndClear_: {
  (input: Tensor, size: readonly number[], sparseDim: number, denseDim: number): Tensor;
} = op("sparse_resize_and_clear_");

/** `sparse_sampled_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export const sparseSampledAddmm: {
  (input: Tensor, mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("sparse_sampled_addmm");

/** `special_airy_ai(Tensor x) -> Tensor` */
export const specialAiryAi: {
  (x: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_airy_ai");

/** `special_bessel_j0(Tensor self) -> Tensor` */
export const specialBesselJ0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_bessel_j0");

/** `special_bessel_j1(Tensor self) -> Tensor` */
export const specialBesselJ1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_bessel_j1");

/** `special_bessel_y0(Tensor self) -> Tensor` */
export const specialBesselY0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_bessel_y0");

/** `special_bessel_y1(Tensor self) -> Tensor` */
export const specialBesselY1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_bessel_y1");

/**
 * - `special_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`
 * - `special_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialChebyshevPolynomialT: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_chebyshev_polynomial_t");

/**
 * - `special_chebyshev_polynomial_u(Tensor x, Tensor n) -> Tensor`
 * - `special_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialChebyshevPolynomialU: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_chebyshev_polynomial_u");

/**
 * - `special_chebyshev_polynomial_v(Tensor x, Tensor n) -> Tensor`
 * - `special_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialChebyshevPolynomialV: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_chebyshev_polynomial_v");

/**
 * - `special_chebyshev_polynomial_w(Tensor x, Tensor n) -> Tensor`
 * - `special_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialChebyshevPolynomialW: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_chebyshev_polynomial_w");

/** `special_digamma(Tensor self) -> Tensor` */
export const specialDigamma: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_digamma");

/** `special_entr(Tensor self) -> Tensor` */
export const specialEntr: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_entr");

/** `special_erf(Tensor self) -> Tensor` */
export const specialErf: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_erf");

/** `special_erfc(Tensor self) -> Tensor` */
export const specialErfc: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_erfc");

/** `special_erfcx(Tensor self) -> Tensor` */
export const specialErfcx: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_erfcx");

/** `special_erfinv(Tensor self) -> Tensor` */
export const specialErfinv: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_erfinv");

/** `special_exp2(Tensor self) -> Tensor` */
export const specialExp2: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_exp2");

/** `special_expit(Tensor self) -> Tensor` */
export const specialExpit: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_expit");

/** `special_expm1(Tensor self) -> Tensor` */
export const specialExpm1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_expm1");

/** `special_gammainc(Tensor self, Tensor other) -> Tensor` */
export const specialGammainc: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_gammainc");

/** `special_gammaincc(Tensor self, Tensor other) -> Tensor` */
export const specialGammaincc: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_gammaincc");

/** `special_gammaln(Tensor self) -> Tensor` */
export const specialGammaln: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_gammaln");

/**
 * - `special_hermite_polynomial_h(Tensor x, Tensor n) -> Tensor`
 * - `special_hermite_polynomial_h.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_hermite_polynomial_h.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialHermitePolynomialH: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_hermite_polynomial_h");

/**
 * - `special_hermite_polynomial_he(Tensor x, Tensor n) -> Tensor`
 * - `special_hermite_polynomial_he.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_hermite_polynomial_he.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialHermitePolynomialHe: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_hermite_polynomial_he");

/** `special_i0(Tensor self) -> Tensor` */
export const specialI0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_i0");

/** `special_i0e(Tensor self) -> Tensor` */
export const specialI0e: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_i0e");

/** `special_i1(Tensor self) -> Tensor` */
export const specialI1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_i1");

/** `special_i1e(Tensor self) -> Tensor` */
export const specialI1e: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_i1e");

/**
 * - `special_laguerre_polynomial_l(Tensor x, Tensor n) -> Tensor`
 * - `special_laguerre_polynomial_l.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_laguerre_polynomial_l.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialLaguerrePolynomialL: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_laguerre_polynomial_l");

/**
 * - `special_legendre_polynomial_p(Tensor x, Tensor n) -> Tensor`
 * - `special_legendre_polynomial_p.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_legendre_polynomial_p.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialLegendrePolynomialP: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_legendre_polynomial_p");

/** `special_log1p(Tensor self) -> Tensor` */
export const specialLog1p: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_log1p");

/** `special_log_ndtr(Tensor self) -> Tensor` */
export const specialLogNdtr: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_log_ndtr");

/** `special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor` */
export const specialLogSoftmax: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
} = op("special_log_softmax");

/** `special_logit(Tensor self, float? eps=None) -> Tensor` */
export const specialLogit: {
  (input: Tensor, options?: { eps?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, eps: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_logit");

/** `special_logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor` */
export const specialLogsumexp: {
  (input: Tensor, dim: number | readonly number[], options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_logsumexp");

/** `special_modified_bessel_i0(Tensor self) -> Tensor` */
export const specialModifiedBesselI0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_modified_bessel_i0");

/** `special_modified_bessel_i1(Tensor self) -> Tensor` */
export const specialModifiedBesselI1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_modified_bessel_i1");

/** `special_modified_bessel_k0(Tensor self) -> Tensor` */
export const specialModifiedBesselK0: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_modified_bessel_k0");

/** `special_modified_bessel_k1(Tensor self) -> Tensor` */
export const specialModifiedBesselK1: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_modified_bessel_k1");

/** `special_multigammaln(Tensor self, int p) -> Tensor` */
export const specialMultigammaln: {
  (input: Tensor, p: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_multigammaln");

/** `special_ndtr(Tensor self) -> Tensor` */
export const specialNdtr: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_ndtr");

/** `special_ndtri(Tensor self) -> Tensor` */
export const specialNdtri: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_ndtri");

/** `special_polygamma(int n, Tensor self) -> Tensor` */
export const specialPolygamma: {
  (n: number, input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_polygamma");

/** `special_psi(Tensor self) -> Tensor` */
export const specialPsi: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_psi");

/** `special_round(Tensor self, *, int decimals=0) -> Tensor` */
export const specialRound: {
  (input: Tensor, options?: { decimals?: number | undefined; out?: Tensor | undefined }): Tensor;
} = op("special_round");

/** `special_scaled_modified_bessel_k0(Tensor x) -> Tensor` */
export const specialScaledModifiedBesselK0: {
  (x: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_scaled_modified_bessel_k0");

/** `special_scaled_modified_bessel_k1(Tensor x) -> Tensor` */
export const specialScaledModifiedBesselK1: {
  (x: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_scaled_modified_bessel_k1");

/**
 * - `special_shifted_chebyshev_polynomial_t(Tensor x, Tensor n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialShiftedChebyshevPolynomialT: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_shifted_chebyshev_polynomial_t");

/**
 * - `special_shifted_chebyshev_polynomial_u(Tensor x, Tensor n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialShiftedChebyshevPolynomialU: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_shifted_chebyshev_polynomial_u");

/**
 * - `special_shifted_chebyshev_polynomial_v(Tensor x, Tensor n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialShiftedChebyshevPolynomialV: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_shifted_chebyshev_polynomial_v");

/**
 * - `special_shifted_chebyshev_polynomial_w(Tensor x, Tensor n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n) -> Tensor`
 * - `special_shifted_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n) -> Tensor`
 */
export const specialShiftedChebyshevPolynomialW: {
  (x: Tensor, n: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (x: Scalar, n: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_shifted_chebyshev_polynomial_w");

/** `special_sinc(Tensor self) -> Tensor` */
export const specialSinc: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_sinc");

/** `special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor` */
export const specialSoftmax: {
  (input: Tensor, dim: number, options?: { dtype?: DType | null | undefined }): Tensor;
  (input: Tensor, dim: number, dtype: DType | null): Tensor;
} = op("special_softmax");

/** `special_spherical_bessel_j0(Tensor x) -> Tensor` */
export const specialSphericalBesselJ0: {
  (x: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_spherical_bessel_j0");

/**
 * - `special_xlog1py(Tensor self, Tensor other) -> Tensor`
 * - `special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `special_xlog1py.self_scalar(Scalar self, Tensor other) -> Tensor`
 */
export const specialXlog1py: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_xlog1py");

/**
 * - `special_xlogy(Tensor self, Tensor other) -> Tensor`
 * - `special_xlogy.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `special_xlogy.self_scalar(Scalar self, Tensor other) -> Tensor`
 */
export const specialXlogy: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_xlogy");

/**
 * - `special_zeta(Tensor self, Tensor other) -> Tensor`
 * - `special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor`
 * - `special_zeta.self_scalar(Scalar self, Tensor other) -> Tensor`
 */
export const specialZeta: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("special_zeta");

/**
 * - `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]`
 * - `split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]`
 */
export const split: {
  (input: Tensor, splitSize: number | readonly number[], options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSize: number | readonly number[], dim: number): Tensor[];
} = op("split");

/** `split_copy.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]` */
export const splitCopy: {
  (input: Tensor, splitSize: number, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSize: number, dim: number): Tensor[];
} = op("split_copy");

/** `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]` */
export const splitWithSizes: {
  (input: Tensor, splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSizes: readonly number[], dim: number): Tensor[];
} = op("split_with_sizes");

/** `split_with_sizes_copy(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]` */
export const splitWithSizesCopy: {
  (input: Tensor, splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSizes: readonly number[], dim: number): Tensor[];
} = op("split_with_sizes_copy");

/** `sqrt(Tensor self) -> Tensor` */
export const sqrt: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("sqrt");

/** `sqrt_(Tensor(a!) self) -> Tensor(a!)` */
export const sqrt_: {
  (input: Tensor): Tensor;
} = op("sqrt_");

/** `square(Tensor self) -> Tensor` */
export const square: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("square");

/** `square_(Tensor(a!) self) -> Tensor(a!)` */
export const square_: {
  (input: Tensor): Tensor;
} = op("square_");

/**
 * - `squeeze(Tensor(a) self) -> Tensor(a)`
 * - `squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)`
 * - `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)`
 */
export const squeeze: {
  (input: Tensor): Tensor;
  (input: Tensor, dim: number | readonly number[]): Tensor;
} = op("squeeze");

/**
 * - `squeeze_(Tensor(a!) self) -> Tensor(a!)`
 * - `squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)`
 * - `squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)`
 */
export const squeeze_: {
  (input: Tensor): Tensor;
  (input: Tensor, dim: number | readonly number[]): Tensor;
} = op("squeeze_");

/**
 * - `squeeze_copy(Tensor self) -> Tensor`
 * - `squeeze_copy.dim(Tensor self, int dim) -> Tensor`
 * - `squeeze_copy.dims(Tensor self, int[] dim) -> Tensor`
 */
export const squeezeCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("squeeze_copy");

/** `sspaddmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor` */
export const sspaddmm: {
  (input: Tensor, mat1: Tensor, mat2: Tensor, options?: { beta?: Scalar | undefined; alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
} = op("sspaddmm");

/** `stack(Tensor[] tensors, int dim=0) -> Tensor` */
export const stack: {
  (tensors: readonly Tensor[], options?: { dim?: number | undefined; out?: Tensor | undefined }): Tensor;
  (tensors: readonly Tensor[], dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("stack");

/**
 * - `std(Tensor self, bool unbiased=True) -> Tensor`
 * - `std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
 * - `std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
 */
export const std: {
  (input: Tensor, options?: { unbiased?: boolean | undefined }): Tensor;
  (input: Tensor, unbiased: boolean): Tensor;
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("std");

/**
 * - `std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
 * - `std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
 * - `std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
 */
export const stdMean: {
  (input: Tensor, options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, unbiased: boolean): [Tensor, Tensor];
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean): [Tensor, Tensor];
} = op("std_mean");

/**
 * - `stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
 * - `stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor`
 */
export const stft: {
  (input: Tensor, nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, alignToWindow: boolean | null): Tensor;
  (input: Tensor, nFft: number, options?: { hopLength?: number | null | undefined; winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, options?: { winLength?: number | null | undefined; window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, options?: { window?: Tensor | null | undefined; center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, options?: { center?: boolean | undefined; padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, options?: { padMode?: string | undefined; normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, options?: { normalized?: boolean | undefined; onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, options?: { onesided?: boolean | null | undefined; returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, options?: { returnComplex?: boolean | null | undefined; alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, options?: { alignToWindow?: boolean | null | undefined }): Tensor;
  (input: Tensor, nFft: number, hopLength: number | null, winLength: number | null, window: Tensor | null, center: boolean, padMode: string, normalized: boolean, onesided: boolean | null, returnComplex: boolean | null, alignToWindow: boolean | null): Tensor;
} = op("stft");

/** `storage_offset(Tensor self) -> int` */
export const storageOffset: {
  (input: Tensor): number;
} = op("storage_offset");

/** `stride.int(Tensor self, int dim) -> int` */
export const stride: {
  (input: Tensor, dim: number): number;
} = op("stride");

/**
 * - `sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
 * - `sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
 */
export const sub: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("sub");

/**
 * - `sub_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
 * - `sub_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
 */
export const sub_: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar): Tensor;
} = op("sub_");

/**
 * - `subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor`
 * - `subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor`
 */
export const subtract: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar): Tensor;
} = op("subtract");

/**
 * - `subtract_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)`
 * - `subtract_.Scalar(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)`
 */
export const subtract_: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar): Tensor;
} = op("subtract_");

/**
 * - `sum(Tensor self, *, ScalarType? dtype=None) -> Tensor`
 * - `sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor`
 */
export const sum: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { keepdim?: boolean | undefined; dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, keepdim: boolean, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("sum");

/** `sum_to_size(Tensor self, SymInt[] size) -> Tensor` */
export const sumToSize: {
  (input: Tensor, size: readonly number[]): Tensor;
} = op("sum_to_size");

/** `svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)` */
export const svd: {
  (input: Tensor, options?: { some?: boolean | undefined; computeUv?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  (input: Tensor, some: boolean, options?: { computeUv?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
  (input: Tensor, some: boolean, computeUv: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [U: Tensor, S: Tensor, V: Tensor];
} = op("svd");

/** `swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)` */
export const swapaxes: {
  (input: Tensor, axis0: number, axis1: number): Tensor;
} = op("swapaxes");

/** `swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)` */
export const swapaxes_: {
  (input: Tensor, axis0: number, axis1: number): Tensor;
} = op("swapaxes_");

/** `swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
export const swapdims: {
  (input: Tensor, dim0: number, dim1: number): Tensor;
} = op("swapdims");

/** `swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
export const swapdims_: {
  (input: Tensor, dim0: number, dim1: number): Tensor;
} = op("swapdims_");

/** `sym_constrain_range(Scalar size, *, int? min=None, int? max=None) -> ()` */
export const symConstrainRange: {
  (size: Scalar, options?: { min?: number | null | undefined; max?: number | null | undefined }): void;
} = op("sym_constrain_range");

/** `sym_constrain_range_for_size(Scalar size, *, int? min=None, int? max=None) -> ()` */
export const symConstrainRangeForSize: {
  (size: Scalar, options?: { min?: number | null | undefined; max?: number | null | undefined }): void;
} = op("sym_constrain_range_for_size");

/** `sym_numel(Tensor self) -> SymInt` */
export const symNumel: {
  (input: Tensor): number;
} = op("sym_numel");

/** `sym_size.int(Tensor self, int dim) -> SymInt` */
export const symSize: {
  (input: Tensor, dim: number): number;
} = op("sym_size");

/** `sym_storage_offset(Tensor self) -> SymInt` */
export const symStorageOffset: {
  (input: Tensor): number;
} = op("sym_storage_offset");

/** `sym_stride.int(Tensor self, int dim) -> SymInt` */
export const symStride: {
  (input: Tensor, dim: number): number;
} = op("sym_stride");

/** `t(Tensor(a) self) -> Tensor(a)` */
export const t: {
  (input: Tensor): Tensor;
} = op("t");

/** `t_(Tensor(a!) self) -> Tensor(a!)` */
export const t_: {
  (input: Tensor): Tensor;
} = op("t_");

/** `t_copy(Tensor self) -> Tensor` */
export const tCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("t_copy");

/** `take(Tensor self, Tensor index) -> Tensor` */
export const take: {
  (input: Tensor, index: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("take");

/** `take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor` */
export const takeAlongDim: {
  (input: Tensor, indices: Tensor, options?: { dim?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, indices: Tensor, dim: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("take_along_dim");

/** `tan(Tensor self) -> Tensor` */
export const tan: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("tan");

/** `tan_(Tensor(a!) self) -> Tensor(a!)` */
export const tan_: {
  (input: Tensor): Tensor;
} = op("tan_");

/** `tanh(Tensor self) -> Tensor` */
export const tanh: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("tanh");

/** `tanh_(Tensor(a!) self) -> Tensor(a!)` */
export const tanh_: {
  (input: Tensor): Tensor;
} = op("tanh_");

/** `tanh_backward(Tensor grad_output, Tensor output) -> Tensor` */
export const tanhBackward: {
  (gradOutput: Tensor, output: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("tanh_backward");

/**
 * - `tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]`
 * - `tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]`
 * - `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]`
 */
export const tensorSplit: {
  (input: Tensor, indices: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, indices: readonly number[], dim: number): Tensor[];
  (input: Tensor, sections: number, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, sections: number, dim: number): Tensor[];
  (input: Tensor, tensorIndicesOrSections: Tensor, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, tensorIndicesOrSections: Tensor, dim: number): Tensor[];
} = op("tensor_split");

/** `tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor` */
export const tensordot: {
  (input: Tensor, other: Tensor, dimsSelf: readonly number[], dimsOther: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("tensordot");

/** `thnn_conv2d(Tensor self, Tensor weight, SymInt[2] kernel_size, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0]) -> Tensor` */
export const thnnConv2d: {
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], options?: { bias?: Tensor | null | undefined; stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, options?: { stride?: number | readonly number[] | undefined; padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], options?: { padding?: number | readonly number[] | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, weight: Tensor, kernelSize: number | readonly number[], bias: Tensor | null, stride: number | readonly number[], padding: number | readonly number[], options?: { out?: Tensor | undefined }): Tensor;
} = op("thnn_conv2d");

/** `threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor` */
export const threshold: {
  (input: Tensor, threshold: Scalar, value: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("threshold");

/** `threshold_(Tensor(a!) self, Scalar threshold, Scalar value) -> Tensor(a!)` */
export const threshold_: {
  (input: Tensor, threshold: Scalar, value: Scalar): Tensor;
} = op("threshold_");

/** `threshold_backward(Tensor grad_output, Tensor self, Scalar threshold) -> Tensor` */
export const thresholdBackward: {
  (gradOutput: Tensor, input: Tensor, threshold: Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("threshold_backward");

/** `tile(Tensor self, SymInt[] dims) -> Tensor` */
export const tile: {
  (input: Tensor, dims: readonly number[]): Tensor;
} = op("tile");

/**
 * - `to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)`
 * - `to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)`
 * - `to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)`
 * - `to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)`
 */
export const to: {
  (input: Tensor, device: Device, dtype: DType, options?: { nonBlocking?: boolean | undefined; copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, device: Device, dtype: DType, nonBlocking: boolean, options?: { copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, device: Device, dtype: DType, nonBlocking: boolean, copy: boolean, options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, device: Device, dtype: DType, nonBlocking: boolean, copy: boolean, memoryFormat: MemoryFormat | null): Tensor;
  (input: Tensor, dtype: DType, options?: { nonBlocking?: boolean | undefined; copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, dtype: DType, nonBlocking: boolean, options?: { copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, dtype: DType, nonBlocking: boolean, copy: boolean, options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, dtype: DType, nonBlocking: boolean, copy: boolean, memoryFormat: MemoryFormat | null): Tensor;
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; nonBlocking?: boolean | undefined; copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, other: Tensor, options?: { nonBlocking?: boolean | undefined; copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, other: Tensor, nonBlocking: boolean, options?: { copy?: boolean | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, other: Tensor, nonBlocking: boolean, copy: boolean, options?: { memoryFormat?: MemoryFormat | null | undefined }): Tensor;
  (input: Tensor, other: Tensor, nonBlocking: boolean, copy: boolean, memoryFormat: MemoryFormat | null): Tensor;
} = op("to");

/** `to_dense(Tensor self, ScalarType? dtype=None, *, bool? masked_grad=None) -> Tensor` */
export const toDense: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; maskedGrad?: boolean | null | undefined }): Tensor;
  (input: Tensor, dtype: DType | null, options?: { maskedGrad?: boolean | null | undefined }): Tensor;
} = op("to_dense");

/** `to_dense_backward(Tensor grad, Tensor input, bool? masked_grad=None) -> Tensor` */
export const toDenseBackward: {
  (grad: Tensor, input: Tensor, options?: { maskedGrad?: boolean | null | undefined }): Tensor;
  (grad: Tensor, input: Tensor, maskedGrad: boolean | null): Tensor;
} = op("to_dense_backward");

/** `to_mkldnn(Tensor self, ScalarType? dtype=None) -> Tensor` */
export const toMkldnn: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dtype: DType | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("to_mkldnn");

/** `to_mkldnn_backward(Tensor grad, Tensor input) -> Tensor` */
export const toMkldnnBackward: {
  (grad: Tensor, input: Tensor): Tensor;
} = op("to_mkldnn_backward");

/** `to_padded_tensor(Tensor self, float padding, SymInt[]? output_size=None) -> Tensor` */
export const toPaddedTensor: {
  (input: Tensor, padding: number, options?: { outputSize?: readonly number[] | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, padding: number, outputSize: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("to_padded_tensor");

/**
 * - `to_sparse(Tensor self, *, Layout? layout=None, int[2]? blocksize=None, int? dense_dim=None) -> Tensor`
 * - `to_sparse.sparse_dim(Tensor self, int sparse_dim) -> Tensor`
 */
export const toSparse: {
  (input: Tensor, options?: { layout?: Layout | null | undefined; blocksize?: number | readonly number[] | null | undefined; denseDim?: number | null | undefined }): Tensor;
  (input: Tensor, sparseDim: number): Tensor;
} = op("to_sparse");

/** `to_sparse_bsc(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
export const toSparseBsc: {
  (input: Tensor, blocksize: number | readonly number[], options?: { denseDim?: number | null | undefined }): Tensor;
  (input: Tensor, blocksize: number | readonly number[], denseDim: number | null): Tensor;
} = op("to_sparse_bsc");

/** `to_sparse_bsr(Tensor self, int[2] blocksize, int? dense_dim=None) -> Tensor` */
export const toSparseBsr: {
  (input: Tensor, blocksize: number | readonly number[], options?: { denseDim?: number | null | undefined }): Tensor;
  (input: Tensor, blocksize: number | readonly number[], denseDim: number | null): Tensor;
} = op("to_sparse_bsr");

/** `to_sparse_csc(Tensor self, int? dense_dim=None) -> Tensor` */
export const toSparseCsc: {
  (input: Tensor, options?: { denseDim?: number | null | undefined }): Tensor;
  (input: Tensor, denseDim: number | null): Tensor;
} = op("to_sparse_csc");

/** `to_sparse_csr(Tensor self, int? dense_dim=None) -> Tensor` */
export const toSparseCsr: {
  (input: Tensor, options?: { denseDim?: number | null | undefined }): Tensor;
  (input: Tensor, denseDim: number | null): Tensor;
} = op("to_sparse_csr");

/** `topk(Tensor self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)` */
export const topk: {
  (input: Tensor, k: number, options?: { dim?: number | undefined; largest?: boolean | undefined; sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, k: number, dim: number, options?: { largest?: boolean | undefined; sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, k: number, dim: number, largest: boolean, options?: { sorted?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
  (input: Tensor, k: number, dim: number, largest: boolean, sorted: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [values: Tensor, indices: Tensor];
} = op("topk");

/** `trace(Tensor self) -> Tensor` */
export const trace: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("trace");

/** `trace_backward(Tensor grad, SymInt[] sizes) -> Tensor` */
export const traceBackward: {
  (grad: Tensor, sizes: readonly number[]): Tensor;
} = op("trace_backward");

/** `transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)` */
export const transpose: {
  (input: Tensor, dim0: number, dim1: number): Tensor;
} = op("transpose");

/** `transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)` */
export const transpose_: {
  (input: Tensor, dim0: number, dim1: number): Tensor;
} = op("transpose_");

/** `transpose_copy.int(Tensor self, int dim0, int dim1) -> Tensor` */
export const transposeCopy: {
  (input: Tensor, dim0: number, dim1: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("transpose_copy");

/**
 * - `trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor`
 * - `trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 */
export const trapezoid: {
  (y: Tensor, options?: { dx?: Scalar | undefined; dim?: number | undefined }): Tensor;
  (y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
} = op("trapezoid");

/**
 * - `trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor`
 * - `trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor`
 */
export const trapz: {
  (y: Tensor, options?: { dx?: number | undefined; dim?: number | undefined }): Tensor;
  (y: Tensor, x: Tensor, options?: { dim?: number | undefined }): Tensor;
} = op("trapz");

/** `triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)` */
export const triangularSolve: {
  (input: Tensor, A: Tensor, options?: { upper?: boolean | undefined; transpose?: boolean | undefined; unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  (input: Tensor, A: Tensor, upper: boolean, options?: { transpose?: boolean | undefined; unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  (input: Tensor, A: Tensor, upper: boolean, transpose: boolean, options?: { unitriangular?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
  (input: Tensor, A: Tensor, upper: boolean, transpose: boolean, unitriangular: boolean, options?: { out?: readonly [Tensor, Tensor] | undefined }): [solution: Tensor, cloned_coefficient: Tensor];
} = op("triangular_solve");

/** `tril(Tensor self, SymInt diagonal=0) -> Tensor` */
export const tril: {
  (input: Tensor, options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("tril");

/** `tril_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
export const tril_: {
  (input: Tensor, options?: { diagonal?: number | undefined }): Tensor;
  (input: Tensor, diagonal: number): Tensor;
} = op("tril_");

/** `tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const trilIndices: {
  (row: number, col: number, options?: { offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (row: number, col: number, offset: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("tril_indices");

/** `triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1) -> Tensor` */
export const tripletMarginLoss: {
  (anchor: Tensor, positive: Tensor, negative: Tensor, options?: { margin?: number | undefined; p?: number | undefined; eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
  (anchor: Tensor, positive: Tensor, negative: Tensor, margin: number, options?: { p?: number | undefined; eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
  (anchor: Tensor, positive: Tensor, negative: Tensor, margin: number, p: number, options?: { eps?: number | undefined; swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
  (anchor: Tensor, positive: Tensor, negative: Tensor, margin: number, p: number, eps: number, options?: { swap?: boolean | undefined; reduction?: number | undefined }): Tensor;
  (anchor: Tensor, positive: Tensor, negative: Tensor, margin: number, p: number, eps: number, swap: boolean, options?: { reduction?: number | undefined }): Tensor;
  (anchor: Tensor, positive: Tensor, negative: Tensor, margin: number, p: number, eps: number, swap: boolean, reduction: number): Tensor;
} = op("triplet_margin_loss");

/** `triu(Tensor self, SymInt diagonal=0) -> Tensor` */
export const triu: {
  (input: Tensor, options?: { diagonal?: number | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, diagonal: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("triu");

/** `triu_(Tensor(a!) self, SymInt diagonal=0) -> Tensor(a!)` */
export const triu_: {
  (input: Tensor, options?: { diagonal?: number | undefined }): Tensor;
  (input: Tensor, diagonal: number): Tensor;
} = op("triu_");

/** `triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const triuIndices: {
  (row: number, col: number, options?: { offset?: number | undefined; dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
  (row: number, col: number, offset: number, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("triu_indices");

/**
 * - `true_divide.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `true_divide.Scalar(Tensor self, Scalar other) -> Tensor`
 */
export const trueDivide: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
} = op("true_divide");

/**
 * - `true_divide_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `true_divide_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const trueDivide_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("true_divide_");

/** `trunc(Tensor self) -> Tensor` */
export const trunc: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("trunc");

/** `trunc_(Tensor(a!) self) -> Tensor(a!)` */
export const trunc_: {
  (input: Tensor): Tensor;
} = op("trunc_");

/** `type_as(Tensor self, Tensor other) -> Tensor` */
export const typeAs: {
  (input: Tensor, other: Tensor): Tensor;
} = op("type_as");

/** `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]` */
export const unbind: {
  (input: Tensor, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, dim: number): Tensor[];
} = op("unbind");

/** `unbind_copy.int(Tensor self, int dim=0) -> Tensor[]` */
export const unbindCopy: {
  (input: Tensor, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, dim: number): Tensor[];
} = op("unbind_copy");

/** `unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)` */
export const unflatten: {
  (input: Tensor, dim: number, sizes: readonly number[]): Tensor;
} = op("unflatten");

/** `unflatten_dense_tensors(Tensor flat, Tensor[] tensors) -> Tensor[]` */
export const unflattenDenseTensors: {
  (flat: Tensor, tensors: readonly Tensor[]): Tensor[];
} = op("unflatten_dense_tensors");

/** `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)` */
export const unfold: {
  (input: Tensor, dimension: number, size: number, step: number): Tensor;
} = op("unfold");

/** `unfold_backward(Tensor grad_in, SymInt[] input_sizes, int dim, int size, int step) -> Tensor` */
export const unfoldBackward: {
  (gradIn: Tensor, inputSizes: readonly number[], dim: number, size: number, step: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("unfold_backward");

/** `unfold_copy(Tensor self, int dimension, int size, int step) -> Tensor` */
export const unfoldCopy: {
  (input: Tensor, dimension: number, size: number, step: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("unfold_copy");

/** `uniform(Tensor self, float from=0., float to=1., *, Generator? generator=None) -> Tensor` */
export const uniform: {
  (input: Tensor, options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, from: number, options?: { to?: number | undefined; generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, from: number, to: number, options?: { generator?: Generator | null | undefined; out?: Tensor | undefined }): Tensor;
} = op("uniform");

/** `uniform_(Tensor(a!) self, float from=0., float to=1., *, Generator? generator=None) -> Tensor(a!)` */
export const uniform_: {
  (input: Tensor, options?: { from?: number | undefined; to?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, from: number, options?: { to?: number | undefined; generator?: Generator | null | undefined }): Tensor;
  (input: Tensor, from: number, to: number, options?: { generator?: Generator | null | undefined }): Tensor;
} = op("uniform_");

/** `unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)` */
export const uniqueConsecutive: {
  (input: Tensor, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, returnInverse: boolean, options?: { returnCounts?: boolean | undefined; dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, returnInverse: boolean, returnCounts: boolean, options?: { dim?: number | null | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, returnInverse: boolean, returnCounts: boolean, dim: number | null, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("unique_consecutive");

/** `unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)` */
export const uniqueDim: {
  (input: Tensor, dim: number, options?: { sorted?: boolean | undefined; returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, dim: number, sorted: boolean, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, dim: number, sorted: boolean, returnInverse: boolean, options?: { returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, dim: number, sorted: boolean, returnInverse: boolean, returnCounts: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("unique_dim");

/** `unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)` */
export const uniqueDimConsecutive: {
  (input: Tensor, dim: number, options?: { returnInverse?: boolean | undefined; returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, dim: number, returnInverse: boolean, options?: { returnCounts?: boolean | undefined; out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
  (input: Tensor, dim: number, returnInverse: boolean, returnCounts: boolean, options?: { out?: readonly [Tensor, Tensor, Tensor] | undefined }): [Tensor, Tensor, Tensor];
} = op("unique_dim_consecutive");

/** `unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]` */
export const unsafeChunk: {
  (input: Tensor, chunks: number, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, chunks: number, dim: number): Tensor[];
} = op("unsafe_chunk");

/** `unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]` */
export const unsafeSplit: {
  (input: Tensor, splitSize: number, options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSize: number, dim: number): Tensor[];
} = op("unsafe_split");

/** `unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]` */
export const unsafeSplitWithSizes: {
  (input: Tensor, splitSizes: readonly number[], options?: { dim?: number | undefined }): Tensor[];
  (input: Tensor, splitSizes: readonly number[], dim: number): Tensor[];
} = op("unsafe_split_with_sizes");

/** `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)` */
export const unsqueeze: {
  (input: Tensor, dim: number): Tensor;
} = op("unsqueeze");

/** `unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)` */
export const unsqueeze_: {
  (input: Tensor, dim: number): Tensor;
} = op("unsqueeze_");

/** `unsqueeze_copy(Tensor self, int dim) -> Tensor` */
export const unsqueezeCopy: {
  (input: Tensor, dim: number, options?: { out?: Tensor | undefined }): Tensor;
} = op("unsqueeze_copy");

/**
 * - `upsample_bicubic2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `upsample_bicubic2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 */
export const upsampleBicubic2d: {
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
} = op("upsample_bicubic2d");

/** `upsample_bicubic2d_backward(Tensor grad_output, SymInt[2] output_size, SymInt[4] input_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor` */
export const upsampleBicubic2dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_bicubic2d_backward");

/**
 * - `upsample_bilinear2d(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `upsample_bilinear2d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 */
export const upsampleBilinear2d: {
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_bilinear2d");

/** `upsample_bilinear2d_backward(Tensor grad_output, SymInt[2] output_size, SymInt[4] input_size, bool align_corners, float? scales_h=None, float? scales_w=None) -> Tensor` */
export const upsampleBilinear2dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_bilinear2d_backward");

/**
 * - `upsample_linear1d(Tensor self, SymInt[1] output_size, bool align_corners, float? scales=None) -> Tensor`
 * - `upsample_linear1d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 */
export const upsampleLinear1d: {
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
} = op("upsample_linear1d");

/** `upsample_linear1d_backward(Tensor grad_output, SymInt[1] output_size, SymInt[3] input_size, bool align_corners, float? scales=None) -> Tensor` */
export const upsampleLinear1dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_linear1d_backward");

/**
 * - `upsample_nearest1d(Tensor self, SymInt[1] output_size, float? scales=None) -> Tensor`
 * - `upsample_nearest1d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 */
export const upsampleNearest1d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null): Tensor;
} = op("upsample_nearest1d");

/** `upsample_nearest1d_backward(Tensor grad_output, SymInt[1] output_size, SymInt[3] input_size, float? scales=None) -> Tensor` */
export const upsampleNearest1dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], options?: { scales?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scales: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_nearest1d_backward");

/**
 * - `upsample_nearest2d(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `upsample_nearest2d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 */
export const upsampleNearest2d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_nearest2d");

/** `upsample_nearest2d_backward(Tensor grad_output, SymInt[2] output_size, SymInt[4] input_size, float? scales_h=None, float? scales_w=None) -> Tensor` */
export const upsampleNearest2dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_nearest2d_backward");

/**
 * - `upsample_nearest3d(Tensor self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `upsample_nearest3d.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`
 */
export const upsampleNearest3d: {
  (input: Tensor, outputSize: number | readonly number[], options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, scaleFactors: readonly number[] | null): Tensor;
} = op("upsample_nearest3d");

/** `upsample_nearest3d_backward(Tensor grad_output, SymInt[3] output_size, SymInt[5] input_size, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor` */
export const upsampleNearest3dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_nearest3d_backward");

/**
 * - `upsample_trilinear3d(Tensor self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor`
 * - `upsample_trilinear3d.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`
 */
export const upsampleTrilinear3d: {
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, outputSize: readonly number[] | null, alignCorners: boolean, scaleFactors: readonly number[] | null): Tensor;
} = op("upsample_trilinear3d");

/** `upsample_trilinear3d_backward(Tensor grad_output, SymInt[3] output_size, SymInt[5] input_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None) -> Tensor` */
export const upsampleTrilinear3dBackward: {
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, options?: { scalesD?: number | null | undefined; scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, options?: { scalesH?: number | null | undefined; scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, options?: { scalesW?: number | null | undefined; out?: Tensor | undefined }): Tensor;
  (gradOutput: Tensor, outputSize: number | readonly number[], inputSize: number | readonly number[], alignCorners: boolean, scalesD: number | null, scalesH: number | null, scalesW: number | null, options?: { out?: Tensor | undefined }): Tensor;
} = op("upsample_trilinear3d_backward");

/** `value_selecting_reduction_backward(Tensor grad, int dim, Tensor indices, SymInt[] sizes, bool keepdim) -> Tensor` */
export const valueSelectingReductionBackward: {
  (grad: Tensor, dim: number, indices: Tensor, sizes: readonly number[], keepdim: boolean): Tensor;
} = op("value_selecting_reduction_backward");

/** `values(Tensor(a) self) -> Tensor(a)` */
export const values: {
  (input: Tensor): Tensor;
} = op("values");

/** `values_copy(Tensor self) -> Tensor` */
export const valuesCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("values_copy");

/** `vander(Tensor x, int? N=None, bool increasing=False) -> Tensor` */
export const vander: {
  (x: Tensor, options?: { N?: number | null | undefined; increasing?: boolean | undefined }): Tensor;
  (x: Tensor, N: number | null, options?: { increasing?: boolean | undefined }): Tensor;
  (x: Tensor, N: number | null, increasing: boolean): Tensor;
} = op("vander");

/**
 * - `var(Tensor self, bool unbiased=True) -> Tensor`
 * - `var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor`
 * - `var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor`
 */
const var_: {
  (input: Tensor, options?: { unbiased?: boolean | undefined }): Tensor;
  (input: Tensor, unbiased: boolean): Tensor;
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean, options?: { out?: Tensor | undefined }): Tensor;
} = op("var");
export { var_ as var };

/**
 * - `var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)`
 * - `var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)`
 * - `var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)`
 */
export const varMean: {
  (input: Tensor, options?: { unbiased?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, unbiased: boolean): [Tensor, Tensor];
  (input: Tensor, options?: { dim?: number | readonly number[] | null | undefined; correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, options?: { correction?: Scalar | null | undefined; keepdim?: boolean | undefined; out?: readonly [Tensor, Tensor] | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, options?: { unbiased?: boolean | undefined; keepdim?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, options?: { keepdim?: boolean | undefined }): [Tensor, Tensor];
  (input: Tensor, dim: number | readonly number[] | null, unbiased: boolean, keepdim: boolean): [Tensor, Tensor];
} = op("var_mean");

/** `vdot(Tensor self, Tensor other) -> Tensor` */
export const vdot: {
  (input: Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("vdot");

/**
 * - `view(Tensor(a) self, SymInt[] size) -> Tensor(a)`
 * - `view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)`
 */
export const view: {
  (input: Tensor, size: readonly number[]): Tensor;
  (input: Tensor, dtype: DType): Tensor;
} = op("view");

/** `view_as(Tensor(a) self, Tensor other) -> Tensor(a)` */
export const viewAs: {
  (input: Tensor, other: Tensor): Tensor;
} = op("view_as");

/** `view_as_complex(Tensor(a) self) -> Tensor(a)` */
export const viewAsComplex: {
  (input: Tensor): Tensor;
} = op("view_as_complex");

/** `view_as_complex_copy(Tensor self) -> Tensor` */
export const viewAsComplexCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("view_as_complex_copy");

/** `view_as_real(Tensor(a) self) -> Tensor(a)` */
export const viewAsReal: {
  (input: Tensor): Tensor;
} = op("view_as_real");

/** `view_as_real_copy(Tensor self) -> Tensor` */
export const viewAsRealCopy: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("view_as_real_copy");

/**
 * - `view_copy(Tensor self, SymInt[] size) -> Tensor`
 * - `view_copy.dtype(Tensor self, ScalarType dtype) -> Tensor`
 */
export const viewCopy: {
  (input: Tensor, size: readonly number[], options?: { out?: Tensor | undefined }): Tensor;
  (input: Tensor, dtype: DType, options?: { out?: Tensor | undefined }): Tensor;
} = op("view_copy");

/**
 * - `vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]`
 * - `vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]`
 */
export const vsplit: {
  (input: Tensor, indices: readonly number[]): Tensor[];
  (input: Tensor, sections: number): Tensor[];
} = op("vsplit");

/** `vstack(Tensor[] tensors) -> Tensor` */
export const vstack: {
  (tensors: readonly Tensor[], options?: { out?: Tensor | undefined }): Tensor;
} = op("vstack");

/**
 * - `where(Tensor condition) -> Tensor[]`
 * - `where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor`
 * - `where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor`
 * - `where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor`
 * - `where.self(Tensor condition, Tensor self, Tensor other) -> Tensor`
 */
export const where: {
  (condition: Tensor): Tensor[];
  (condition: Tensor, input: Scalar | Tensor, other: Scalar): Tensor;
  (condition: Tensor, input: Scalar | Tensor, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("where");

/**
 * - `xlogy.Tensor(Tensor self, Tensor other) -> Tensor`
 * - `xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor`
 * - `xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor`
 */
export const xlogy: {
  (input: Tensor, other: Tensor | Scalar, options?: { out?: Tensor | undefined }): Tensor;
  (input: Scalar, other: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("xlogy");

/**
 * - `xlogy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)`
 * - `xlogy_.Scalar_Other(Tensor(a!) self, Scalar other) -> Tensor(a!)`
 */
export const xlogy_: {
  (input: Tensor, other: Tensor | Scalar): Tensor;
} = op("xlogy_");

/** `zero(Tensor self) -> Tensor` */
export const zero: {
  (input: Tensor, options?: { out?: Tensor | undefined }): Tensor;
} = op("zero");

/** `zero_(Tensor(a!) self) -> Tensor(a!)` */
export const zero_: {
  (input: Tensor): Tensor;
} = op("zero_");

/** `zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor` */
export const zeros: {
  (size: readonly number[], options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined }): Tensor;
} = op("zeros");

/** `zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor` */
export const zerosLike: {
  (input: Tensor, options?: { dtype?: DType | null | undefined; layout?: Layout | null | undefined; device?: Device | null | undefined; pinMemory?: boolean | null | undefined; memoryFormat?: MemoryFormat | null | undefined }): Tensor;
} = op("zeros_like");
