// x.at(...) and x.set_([...], value): PyTorch's indexing in method form.

import { tensor } from "./creation.js";
import { FabricError, show } from "./errors.js";
import { copy_, fill_, index, index_put_, select, slice as sliceOp } from "./indexing-ops.js";
import { isTensor, type Scalar, type Tensor } from "./tensor.js";
import { describeValue } from "./translate.js";

/** `start:stop:step` of one dimension; null means from the beginning, to the end, every element. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;

  constructor(start: number | null, stop: number | null, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** All dimensions that the other indices leave. */
export const ellipsis = "..." as const;

/** One index: a number selects, `null` takes all, a {@link Slice} a range, an int64 or bool tensor (or an array of numbers) gathers, {@link ellipsis} fills up. */
export type Index = number | null | Slice | Tensor | readonly number[] | typeof ellipsis;

/**
 * A range of one dimension, as Python's `start:stop:step`; negative positions count from the end.
 * `slice(3)` is `:3`, `slice(1, 3)` is `1:3`, `slice(null, null, 2)` is `::2`. Views, never copies.
 */
export function slice(stop: number | null): Slice;
export function slice(start: number | null, stop: number | null, step?: number): Slice;
export function slice(first: number | null, second?: number | null, step = 1): Slice {
  const [start, stop] = second === undefined ? [null, first] : [first, second];
  for (const [name, value] of [
    ["start", start],
    ["stop", stop],
  ] as const) {
    if (value !== null && !Number.isSafeInteger(value))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `slice: expected an integer or null for \`${name}\` but received ${show(value)}.`,
      );
  }
  if (!Number.isSafeInteger(step) || step < 1)
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `slice: expected a step >= 1 but received ${show(step)}; flip the dimension with torch.flip for a negative one.`,
    );
  return new Slice(start, stop, step);
}

/** Dimensions that an index consumes. */
function consumed(i: Index): number {
  if (i === ellipsis) return 0;
  return isTensor(i) && (i.dtype === "bool" || i.dtype === "uint8") ? i.ndim : 1;
}

function check(i: unknown, at: number): asserts i is Index {
  if (i === null || i === ellipsis || i instanceof Slice) return;
  if (typeof i === "number" && Number.isSafeInteger(i)) return;
  if (isTensor(i)) {
    if (["int64", "int32", "bool", "uint8"].includes(i.dtype)) return;
    throw new FabricError(
      "FABRIC_TENSOR_INDEX",
      `at: index ${at} is a ${describeValue(i)}; an index tensor is int64, int32 or bool.`,
    );
  }
  if (Array.isArray(i) && i.every((n) => Number.isSafeInteger(n))) return;
  throw new FabricError(
    "FABRIC_TENSOR_INDEX",
    `at: expected an integer, null, slice(...), a tensor, an array of integers or "..." for index ${at} but received ${describeValue(i)}.`,
  );
}

/** Replaces the ellipsis by as many "all" as fit. */
function expand(t: Tensor, indices: readonly Index[]): Index[] {
  indices.forEach(check);
  const used = indices.reduce((sum: number, i) => sum + consumed(i), 0);
  const { ndim } = t;
  if (used > ndim)
    throw new FabricError(
      "FABRIC_TENSOR_INDEX",
      `at: ${used} indices were given for a tensor of ${ndim} dimensions (shape [${t.shape.join(", ")}]).`,
    );
  const at = indices.indexOf(ellipsis);
  if (at < 0) return [...indices];
  if (indices.indexOf(ellipsis, at + 1) >= 0)
    throw new FabricError("FABRIC_TENSOR_INDEX", 'at: "..." may be given once only.');
  return [
    ...indices.slice(0, at),
    ...new Array<null>(ndim - used).fill(null),
    ...indices.slice(at + 1),
  ];
}

/** Applies what gives a view; returns it with the gathers that are left, by dimension of the view. */
function views(t: Tensor, indices: readonly Index[]): { view: Tensor; gathers: (Tensor | null)[] } {
  let view = t;
  let dim = 0;
  const gathers: (Tensor | null)[] = [];
  let isGathering = false;
  for (const i of expand(t, indices)) {
    if (typeof i === "number") {
      const size = view.shape[dim] as number;
      if (i < -size || i >= size)
        throw new FabricError(
          "FABRIC_TENSOR_INDEX",
          `at: index ${i} is out of range for a dimension of size ${size} (shape [${t.shape.join(", ")}]).`,
        );
      view = select(view, dim, i);
    } else if (i instanceof Slice) {
      view = sliceOp(view, dim, i.start, i.stop, i.step);
      gathers.push(null);
      dim++;
    } else if (i === null || i === ellipsis) {
      gathers.push(null);
      dim++;
    } else {
      const gather = isTensor(i)
        ? i.dtype === "uint8"
          ? i.to("bool")
          : i
        : tensor(i as number[], { dtype: "int64", device: t.device });
      gathers.push(gather);
      isGathering = true;
      dim += isTensor(i) ? consumed(i) : 1;
    }
  }
  return { view, gathers: isGathering ? gathers : [] };
}

/** The elements at `indices`; a view where PyTorch gives one (numbers, null, slices), a copy where it gathers. */
export function at(t: Tensor, indices: readonly Index[]): Tensor {
  const { view, gathers } = views(t, indices);
  if (gathers.length > 0) return index(view, gathers);
  return view === t ? t.alias() : view;
}

/** Writes `value` at `indices`, in place; it is broadcast and cast as `copy_` does. */
export function setAt(t: Tensor, indices: readonly Index[], value: Tensor | Scalar): void {
  if (!Array.isArray(indices))
    throw new FabricError(
      "FABRIC_TENSOR_INDEX",
      `set_: expected an array of indices but received ${show(indices)}.`,
    );
  const { view, gathers } = views(t, indices);
  if (gathers.length > 0) {
    const source = isTensor(value)
      ? value.to({ dtype: view.dtype, device: view.device })
      : tensor(value, { dtype: view.dtype, device: view.device });
    index_put_(view, gathers, source);
  } else if (isTensor(value)) {
    copy_(view, value);
  } else {
    fill_(view, value);
  }
}
