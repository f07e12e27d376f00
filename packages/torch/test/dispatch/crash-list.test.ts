import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

function indices(...values: number[]): torch.Tensor {
  return torch.tensor(BigInt64Array.from(values.map(BigInt)));
}

/** Calls that would end the process inside libtorch. */
const WRONG: [operator: string, call: () => unknown, message: RegExp][] = [
  [
    "embeddingDenseBackward",
    () => torch.embeddingDenseBackward(torch.ones([2, 3]), indices(0, 9), 4, -1, false),
    /`indices` in \[0, 4\) but received 9/,
  ],
  [
    "nativeBatchNorm",
    () => torch.nativeBatchNorm(torch.ones([2, 3]), null, null, null, null, false, 0.1, 1e-5),
    /Tensor for `runningMean`/,
  ],
  [
    "nativeBatchNormBackward",
    () =>
      torch.nativeBatchNormBackward(
        ...([torch.ones([0, 3]), torch.ones([0, 3]), null, null, null, null, null] as const),
        ...([true, 1e-5, [true, true, true]] as const),
      ),
    /non-empty `input`/,
  ],
  [
    "linalgEigvals",
    () => torch.linalg.eigvals(torch.full([3, 3], Number.NaN)),
    /finite values in `self`/,
  ],
  [
    "reflectionPad1dBackward",
    () => torch.reflectionPad1dBackward(torch.ones([2, 4, 4]), torch.ones([2, 4, 2]), []),
    /2 entries for `padding` but received 0/,
  ],
  [
    "maxPool2dWithIndicesBackward",
    () =>
      torch.maxPool2dWithIndicesBackward(
        ...([torch.ones([1, 1, 1, 1]), torch.ones([1, 1, 2, 2]), 2, 2, 0, 1, false] as const),
        indices(77).reshape([1, 1, 1, 1]),
      ),
    /`indices` in \[0, 4\) but received 77/,
  ],
  [
    "div",
    () => torch.div(torch.tensor(Int32Array.of(-(2 ** 31))), -1, { roundingMode: "trunc" }),
    /quotient of -2147483648 and -1 does not fit int32/,
  ],
  [
    "ctcLoss",
    () => {
      const logProbs = torch.zeros([5, 1, 3]).logSoftmax(2);
      return torch.ctcLoss(logProbs, indices(1, 99).reshape([1, 2]), [5], [2]);
    },
    /`targets` in \[0, 3\) but received 99/,
  ],
  [
    "segmentReduce",
    () => torch.segmentReduce(torch.ones([4]), "sum", { lengths: indices(99), unsafe: true }),
    /`lengths` in \[0, 5\) but received 99/,
  ],
  [
    "sparseCsrTensor",
    () => torch.sparseCsrTensor(indices(0, 99, 2), indices(0, 1), torch.ones([2]), [2, 2]),
    /`crowIndices` in \[0, 3\) but received 99/,
  ],
  [
    "zeros",
    () => torch.zeros([4, 2], { layout: "mkldnn", dtype: "bfloat16" }),
    /float32 for layout mkldnn but received bfloat16/,
  ],
  [
    "smoothL1LossBackward",
    () => {
      const x = torch.ones([2], { dtype: "int64" });
      return torch.smoothL1LossBackward(x, x, x, 1, 0.1);
    },
    /floating-point `self` but received int64/,
  ],
];

describe("operators that libtorch leaves unchecked", () => {
  it.each(WRONG)("%s says which argument is wrong", (operator, call, message) => {
    expect(call).toThrowError(
      expect.objectContaining({
        code: "FABRIC_TENSOR_ARGUMENT",
        message: expect.stringMatching(message),
      }),
    );
    expect(call).toThrowError(new RegExp(`^.*${operator}`));
  });

  it("are called as ever when their arguments are right", () => {
    const grad = torch.embeddingDenseBackward(torch.ones([2, 3]), indices(0, 3), 4, -1, false);
    expect(grad.sum([1]).toArray()).toEqual([3, 0, 0, 3]);
    expect(torch.linalg.eigvals(torch.eye(2)).real().toArray()).toEqual([1, 1]);
    const least = torch.tensor(Int32Array.of(-(2 ** 31), 6));
    const halves = torch.div(least, 2, { roundingMode: "trunc" });
    expect(halves.toArray()).toEqual([-(2 ** 30), 3]);
    const sparse = torch.sparseCsrTensor(indices(0, 1, 2), indices(1, 0), torch.ones([2]), [2, 2]);
    expect(sparse.toDense().toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    const sums = torch.segmentReduce(torch.ones([4]), "sum", { lengths: indices(1, 3) });
    expect(sums.toArray()).toEqual([1, 3]);
    const [y] = torch.nativeBatchNorm(torch.ones([2, 3]), null, null, null, null, true, 0.1, 1e-5);
    expect(y.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("are refused whole only when no argument shows the danger, and name the way round", () => {
    const call = torch.mkldnnRnnLayerBackward as unknown as (...args: unknown[]) => unknown;
    const tensors = new Array(10).fill(torch.ones([2]));
    const flags = [false, 0, 1, 1, false, false, false, [], false, torch.ones([2])];
    const args = [...tensors, null, null, null, ...flags];
    expect(() => call(...args)).toThrowError(
      expect.objectContaining({
        code: "FABRIC_UNSUPPORTED_UNSAFE",
        message: expect.stringContaining("torch.ops.unsafe.mkldnn_rnn_layer_backward"),
      }),
    );
    expect(torch.ops.unsafe["mkldnn_rnn_layer_backward"]).toBeTypeOf("function");
  });
});
