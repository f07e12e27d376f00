// Casts to 16 bits, bit for bit as PyTorch's: round to nearest even, float64 through float32.
import { resolve } from "node:path";
import { safetensors, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { fixture, referenceFolder } from "./support/reference.js";

const whole = referenceFolder();
const table = (): Record<string, Tensor> =>
  safetensors.load(
    whole === null ? fixture("casts.safetensors") : resolve(whole, "cast-0.safetensors"),
  );

/** Raw bits of 16-bit values, all NaNs as one: which NaN comes out is not fixed. */
function bits(values: Tensor): number[] {
  const raw = values.toTypedArray();
  const unsigned = new Uint16Array(raw.buffer, raw.byteOffset, raw.length);
  return [...unsigned];
}

function isNan16(value: number, dtype: "float16" | "bfloat16"): boolean {
  const [exponent, mantissa] = dtype === "float16" ? [0x7c00, 0x03ff] : [0x7f80, 0x007f];
  return (value & exponent) === exponent && (value & mantissa) !== 0;
}

describe.each(["cast_f32", "cast_f64"])("%s", (name) => {
  const source = (tensors: Record<string, Tensor>): Tensor =>
    name === "cast_f32"
      ? (tensors[`${name}/input_bits`] as Tensor).view("float32")
      : (tensors[`${name}/input`] as Tensor);

  it.each(["float16", "bfloat16"] as const)("gives the recorded bits in %s", (dtype) => {
    const tensors = table();
    const got = bits(source(tensors).to(dtype));
    const expected = bits(tensors[`${name}/${dtype}_bits`] as Tensor);
    const wrong = got.filter((value, i) => {
      const want = expected[i] as number;
      return value !== want && !(isNan16(value, dtype) && isNan16(want, dtype));
    });
    expect(got).toHaveLength(expected.length);
    expect(wrong).toEqual([]);
  });
});

it("rounds float64 to float32 as recorded", () => {
  const tensors = table();
  const got = (tensors["cast_f64/input"] as Tensor).to("float32").toTypedArray();
  const expected = (tensors["cast_f64/float32"] as Tensor).toTypedArray();
  expect([...got].every((value, i) => Object.is(value, expected[i]))).toBe(true);
});
