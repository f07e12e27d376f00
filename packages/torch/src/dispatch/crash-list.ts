// Operators that end the process on arguments which look legal: checked before entry, or refused unless called as torch.ops.unsafe.*.
import {
  type Arguments,
  checkAveragePool,
  checkBatchNorm,
  checkBatchNormBackward,
  checkBatchSizes,
  checkBinomial,
  checkCompressedSparse,
  checkCtcTargets,
  checkElements,
  checkFinite,
  checkFloating,
  checkGroupNorm,
  checkIndicesBelow,
  checkLength,
  checkMatrix,
  checkMkldnnZeros,
  checkObserver,
  checkPadBackward,
  checkPivots,
  checkPoolIndices,
  checkQuantisationSearch,
  checkSegments,
  checkSteps,
  checkTruncatingDivision,
  first,
} from "./crash-checks.js";

/** Why and when an operator is refused. */
export interface CrashEntry {
  /** What happens inside libtorch, in a line. */
  reason: string;
  /** Says what is wrong with these arguments (by camelCase parameter name), or null when they are fine. Absent: always refused. */
  check?(args: Arguments): string | null;
  /** A keyword-only argument without which the operator is safe: calls by position alone then keep their fast path. */
  onlyWith?: string;
}

const TRUNCATING_DIVISION: CrashEntry = {
  reason: "the least integer divided by -1 overflows, which is a signal on x86",
  check: checkTruncatingDivision,
  onlyWith: "roundingMode",
};

const STEPS: CrashEntry = {
  reason: "divides by the step after rounding it to the integers of the result",
  check: checkSteps,
};

const AVERAGE_POOL: CrashEntry = {
  reason: "divides integers by the divisor, and the least one by -1 is a signal",
  check: checkAveragePool,
};

const PACKED_SEQUENCES: CrashEntry = {
  reason: "walks the packed data by `batchSizes` without a check",
  check: checkBatchSizes,
};

const GROUP_NORM: CrashEntry = {
  reason: "divides by the number of groups, and reads as many values as its numbers say",
  check: checkGroupNorm,
};

const EMBEDDING_BACKWARD: CrashEntry = {
  reason: "writes the rows that `indices` names without a check",
  check: (args) => checkIndicesBelow(args, "indices", args["numWeights"] as number),
};

/** The names of the factorised matrix and of its pivots. */
function pivoted(matrix: string, pivots: string): CrashEntry {
  return {
    reason: "swaps the rows that the pivots name without a check",
    check: (args) => checkPivots(args, matrix, pivots),
  };
}

const MKLDNN_ZEROS: CrashEntry = {
  reason: "writes float32 zeros into a tensor of layout mkldnn whatever its dtype, past its end",
  check: checkMkldnnZeros,
};

/** The names of the compressed and the plain indices; `fromEnd` counts the plain dimension from the last. */
function compressedSparse(compressed: string, plain: string, fromEnd: 1 | 2): CrashEntry {
  return {
    reason: "keeps the indices unchecked; whoever reads the tensor then leaves its memory",
    check: (args) => checkCompressedSparse(args, compressed, plain, fromEnd),
  };
}

const BATCH_NORM_BACKWARD: CrashEntry = {
  reason:
    "reads the weight and the statistics as `[C]` without a check, and divides by the number of values per channel",
  check: checkBatchNormBackward,
};

/** `spatial` padded dimensions. */
function padBackward(spatial: number): CrashEntry {
  return {
    reason: "reads the padding and the gradient without looking at their lengths and shapes",
    check: (args) => checkPadBackward(args, spatial),
  };
}

/** `spatial` dimensions of the pooled window. */
function poolBackward(spatial: number): CrashEntry {
  return {
    reason: "writes gradients to the positions in `indices` without a check",
    check: (args) => checkPoolIndices(args, spatial),
  };
}

/** `spatial` sizes, then the positions. */
function fractionalPoolBackward(spatial: number): CrashEntry {
  return {
    reason:
      "reads `kernelSize` and `outputSize` without looking at their length, and writes to `indices` unchecked",
    check: (args) =>
      first(
        () => checkLength(args, "kernelSize", spatial),
        () => checkLength(args, "outputSize", spatial),
        () => checkPoolIndices(args, spatial),
      ),
  };
}

/** By ATen name, without the namespace. */
export const CRASH_LIST: ReadonlyMap<string, CrashEntry> = new Map<string, CrashEntry>([
  ["adaptive_max_pool2d_backward", poolBackward(2)],
  ["adaptive_max_pool3d_backward", poolBackward(3)],
  ["arange", STEPS],
  ["avg_pool2d", AVERAGE_POOL],
  ["avg_pool3d", AVERAGE_POOL],
  ["batch_norm_backward", BATCH_NORM_BACKWARD],
  [
    "binomial",
    {
      reason: "never ends on counts and probabilities that are none",
      check: checkBinomial,
    },
  ],
  [
    "ctc_loss",
    {
      reason: "reads the log probabilities at `targets` without a check",
      check: checkCtcTargets,
    },
  ],
  [
    "choose_qparams_optimized",
    {
      reason: "reads `numel` elements unchecked, and never ends when there are no bins",
      check: checkQuantisationSearch,
    },
  ],
  ["div", TRUNCATING_DIVISION],
  ["div_", TRUNCATING_DIVISION],
  ["divide", TRUNCATING_DIVISION],
  ["divide_", TRUNCATING_DIVISION],
  ["embedding_backward", EMBEDDING_BACKWARD],
  ["embedding_dense_backward", EMBEDDING_BACKWARD],
  ["embedding_sparse_backward", EMBEDDING_BACKWARD],
  [
    "fbgemm_pack_quantized_matrix",
    {
      reason:
        "reads `K` x `N` elements, and the first element of what may be empty, without a check",
      check: (args) =>
        first(
          () => checkMatrix(args, "input"),
          () => checkElements(args, "input", Number(args["K"] ?? 0) * Number(args["N"] ?? 0)),
        ),
    },
  ],
  ["fractional_max_pool2d_backward", fractionalPoolBackward(2)],
  ["fractional_max_pool3d_backward", fractionalPoolBackward(3)],
  [
    "fused_moving_avg_obs_fake_quant",
    {
      reason: "reads flags, scales and zero points of what may be empty",
      check: checkObserver,
    },
  ],
  ["gru", PACKED_SEQUENCES],
  [
    "linalg_eigvals",
    {
      reason: "LAPACK's balancing step walks out of the matrix when it holds a NaN or an infinity",
      check: (args) => checkFinite(args, "self"),
    },
  ],
  ["linalg_ldl_solve", pivoted("LD", "pivots")],
  ["linalg_lu_solve", pivoted("LU", "pivots")],
  ["lstm", PACKED_SEQUENCES],
  ["lu_solve", pivoted("LUData", "LUPivots")],
  ["lu_unpack", pivoted("LUData", "LUPivots")],
  ["max_pool2d_with_indices_backward", poolBackward(2)],
  ["max_pool3d_with_indices_backward", poolBackward(3)],
  [
    "mkldnn_rnn_layer",
    {
      reason: "passes weights and states to oneDNN as raw memory of the sizes that its numbers say",
    },
  ],
  [
    "mkldnn_rnn_layer_backward",
    {
      reason:
        "reads its workspace in the layout that the forward pass of the same configuration made, which no argument shows",
    },
  ],
  [
    "native_batch_norm",
    {
      reason: "reads the weight and the statistics as `[C]` without a check",
      check: checkBatchNorm,
    },
  ],
  ["native_batch_norm_backward", BATCH_NORM_BACKWARD],
  [
    "quantized_lstm_cell",
    {
      reason: "reads two hidden states whatever the length of `hx`",
      check: (args) => checkLength(args, "hx", 2),
    },
  ],
  ["native_group_norm", GROUP_NORM],
  ["native_group_norm_backward", GROUP_NORM],
  ["new_zeros", MKLDNN_ZEROS],
  ["range", STEPS],
  ["reflection_pad1d_backward", padBackward(1)],
  ["reflection_pad2d_backward", padBackward(2)],
  ["reflection_pad3d_backward", padBackward(3)],
  ["replication_pad1d_backward", padBackward(1)],
  ["replication_pad2d_backward", padBackward(2)],
  ["replication_pad3d_backward", padBackward(3)],
  ["rnn_relu", PACKED_SEQUENCES],
  ["rnn_tanh", PACKED_SEQUENCES],
  [
    "segment_reduce",
    {
      reason: "walks the segments that `offsets`, or `lengths` with `unsafe`, name without a check",
      check: checkSegments,
    },
  ],
  [
    "smooth_l1_loss_backward",
    {
      reason: "divides by beta, which is zero when rounded to the integers of its tensors",
      check: (args) => checkFloating(args, "self"),
    },
  ],
  ["sparse_bsc_tensor", compressedSparse("ccolIndices", "rowIndices", 2)],
  ["sparse_bsr_tensor", compressedSparse("crowIndices", "colIndices", 1)],
  ["sparse_csc_tensor", compressedSparse("ccolIndices", "rowIndices", 2)],
  ["sparse_csr_tensor", compressedSparse("crowIndices", "colIndices", 1)],
  ["zero_", MKLDNN_ZEROS],
  ["zeros", MKLDNN_ZEROS],
]);
