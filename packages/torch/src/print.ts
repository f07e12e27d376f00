// How a tensor looks in console.log: dtype, device, shape and its values, summarised when there are many.
import { inspect } from "node:util";
import { noGrad } from "./contexts.js";
import { cat, narrow } from "./generated/functions.js";
import { scope } from "./scope.js";
import { type NestedArray, setPrinter, Tensor } from "./tensor.js";

/** Elements beyond which only the edges are shown. */
const THRESHOLD = 1000;
const EDGE = 3;

/** The edges of every long dimension, joined. */
function summarise(t: Tensor): Tensor {
  let small = t;
  t.shape.forEach((size, dim) => {
    if (size > 2 * EDGE)
      small = cat([narrow(small, dim, 0, EDGE), narrow(small, dim, size - EDGE, EDGE)], dim);
  });
  return small;
}

/** One number formatter for all shown values, so that columns line up. */
function formatter(
  values: readonly (number | bigint | boolean)[],
): (v: number | bigint | boolean) => string {
  const finite = values.filter((v): v is number => typeof v === "number" && Number.isFinite(v));
  const isFloat = finite.some((v) => !Number.isInteger(v));
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const v of finite) {
    largest = Math.max(largest, Math.abs(v));
    if (v !== 0) smallest = Math.min(smallest, Math.abs(v));
  }
  const scientific =
    isFloat && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e3 * 1e4);
  const text = (v: number | bigint | boolean): string => {
    if (typeof v !== "number") return String(v);
    if (!Number.isFinite(v)) return Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "-inf";
    return scientific ? v.toExponential(4) : isFloat ? v.toFixed(4) : String(v);
  };
  const width = values.reduce((most: number, v) => Math.max(most, text(v).length), 1);
  return (v) => text(v).padStart(width);
}

function render(
  value: NestedArray,
  shape: readonly number[],
  dim: number,
  format: (v: number | bigint | boolean) => string,
  indent: number,
): string {
  if (!Array.isArray(value)) return format(value);
  const cut = (shape[dim] as number) > 2 * EDGE && value.length === 2 * EDGE;
  const items = value.map((item) => render(item, shape, dim + 1, format, indent + 1));
  const shown = cut ? [...items.slice(0, EDGE), "...", ...items.slice(EDGE)] : items;
  const isInner = dim === shape.length - 1;
  const separator = isInner
    ? ", "
    : `,${"\n".repeat(Math.max(1, shape.length - dim - 1))}${" ".repeat(indent + 1)}`;
  return `[${shown.join(separator)}]`;
}

function leaves(value: NestedArray): (number | bigint | boolean)[] {
  return Array.isArray(value) ? value.flatMap(leaves) : [value];
}

function values(t: Tensor): string {
  const isSummary = t.numel() > THRESHOLD;
  const small = isSummary ? summarise(t) : t;
  const nested = small.toArray();
  const flat = leaves(nested);
  const shape = isSummary ? t.shape : t.shape.map((size) => (size > 2 * EDGE ? -1 : size));
  return render(nested, shape, 0, formatter(flat), "tensor(".length);
}

/** `tensor([[1, 2], [3, 4]], shape=[2, 2], float32, cpu)` */
export function format(t: Tensor): string {
  if (t.isDisposed) return "tensor(<disposed>)";
  return noGrad(() =>
    scope(() => {
      const facts = [`shape=[${t.shape.join(", ")}]`, t.dtype, t.device];
      const { gradFn } = t;
      if (gradFn !== null) facts.push(`gradFn=${gradFn}`);
      else if (t.requiresGrad) facts.push("requiresGrad");
      if (t.layout !== "strided")
        return `tensor(..., ${[...facts, `layout=${t.layout}`].join(", ")})`;
      if (t.device === "meta") return `tensor(..., ${facts.join(", ")})`;
      const body = t.isComplex() ? `viewAsReal ${values(t.viewAsReal())}` : values(t);
      return `tensor(${body}, ${facts.join(", ")})`;
    }),
  );
}

/** Gives Tensor its printer. */
export function installPrinter(): void {
  setPrinter(format);
  Object.defineProperty(Tensor.prototype, inspect.custom, {
    value: function (this: Tensor) {
      return format(this);
    },
    configurable: true,
  });
}
