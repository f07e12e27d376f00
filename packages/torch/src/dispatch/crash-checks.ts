// Checks of arguments that libtorch reads without checking; each says what is wrong, or null.
import { getDefaultDtype } from "../dtype.js";
import { isTensor, type Tensor } from "../tensor.js";

/** Arguments by camelCase parameter name. */
export type Arguments = Readonly<Record<string, unknown>>;

const CHANNEL_VECTORS = [
  ...["weight", "bias", "runningMean", "runningVar"],
  ...["saveMean", "saveInvstd", "saveVar"],
];

/** The first complaint of several checks. */
export function first(...checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const wrong = check();
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Whether a list has `length` members; one number stands for a whole list of fixed size. */
export function checkLength(args: Arguments, name: string, length: number): string | null {
  const value = args[name];
  if (!Array.isArray(value) || value.length === length) return null;
  return `expected ${length} entries for \`${name}\` but received ${value.length}`;
}

/** Whether every value of an index tensor lies in `[from, limit)`. */
export function checkIndicesBelow(
  args: Arguments,
  name: string,
  limit: number,
  from = 0,
): string | null {
  const indices = args[name];
  if (!isReadable(indices) || indices.numel() === 0) return null;
  const low = Number(indices.min().item<number | bigint>());
  const high = Number(indices.max().item<number | bigint>());
  if (low >= from && high < limit) return null;
  return `expected every value of \`${name}\` in [${from}, ${limit}) but received ${low < from ? low : high}`;
}

/** Whether a matrix holds finite numbers only. */
export function checkFinite(args: Arguments, name: string): string | null {
  const matrix = args[name];
  if (!isReadable(matrix) || matrix.isfinite().all().item<boolean>()) return null;
  return `expected finite values in \`${name}\` but received NaN or infinity`;
}

/** Whether `gradOutput` has the shape of `self` padded in its `spatial` trailing dimensions. */
export function checkPadBackward(args: Arguments, spatial: number): string | null {
  const { self: input, gradOutput } = args;
  if (!isTensor(input) || !isTensor(gradOutput)) return null;
  const wrong = checkLength(args, "padding", 2 * spatial);
  if (wrong !== null) return wrong;
  if (input.ndim !== spatial + 1 && input.ndim !== spatial + 2)
    return `expected ${spatial + 1} or ${spatial + 2} dimensions for \`self\` but received ${show(input)}`;
  const padding = args["padding"] as number | readonly number[];
  // The padding lists the last dimension first: left, right, top, bottom, front, back.
  const padded = input.shape.map((size, d) => {
    const pair = 2 * (input.ndim - 1 - d);
    if (pair >= 2 * spatial) return size;
    if (typeof padding === "number") return size + 2 * padding;
    return size + Number(padding[pair]) + Number(padding[pair + 1]);
  });
  if (String(padded) === String(gradOutput.shape)) return null;
  return `expected \`gradOutput\` of shape [${padded.join(", ")}] but received ${show(gradOutput)}`;
}

/** Whether a tensor holds floating-point numbers: its kernel divides, and an integer division by zero is a signal. */
export function checkFloating(args: Arguments, name: string): string | null {
  const value = args[name];
  if (!isTensor(value) || value.isFloatingPoint() || value.isComplex()) return null;
  return `expected a floating-point \`${name}\` but received ${value.dtype}`;
}

/** Whether a tensor is a matrix with elements. */
export function checkMatrix(args: Arguments, name: string): string | null {
  const value = args[name];
  if (!isTensor(value) || (value.ndim === 2 && value.numel() > 0)) return null;
  return `expected a non-empty matrix for \`${name}\` but received ${show(value)}`;
}

/** Whether a tensor has at least `count` elements. */
export function checkElements(args: Arguments, name: string, count: number): string | null {
  const value = args[name];
  if (!isTensor(value) || value.numel() >= count) return null;
  return `expected at least ${count} elements in \`${name}\` but received ${show(value)}`;
}

/** Whether the search for quantisation parameters ends and stays inside its input. */
export function checkQuantisationSearch(args: Arguments): string | null {
  const { input, numel, nBins, ratio, bitWidth } = args;
  if (!isTensor(input)) return null;
  return first(
    () => checkRange("numel", numel, 0, input.numel()),
    () => checkRange("nBins", nBins, 1, 1e6),
    () => checkRange("ratio", ratio, 0, 1),
    () => checkRange("bitWidth", bitWidth, 1, 16),
  );
}

function checkRange(name: string, value: unknown, low: number, high: number): string | null {
  if (Number(value) >= low && Number(value) <= high) return null;
  return `expected a number in [${low}, ${high}] for \`${name}\` but received ${value}`;
}

/** Whether the positions that a max-pooling remembered lie inside its input (`self`), of `spatial` trailing dimensions. */
export function checkPoolIndices(args: Arguments, spatial: number): string | null {
  const input = args["self"];
  const { indices, gradOutput } = args;
  if (!isTensor(input) || !isTensor(indices) || !isTensor(gradOutput)) return null;
  if (input.ndim < spatial)
    return `expected at least ${spatial} dimensions for \`self\` but received ${input.ndim}`;
  if (!sameShape(indices, gradOutput))
    return `expected \`indices\` of the shape of \`gradOutput\` ${show(gradOutput)} but received ${show(indices)}`;
  const leading = input.shape.slice(0, -spatial);
  if (String(leading) !== String(gradOutput.shape.slice(0, -spatial)))
    return `expected \`gradOutput\` and \`self\` of the same batch and channels but received ${show(gradOutput)} and ${show(input)}`;
  const positions = input.shape.slice(-spatial).reduce((a, b) => a * b, 1);
  return checkIndicesBelow(args, "indices", positions);
}

/** Whether the arguments of a batch normalisation's backward agree on `C`, the second dimension of the input. */
export function checkBatchNormBackward(args: Arguments): string | null {
  const input = args["input"];
  const gradOut = args["gradOut"];
  if (!isTensor(input) || !isTensor(gradOut)) return null;
  if (input.ndim < 2 || input.numel() === 0)
    return `expected a non-empty \`input\` of shape [B, C, ...] but received ${show(input)}`;
  if (!sameShape(input, gradOut))
    return `expected \`gradOut\` of the shape of \`input\` ${show(input)} but received ${show(gradOut)}`;
  const training = (args["train"] ?? args["update"]) === true;
  return checkChannels(
    args,
    input.shape[1] as number,
    training ? ["saveMean", "saveInvstd", "saveVar"] : ["runningMean", "runningVar"],
  );
}

/** Whether the arguments of a batch normalisation agree on `C`, and the running statistics are there when they are read. */
export function checkBatchNorm(args: Arguments): string | null {
  const input = args["input"];
  if (!isTensor(input)) return null;
  if (input.ndim < 2)
    return `expected an \`input\` of shape [B, C, ...] but received ${show(input)}`;
  const needed = args["training"] === false ? ["runningMean", "runningVar"] : [];
  return checkChannels(args, input.shape[1] as number, needed);
}

/** Vectors over the channels; one that is not needed may be null or empty. */
function checkChannels(
  args: Arguments,
  channels: number,
  needed: readonly string[],
): string | null {
  for (const name of CHANNEL_VECTORS) {
    if (!(name in args)) continue;
    const value = args[name];
    const required = needed.includes(name);
    if (!isTensor(value)) {
      if (required) return `expected a Tensor for \`${name}\`, which these arguments need`;
    } else if (
      value.ndim !== 1 ||
      (value.shape[0] !== channels && (required || value.shape[0] !== 0))
    ) {
      return `expected \`${name}\` of shape [${channels}] but received ${show(value)}`;
    }
  }
  return null;
}

/** Whether no integer quotient overflows: the least int32 or int64 by -1. */
export function checkTruncatingDivision(args: Arguments): string | null {
  const { self: dividend, other, roundingMode } = args;
  if (roundingMode !== "trunc" || !isReadable(dividend)) return null;
  const least = LEAST[dividend.dtype];
  if (least === undefined || dividend.numel() === 0) return null;
  const overflows = isTensor(other)
    ? isReadable(other) && !other.isFloatingPoint() && bothAt(dividend.eq(least), other.eq(-1))
    : Number(other) === -1 && dividend.eq(least).any().item<boolean>();
  return overflows ? `the quotient of ${least} and -1 does not fit ${dividend.dtype}` : null;
}

const LEAST: Readonly<Record<string, bigint>> = { int32: -(2n ** 31n), int64: -(2n ** 63n) };

function bothAt(a: Tensor, b: Tensor): boolean {
  // Shapes that do not broadcast are libtorch's to refuse; such a call does not reach the division.
  return (
    a.any().item<boolean>() && b.any().item<boolean>() && a.logicalAnd(b).any().item<boolean>()
  );
}

/** Whether the targets of a CTC loss are classes of the log probabilities, `[T, B, C]` or `[T, C]`. */
export function checkCtcTargets(args: Arguments): string | null {
  const logProbs = args["logProbs"];
  if (!isTensor(logProbs) || logProbs.ndim === 0) return null;
  return checkIndicesBelow(args, "targets", logProbs.shape.at(-1) as number);
}

/** Whether the segments of a reduction lie inside its data. */
export function checkSegments(args: Arguments): string | null {
  const { data, lengths, offsets } = args;
  const axis = Number(args["axis"] ?? 0);
  if (!isTensor(data)) return null;
  const size = data.shape.at(axis) ?? 0;
  if (isReadable(lengths) && lengths.numel() > 0) {
    const wrong = checkIndicesBelow(args, "lengths", size + 1);
    if (wrong !== null) return wrong;
    const total = Number(lengths.sum([-1]).max().item<number | bigint>());
    if (total > size)
      return `expected \`lengths\` to sum to ${size} but received a sum of ${total}`;
  }
  if (isReadable(offsets) && offsets.numel() > 0)
    return checkIndicesBelow(args, "offsets", size + 1) ?? checkRising("offsets", offsets);
  return null;
}

/** Whether the indices of a compressed sparse tensor stay inside it. */
export function checkCompressedSparse(
  args: Arguments,
  compressed: string,
  plain: string,
  fromEnd: 1 | 2,
): string | null {
  const starts = args[compressed];
  const indices = args[plain];
  const { values } = args;
  const size = args["size"] as readonly number[] | undefined;
  if (!isReadable(starts) || !isReadable(indices) || !isTensor(values)) return null;
  if (starts.ndim === 0 || indices.ndim === 0)
    return `expected at least one dimension for \`${compressed}\` and \`${plain}\``;
  const count = indices.shape.at(-1) as number;
  // Blocks are the last two dimensions of the values.
  const block = values.ndim >= indices.ndim + 2 ? (values.shape.at(-fromEnd) as number) : 1;
  const plainSize = size?.at(-fromEnd);
  return first(
    () => checkIndicesBelow(args, compressed, count + 1),
    () => checkRising(compressed, starts),
    () =>
      checkIndicesBelow(
        args,
        plain,
        plainSize === undefined ? 2 ** 53 : plainSize / Math.max(block, 1),
      ),
  );
}

function checkRising(name: string, positions: Tensor): string | null {
  const steps = positions.diff(1, -1);
  if (steps.numel() === 0 || Number(steps.min().item<number | bigint>()) >= 0) return null;
  return `expected \`${name}\` in rising order`;
}

/** Whether zeros of layout mkldnn are float32. */
export function checkMkldnnZeros(args: Arguments): string | null {
  const like = isTensor(args["self"]) ? args["self"] : undefined;
  if ((args["layout"] ?? like?.layout) !== "mkldnn") return null;
  const dtype = args["dtype"] ?? like?.dtype ?? getDefaultDtype();
  return dtype === "float32" ? null : `expected float32 for layout mkldnn but received ${dtype}`;
}

/** Whether the pivots of a factorisation, one a column, are rows of it: 1 to m, or with a sign where pairs are swapped. */
export function checkPivots(
  args: Arguments,
  matrixName: string,
  pivotsName: string,
): string | null {
  const matrix = args[matrixName];
  const pivots = args[pivotsName];
  if (!isTensor(matrix) || !isReadable(pivots)) return null;
  if (matrix.ndim < 2)
    return `expected a matrix for \`${matrixName}\` but received ${show(matrix)}`;
  const [rows, columns] = matrix.shape.slice(-2) as [number, number];
  const shape = [...matrix.shape.slice(0, -2), Math.min(rows, columns)];
  if (String(pivots.shape) !== String(shape))
    return `expected \`${pivotsName}\` of shape [${shape.join(", ")}] but received ${show(pivots)}`;
  const from = matrixName === "LD" ? -rows : 1;
  return checkIndicesBelow(args, pivotsName, rows + 1, from);
}

/** Whether a step stays other than zero in an integer result. */
export function checkSteps(args: Arguments): string | null {
  const { step, out, dtype } = args;
  const result = isTensor(out) ? out.dtype : dtype;
  if (typeof step !== "number" || typeof result !== "string" || !/^u?int/.test(result)) return null;
  return Math.trunc(step) === 0
    ? `expected a whole \`step\` for ${result} but received ${step}`
    : null;
}

/** Whether an average of integers is over a positive number. */
export function checkAveragePool(args: Arguments): string | null {
  const { self: input, divisorOverride } = args;
  if (divisorOverride == null || !isTensor(input) || input.isFloatingPoint()) return null;
  return checkRange("divisorOverride", divisorOverride, 1, Number.MAX_SAFE_INTEGER);
}

/** Whether counts are finite and not negative, and probabilities in [0, 1]. */
export function checkBinomial(args: Arguments): string | null {
  const { count, prob } = args;
  if (!isReadable(count) || !isReadable(prob) || count.isComplex() || prob.isComplex()) return null;
  // float32 represents every dtype's magnitude well enough to see what is no count.
  const counts = count.to("float32");
  if (
    !counts
      .ge(0)
      .logicalAnd(counts.lt(2 ** 53))
      .all()
      .item<boolean>()
  )
    return "expected every `count` in [0, 2^53)";
  const chances = prob.to("float32");
  if (!chances.ge(0).logicalAnd(chances.le(1)).all().item<boolean>())
    return "expected every `prob` in [0, 1]";
  return null;
}

/** Whether the batch sizes of packed sequences fall, end above zero and add up to the rows of the data. */
export function checkBatchSizes(args: Arguments): string | null {
  const { data, batchSizes } = args;
  if (!isTensor(batchSizes) || !isTensor(data)) return null;
  if (batchSizes.ndim !== 1 || batchSizes.dtype !== "int64" || batchSizes.numel() === 0)
    return `expected \`batchSizes\` of int64 and one dimension but received ${batchSizes.dtype}${show(batchSizes)}`;
  if (!isReadable(batchSizes)) return null;
  const total = Number(batchSizes.sum().item<number | bigint>());
  return first(
    () => checkIndicesBelow(args, "batchSizes", (data.shape[0] ?? 0) + 1, 1),
    () => checkRising("batchSizes from its end", batchSizes.neg()),
    () =>
      total === data.shape[0]
        ? null
        : `expected \`batchSizes\` to sum to ${data.shape[0]} but received a sum of ${total}`,
  );
}

/** Whether an observer's flags hold a value, and its scales one for each channel. */
export function checkObserver(args: Arguments): string | null {
  const { self: input, perRowFakeQuant: perRow } = args;
  if (!isTensor(input)) return null;
  const channels = perRow === true ? (input.shape.at(Number(args["chAxis"])) ?? 1) : 1;
  return first(
    () => checkElements(args, "observerOn", 1),
    () => checkElements(args, "fakeQuantOn", 1),
    ...["runningMin", "runningMax", "scale", "zeroPoint"].map(
      (name) => () => checkElements(args, name, Math.max(channels, 1)),
    ),
  );
}

/** Whether the numbers of a group normalisation describe its input. */
export function checkGroupNorm(args: Arguments): string | null {
  const { input, group } = args;
  if (!isTensor(input)) return null;
  const [batch, channels, pixels] = [Number(args["N"]), Number(args["C"]), Number(args["HxW"])];
  const groups = Number(group);
  if (!(groups >= 1) || channels % groups !== 0)
    return `expected a divisor of ${channels} channels for \`group\` but received ${group}`;
  if (batch * channels * pixels !== input.numel())
    return `expected ${batch} x ${channels} x ${pixels} elements in \`input\` but received ${show(input)}`;
  return first(
    () => checkElementsIfGiven(args, "weight", channels),
    () => checkElementsIfGiven(args, "bias", channels),
    () => checkElementsIfGiven(args, "mean", batch * groups),
    () => checkElementsIfGiven(args, "rstd", batch * groups),
  );
}

function checkElementsIfGiven(args: Arguments, name: string, count: number): string | null {
  return args[name] == null ? null : checkElements(args, name, count);
}

/** A tensor whose values can be looked at. */
function isReadable(value: unknown): value is Tensor {
  return isTensor(value) && value.device !== "meta" && value.layout === "strided";
}

function sameShape(a: Tensor, b: Tensor): boolean {
  return String(a.shape) === String(b.shape);
}

function show(x: Tensor): string {
  return `[${x.shape.join(", ")}]`;
}
