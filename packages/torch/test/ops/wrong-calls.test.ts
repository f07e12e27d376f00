// Wrong calls: each must throw a typed error before or inside libtorch, naming what was wrong; none may end the process.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const x = torch.ones([2, 3]);
const y = torch.ones([4, 5]);
const i = torch.tensor(BigInt64Array.of(0n, 1n));

/** Calls as an untyped program could make them: the types would refuse most. */
// biome-ignore lint/suspicious/noExplicitAny: wrong on purpose
type Loose = any;
const t = torch as Loose;
const m = x as Loose;

function disposed(): Loose {
  const gone = torch.ones([2]);
  gone.dispose();
  return gone;
}

type Wrong = [title: string, call: () => unknown, message: RegExp];

/** Refused before libtorch is entered. */
const ARGUMENTS: Wrong[] = [
  ["a string for a tensor", () => t.add("a", x), /received `?"a"/],
  ["a number for the only tensor", () => t.relu(3), /received `?3/],
  ["null for a tensor", () => t.relu(null), /must not be null/],
  ["undefined for a tensor", () => t.relu(undefined), /missing/],
  ["no arguments at all", () => t.matmul(), /missing/],
  ["one argument of two", () => t.matmul(x), /`other` is missing/],
  ["too many arguments", () => t.relu(x, 1), /positional arguments were given/],
  ["far too many arguments", () => t.add(x, x, 1, 2, 3, 4), /positional arguments were given/],
  ["an unknown option", () => m.sum([1], { keepDim: true }), /no option `keepDim`/],
  [
    "an option in snake case",
    () => m.div(2, { rounding_mode: "floor" }),
    /no option `rounding_mode`/,
  ],
  ["an argument given twice", () => m.sum([1], { dim: [0] }), /`dim` was given twice/],
  ["an unknown dtype", () => m.sum({ dtype: "float31" }), /"float31"/],
  ["a dtype that is a number", () => t.zeros([2], { dtype: 6 }), /6/],
  ["an unknown device", () => t.zeros([2], { device: "gpu" }), /"gpu"/],
  ["a malformed device index", () => t.zeros([2], { device: "cuda:x" }), /"cuda:x"/],
  ["an unknown layout", () => t.zeros([2], { layout: "dense" }), /"dense"/],
  ["an unknown memory format", () => m.contiguous({ memoryFormat: "nhwc" }), /"nhwc"/],
  ["a fraction for a dimension", () => m.squeeze(0.5), /0\.5/],
  ["a string for a dimension", () => m.unsqueeze("0"), /"0"/],
  ["NaN for a dimension", () => m.unsqueeze(Number.NaN), /NaN/],
  ["infinity for a dimension", () => m.unsqueeze(Number.POSITIVE_INFINITY), /Infinity/],
  ["an integer past 2^53", () => m.unsqueeze(2 ** 60), /11529215046068/],
  ["a bigint past 64 bits", () => m.unsqueeze(10n ** 30n), /1000000000000000000000000000000/],
  ["a boolean for a dimension", () => m.unsqueeze(true), /true/],
  ["a fraction in a size", () => m.reshape([1.5, 4]), /1\.5/],
  ["a string in a size", () => m.reshape(["6"]), /"6"/],
  ["a number for a size", () => m.reshape(6), /6/],
  ["null in a size", () => m.reshape([null]), /null/],
  ["a nested size", () => m.reshape([[6]]), /\[\[6\]\]|\[6\]/],
  ["a number for a boolean", () => m.sum([1], 1), /1/],
  ["a string for a boolean", () => m.sum([1], { keepdim: "yes" }), /"yes"/],
  ["a number for a string", () => t.einsum(3, [x]), /3/],
  ["a tensor for a list of tensors", () => t.cat(x), /Tensor/],
  ["a number in a list of tensors", () => t.cat([x, 1]), /1/],
  ["null in a list of tensors", () => t.stack([x, null]), /null/],
  ["a string for a probability", () => t.dropout(x, "half", true), /"half"/],
  ["a plain object for a tensor", () => t.mm({}, x), /Tensor/],
  ["a date for a tensor", () => t.mm(new Date(0), x), /Tensor/],
  ["a function for a tensor", () => t.mm(() => x, x), /function/],
  ["a symbol for a tensor", () => t.mm(Symbol("s"), x), /[Ss]ymbol/],
  ["a typed array for a tensor", () => t.mm(new Float32Array(4), x), /Float32Array/],
  ["a number for a generator", () => t.bernoulli(x, { generator: 1 }), /1/],
  ["a tensor for a number", () => m.clamp(x, "1"), /"1"/],
  [
    "an object that looks like a tensor",
    () => t.relu({ shape: [1], dtype: "float32" }),
    /Tensor|received/,
  ],
  ["a string for an out tensor", () => t.add(x, x, { out: "y" }), /"y"/],
];

/** Refused by libtorch: shapes, dtypes and ranges. */
const OPERATORS: Wrong[] = [
  ["matrices that do not fit", () => x.mm(x), /2, 3/],
  ["shapes that do not broadcast", () => x.add(y), /size/],
  ["a dimension out of range", () => x.sum([5]), /5/],
  ["a negative dimension out of range", () => x.squeeze(-4), /-4/],
  ["a dimension named twice", () => x.sum([0, 0]), /dim 0/],
  ["a size that does not hold the elements", () => x.reshape([7]), /7/],
  ["two inferred sizes", () => x.reshape([-1, -1]), /infer/],
  ["a view that the strides forbid", () => x.t().view([6]), /view|stride/],
  ["an index out of range", () => x.indexSelect(1, torch.tensor(BigInt64Array.of(9n))), /range|9/],
  ["a gather index out of range", () => x.gather(1, torch.tensor([[7n]])), /7|range|bounds/],
  ["float indices", () => x.indexSelect(0, torch.tensor([0.5])), /int|index/i],
  ["a negative size", () => torch.zeros([-1]), /-1|negative/],
  [
    "sizes whose product overflows",
    () => torch.empty([2 ** 40, 2 ** 40]),
    /overflow|large|memory|1099511627776/i,
  ],
  ["more memory than there is", () => torch.empty([2 ** 45]), /memory|alloc/i],
  ["concatenation of shapes that differ", () => torch.cat([x, y]), /[Ss]ize/],
  ["stacking of nothing", () => torch.stack([]), /non-empty|empty/],
  ["a split of zero", () => x.split(-1), /-1|negative|split/],
  ["more chunks than zero", () => x.chunk(0), /chunk/],
  [
    "a convolution with a wrong channel count",
    () => torch.conv2d(torch.ones([1, 3, 8, 8]), torch.ones([4, 2, 3, 3])),
    /channel/,
  ],
  [
    "a kernel larger than its input",
    () => torch.conv2d(torch.ones([1, 1, 2, 2]), torch.ones([1, 1, 5, 5])),
    /[Kk]ernel/,
  ],
  ["pooling with stride zero", () => torch.maxPool2d(torch.ones([1, 1, 4, 4]), 2, 0), /stride/],
  ["an inverse of a singular matrix", () => torch.linalg.inv(torch.zeros([2, 2])), /singular/],
  [
    "a Cholesky factor of an indefinite matrix",
    () => torch.linalg.cholesky(torch.eye(2).neg()),
    /positive/,
  ],
  ["an inverse of a matrix that is not square", () => torch.linalg.inv(x), /square/],
  [
    "an in-place result of another dtype",
    () => torch.ones([2], { dtype: "int64" }).add_(0.5),
    /cast|Float|type/,
  ],
  ["an in-place result of another shape", () => torch.ones([1]).add_(x), /shape|size/],
  ["bits of floats", () => x.bitwiseAnd(x), /not (implemented|supported)|Float/],
  [
    "one-hot classes that are negative",
    () => torch.oneHot(torch.tensor(BigInt64Array.of(-1n))),
    /negative|-1/,
  ],
  ["embedding of float indices", () => torch.embedding(x, torch.tensor([0.5])), /Long|Int|type/],
  [
    "embedding past its rows",
    () => torch.embedding(x, torch.tensor(BigInt64Array.of(2n))),
    /range|index/,
  ],
  ["a malformed einsum", () => torch.einsum("ij,jk->", [x]), /operand|einsum/],
  ["an unknown rounding mode", () => m.div(2, { roundingMode: "up" }), /up|rounding/],
  ["an unknown padding mode", () => t.pad(x, [1, 1], "mirror"), /mirror|mode/i],
  ["a top k past the row", () => x.topk(9), /k|range/],
  ["backward of a tensor without a graph", () => x.sum().backward(), /grad/],
  [
    "backward of several elements without a gradient",
    () => torch.ones([2]).requiresGrad_().mul(2).backward(),
    /scalar|gradient/,
  ],
  ["an in-place write to a leaf", () => torch.ones([2]).requiresGrad_().add_(1), /leaf/],
  [
    "a view of expanded memory written to",
    () =>
      torch
        .ones([1])
        .expand([3])
        .add_(torch.ones([3])),
    /memory|expand/,
  ],
  ["a permutation that repeats", () => x.permute([0, 0]), /repeat|permute|dim/i],
  ["a permutation of too few", () => x.permute([0]), /dim|permute|number/i],
  ["an integer division by zero", () => i.floorDivide(0), /[Zz]ero/],
  ["an integer remainder by zero", () => i.remainder(0), /[Zz]ero/],
  ["the mean of integers", () => i.mean(), /dtype|float/i],
  ["a range with step zero", () => torch.arange(0, 3, 0), /step|nonzero/],
  ["an item of several elements", () => x.item(), /one element|single|6|2, 3/],
];

/** Used after dispose: as receiver, argument, list member and option. */
const DISPOSED: [title: string, call: () => unknown][] = [
  ["a receiver", () => disposed().relu()],
  ["an argument", () => t.relu(disposed())],
  ["a second argument", () => t.add(x, disposed())],
  ["a member of a list", () => t.cat([x, disposed()])],
  ["an out tensor", () => t.add(x, x, { out: disposed() })],
  ["a shape asked for", () => disposed().shape],
  ["a value asked for", () => disposed().item()],
  ["values asked for", () => disposed().toTypedArray()],
];

function thrown(call: () => unknown): torch.FabricError {
  try {
    call();
  } catch (error) {
    expect(torch.isFabricError(error), String(error)).toBe(true);
    return error as torch.FabricError;
  }
  throw new Error("the call returned");
}

describe("an argument of the wrong type or number", () => {
  it.each(ARGUMENTS)("%s throws FABRIC_TENSOR_ARGUMENT", (_, call, message) => {
    const error = thrown(call);
    expect(error.code).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(error.message).toMatch(message);
  });

  it("lists the accepted signatures", () => {
    const { message } = thrown(() => t.add(x, "1"));
    expect(message).toContain("\nAccepted:\n");
    expect(message).toContain(
      "  add(self: Tensor, other: Tensor, { alpha?: number | bigint | boolean })",
    );
    expect(message).toContain(
      "  add(self: Tensor, other: number | bigint | boolean, alpha?: number",
    );
  });
});

describe("arguments that an operator refuses", () => {
  it.each(OPERATORS)("%s throws a typed error", (_, call, message) => {
    const error = thrown(call);
    expect(error.code).toMatch(/^FABRIC_(TENSOR|USAGE|UNSUPPORTED)_/);
    expect(error.message).toMatch(message);
  });

  it("names the operator, shapes and dtypes, and keeps libtorch's text as the cause", () => {
    const error = thrown(() => x.mm(y));
    expect(error).toBeInstanceOf(torch.TorchError);
    expect(error.message).toContain("mm(");
    expect(error.message).toContain("float32[2, 3]");
    expect(error.message).toContain("float32[4, 5]");
    expect(String(error.cause)).toMatch(/cannot be multiplied/);
  });
});

describe("a disposed tensor", () => {
  it.each(DISPOSED)("throws FABRIC_TENSOR_DISPOSED as %s", (_, call) => {
    expect(thrown(call).code).toBe("FABRIC_TENSOR_DISPOSED");
  });
});

describe("operators that do not exist", () => {
  it("are reported by name", () => {
    expect(thrown(() => t.ops.aten.noSuchOperator).message).toContain("noSuchOperator");
    expect(thrown(() => t.ops.nowhere.add).code).toBe("FABRIC_UNSUPPORTED_OPERATOR");
  });

  it("are reported by overload", () => {
    expect(t.ops.aten.add.NoSuchOverload).toBeUndefined();
  });
});
