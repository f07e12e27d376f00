// 8-bit codes of any table, with one scale a block.
import {
  checkOptions,
  cuda,
  type DType,
  describeValue,
  FabricError,
  isTensor,
  keep,
  noGrad,
  type Tensor,
  zeros,
} from "@fabric/torch";
import { operatorFor } from "../operators.js";
import { checkBlocksize, checkBoolean, checkFloat, NESTED_BLOCKSIZE } from "./arguments.js";
import { createDynamicMap, isAscending } from "./maps.js";
import { QuantState } from "./quant-state.js";

/** Options of {@link quantizeBlockwise}. */
export interface QuantizeBlockwiseOptions {
  /**
   * 256 ascending finite values, float32; default the signed dynamic map. A table on a CUDA device is read back to check it, once for each
   * Tensor object, unless a step is being recorded into a graph.
   */
  code?: Tensor;
  /** Consecutive elements that share a scale; default 4096. */
  blocksize?: number;
  /** Quantise the scales as well; default false. */
  nested?: boolean;
}

let signed: Tensor | null = null;

/** The signed dynamic map on the device of `like`: a copy, which its owner may change. */
function signedMap(like: Tensor): Tensor {
  signed ??= keep(createDynamicMap());
  return signed.to(like.device, { copy: true });
}

/**
 * Codes of 8 bits: in each block of the flattened tensor, x / absmax is replaced by the index of the nearest value of `code`; one that is halfway
 * between two takes the even index (Dettmers et al. 2022). A block of zeros takes the index of zero. NaNs do not count for absmax.
 *
 * @param A - float32, float16, bfloat16 or float64, any shape and strides.
 * @returns codes, uint8 of the shape of `A`, and their state.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_BLOCKSIZE`, `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_ARGUMENT`,
 * `FABRIC_MISSING_KERNELS`.
 */
export function quantizeBlockwise(
  A: Tensor,
  options: QuantizeBlockwiseOptions = {},
): [q: Tensor, state: QuantState] {
  checkFloat("quantizeBlockwise", A);
  checkOptions("quantizeBlockwise", options, ["code", "blocksize", "nested"]);
  const blocksize = checkBlocksize(options.blocksize ?? 4096);
  const nested = checkBoolean("quantizeBlockwise", "nested", options.nested ?? false);
  const code = options.code === undefined ? signedMap(A) : checkCode(options.code);
  const [q, absmax] = noGrad(
    () => operatorFor("quantize_blockwise", A)(A, code, blocksize) as [Tensor, Tensor],
  );
  const fields = { shape: A.shape, dtype: A.dtype, blocksize, quantType: null, code };
  if (!nested) return [q, new QuantState({ ...fields, absmax })];
  return [q, new QuantState({ ...fields, ...nest(absmax) })];
}

/**
 * Values of 8-bit codes: `code[q] * absmax`, in float32, rounded once to the dtype of what was quantised.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function dequantizeBlockwise(q: Tensor, state: QuantState): Tensor {
  checkCodes("dequantizeBlockwise", q, state);
  return dequantize8(q, absmaxOf(state), state.code, state.blocksize, state.dtype);
}

/** The scales in float32. @internal */
export function absmaxOf({ absmax, state2, offset }: QuantState): Tensor {
  if (state2 === null) return absmax;
  const scales = dequantize8(absmax, state2.absmax, state2.code, state2.blocksize, "float32");
  return noGrad(() => scales.add_(offset as Tensor));
}

/**
 * Double quantisation (QLoRA): the mean is taken out of the scales, what remains gets 8-bit codes of the signed dynamic map. @internal
 */
export function nest(absmax: Tensor): { absmax: Tensor; offset: Tensor; state2: QuantState } {
  return noGrad(() => {
    // The mean of no scales is no number.
    const isEmpty = absmax.numel() === 0;
    const offset = isEmpty ? zeros([], { dtype: "float32", device: absmax.device }) : absmax.mean();
    const [q, state2] = quantizeBlockwise(absmax.sub(offset), { blocksize: NESTED_BLOCKSIZE });
    return { absmax: q, offset, state2 };
  });
}

function dequantize8(
  q: Tensor,
  absmax: Tensor,
  code: Tensor,
  blocksize: number,
  dtype: DType,
): Tensor {
  return noGrad(
    () => operatorFor("dequantize_blockwise", q)(q, absmax, code, blocksize, dtype) as Tensor,
  );
}

/** Versions of tables that were found to be ascending: the device's own are not read a second time. */
const checked = new WeakMap<Tensor, number>();

function checkCode(code: unknown): Tensor {
  if (isTensor(code) && code.dtype === "float32" && code.numel() === 256 && canSearch(code))
    return code;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `quantizeBlockwise: expected 256 ascending float32 values as \`code\` but received ${describeValue(code)}. Make one with createDynamicMap().`,
  );
}

/** Whether a table is ascending, as far as it can be read now. */
function canSearch(code: Tensor): boolean {
  const { version } = code;
  if (code.device === "meta" || cuda.avoidsHostReads() || checked.get(code) === version)
    return true;
  const isFine = isAscending(code);
  // Writes to a tensor that was made in inference mode are not counted.
  if (isFine && !code.isInference()) checked.set(code, version);
  return isFine;
}

function checkCodes(operation: string, q: unknown, state: unknown): void {
  if (!(state instanceof QuantState) || state.quantType !== null) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `${operation}: expected the QuantState that quantizeBlockwise returned but received ${state instanceof QuantState ? `one of ${state.quantType}; use dequantize4bit` : describeValue(state)}.`,
    );
  }
  if (isTensor(q) && q.dtype === "uint8") return;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${operation}: expected codes, a uint8 tensor, but received ${describeValue(q)}.`,
  );
}
