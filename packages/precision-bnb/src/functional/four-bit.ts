// 4-bit codes, two a byte, with one scale a block.
import {
  checkOptions,
  describeValue,
  FabricError,
  isTensor,
  noGrad,
  type Tensor,
} from "@fabric/torch";
import { operatorFor } from "../operators.js";
import {
  checkBlocksize4bit,
  checkBoolean,
  checkFloat,
  checkQuantType,
  checkStorage,
  type QuantStorage,
  type QuantType,
  STORAGES,
} from "./arguments.js";
import { absmaxOf, nest } from "./blockwise.js";
import { getFourBitMap } from "./maps.js";
import { QuantState } from "./quant-state.js";

/** Options of {@link quantize4bit}. */
export interface Quantize4bitOptions {
  /** Data type; default `"nf4"`. */
  quantType?: QuantType;
  /** Consecutive elements that share a scale: a power of two from 32 to 4096, default 64. */
  blocksize?: number;
  /** Quantise the scales as well (double quantisation); default false. */
  compressStatistics?: boolean;
  /** Dtype that the bytes are stored as; default `"uint8"`. */
  quantStorage?: QuantStorage;
}

/**
 * Codes of 4 bits (Dettmers et al. 2023, "QLoRA"): in each block of the flattened tensor, x * (1 / absmax) is replaced by the code of the nearest
 * value of NF4 or FP4; between two, NF4 takes the lower value, FP4 the smaller magnitude. Two codes share a byte, the first in its high half.
 *
 * @param A - float32, float16, bfloat16 or float64, any shape and strides.
 * @returns `packed`, `[ceil(n / 2 / itemsize), 1]` of `quantStorage`, and its state.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_QUANT_TYPE`, `FABRIC_CONFIG_BLOCKSIZE`, `FABRIC_CONFIG_QUANT_STORAGE`,
 * `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_ARGUMENT`, `FABRIC_MISSING_KERNELS`.
 */
export function quantize4bit(
  A: Tensor,
  options: Quantize4bitOptions = {},
): [packed: Tensor, state: QuantState] {
  checkFloat("quantize4bit", A);
  checkOptions("quantize4bit", options, [
    "quantType",
    "blocksize",
    "compressStatistics",
    "quantStorage",
  ]);
  const quantType = checkQuantType(options.quantType ?? "nf4");
  const blocksize = checkBlocksize4bit(options.blocksize ?? 64);
  const storage = checkStorage(options.quantStorage ?? "uint8");
  const { compressStatistics = false } = options;
  const nested = checkBoolean("quantize4bit", "compressStatistics", compressStatistics);
  const [packed, absmax] = codesAndScales(A, blocksize, quantType, storage);
  const fields = {
    shape: A.shape,
    dtype: A.dtype,
    blocksize,
    quantType,
    code: getFourBitMap(quantType).to(A.device),
  };
  const scales = nested ? nest(absmax) : { absmax };
  return [packed, new QuantState({ ...fields, ...scales })];
}

/** What {@link quantize4bit} does after its checks: packed codes, and float32 scales of the blocks. @internal */
export function codesAndScales(
  A: Tensor,
  blocksize: number,
  quantType: QuantType,
  storage: QuantStorage,
): [packed: Tensor, absmax: Tensor] {
  return noGrad(
    () => operatorFor("quantize_4bit", A)(A, blocksize, quantType, storage) as [Tensor, Tensor],
  );
}

/**
 * Values of 4-bit codes: `code * absmax`, in float32, rounded once to the dtype of what was quantised, in its shape. Doubly quantised scales are
 * `map[q] * absmax2 + offset`, rounded twice.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function dequantize4bit(packed: Tensor, state: QuantState): Tensor {
  const quantType = checkPacked(packed, state);
  return noGrad(
    () =>
      operatorFor("dequantize_4bit", packed)(
        packed,
        absmaxOf(state),
        state.blocksize,
        quantType,
        state.shape,
        state.dtype,
      ) as Tensor,
  );
}

/** What {@link bytesOf4bit} counts. */
export interface BytesOf4bitOptions {
  /** Elements that share a scale; default 64. */
  blocksize?: number;
  /** Whether the scales are quantised as well; default false. */
  compressStatistics?: boolean;
}

/** Bytes of the codes and scales of `n` elements, the tables of 16 and 256 values not counted: for NF4 with double quantisation 4.127 bits each. */
export function bytesOf4bit(n: number, options: BytesOf4bitOptions = {}): number {
  const { blocksize = 64, compressStatistics = false } = options;
  const blocks = Math.ceil(n / blocksize);
  const scales = compressStatistics ? blocks + 4 * Math.ceil(blocks / 256) : 4 * blocks;
  return Math.ceil(n / 2) + scales;
}

function checkPacked(packed: unknown, state: unknown): QuantType {
  if (!(state instanceof QuantState) || state.quantType === null) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `dequantize4bit: expected the QuantState that quantize4bit returned but received ${state instanceof QuantState ? "one of 8-bit codes; use dequantizeBlockwise" : describeValue(state)}.`,
    );
  }
  if (isTensor(packed) && STORAGES.some((dtype) => dtype === packed.dtype)) return state.quantType;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `dequantize4bit: expected packed codes, a tensor of ${STORAGES.join(", ")}, but received ${describeValue(packed)}.`,
  );
}
