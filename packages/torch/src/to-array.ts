// Elements as nested JS arrays.
import { FabricError } from "./errors.js";
import type { NestedArray, Tensor } from "./tensor.js";

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Flat JS values in C order. */
function flat(t: Tensor): (number | bigint | boolean)[] {
  const { dtype } = t;
  if (t.isComplex())
    throw new FabricError(
      "FABRIC_UNSUPPORTED_COMPLEX",
      "toArray: complex numbers have no JavaScript value; use torch.viewAsReal(t).toArray() for pairs of parts.",
    );
  // Formats that no typed array has are exact in float32.
  const readable =
    dtype === "float16" || dtype === "bfloat16" || dtype.startsWith("float8")
      ? t.detach().to("float32")
      : t;
  const values = readable.toTypedArray();
  if (readable !== t) readable.dispose();
  if (dtype === "bool") return Array.from(values as Uint8Array, (v) => v !== 0);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Array.from(values as ArrayLike<bigint>, (v) =>
      v <= SAFE && v >= -SAFE ? Number(v) : v,
    );
  }
  return Array.from(values as ArrayLike<number>);
}

/** The elements of `t` nested as its dimensions; a scalar for none. */
export function toNestedArray(t: Tensor): NestedArray {
  const { shape } = t;
  const values = flat(t);
  if (shape.length === 0) return values[0] as NestedArray;
  let at = 0;
  const build = (dim: number): NestedArray => {
    const size = shape[dim] as number;
    const out: NestedArray[] = new Array<NestedArray>(size);
    const isLast = dim === shape.length - 1;
    for (let i = 0; i < size; i++) out[i] = isLast ? (values[at++] as NestedArray) : build(dim + 1);
    return out;
  };
  return build(0);
}
