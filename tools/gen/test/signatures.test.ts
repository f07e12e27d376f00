import { describe, expect, it } from "vitest";
import { signaturesOf } from "../signatures.mjs";
import { overload } from "./schema-fixture.js";

function lines(texts: string[], how?: { method?: boolean }): string[] {
  return signaturesOf(texts.map(overload), how).map(({ params, options, returns }) => {
    const given = params.map((p) => `${p.name}: ${p.type}`).join(", ");
    const named = options.map((o) => `${o.name}${o.required ? "" : "?"}: ${o.type}`).join("; ");
    return `(${given}) {${named}} ${returns}`;
  });
}

describe("signaturesOf", () => {
  it("offers each prefix of the defaulted arguments, the rest as options", () => {
    expect(
      lines([
        "cumsum(Tensor self, int dim=0, bool reverse=False, *, ScalarType? dtype=None) -> Tensor",
      ]),
    ).toEqual([
      "(input: Tensor) {dim?: number; reverse?: boolean; dtype?: DType | null} Tensor",
      "(input: Tensor, dim: number) {reverse?: boolean; dtype?: DType | null} Tensor",
      "(input: Tensor, dim: number, reverse: boolean) {dtype?: DType | null} Tensor",
    ]);
  });

  it("requires keyword-only arguments without a default", () => {
    expect(
      lines(["div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor"]),
    ).toEqual(['(input: Tensor, other: Tensor) {roundingMode: "trunc" | "floor" | null} Tensor']);
  });

  it("takes one number for a list of fixed size only", () => {
    expect(lines(["pool(Tensor self, int[2] kernel_size, SymInt[] size) -> Tensor"])).toEqual([
      "(input: Tensor, kernelSize: number | readonly number[], size: readonly number[]) {} Tensor",
    ]);
  });

  it("merges overloads that differ in one type and keeps others apart", () => {
    expect(
      lines([
        "eq.Tensor(Tensor self, Tensor other) -> Tensor",
        "eq.Scalar(Tensor self, Scalar other) -> Tensor",
        "eq.Three(Scalar self, int other) -> Tensor",
      ]),
    ).toEqual([
      "(input: Tensor, other: Tensor | Scalar) {} Tensor",
      "(input: Scalar, other: number) {} Tensor",
    ]);
  });

  it("types several outputs as a labelled tuple and their `out` as a tuple", () => {
    expect(
      lines([
        "max.dim(Tensor self, int dim) -> (Tensor values, Tensor indices)",
        "max.out(Tensor self, int dim, *, Tensor(a!) values, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))",
      ]),
    ).toEqual([
      "(input: Tensor, dim: number) {out?: readonly [Tensor, Tensor]} [values: Tensor, indices: Tensor]",
    ]);
  });

  it("drops self from methods, and overloads whose self is no tensor", () => {
    expect(
      lines(
        [
          "pow.Scalar(Scalar self, Tensor exponent) -> Tensor",
          "pow.T(Tensor self, Tensor exponent) -> Tensor",
        ],
        {
          method: true,
        },
      ),
    ).toEqual(["(exponent: Tensor) {} Tensor"]);
  });

  it("skips overloads whose values cannot come from JavaScript", () => {
    expect(
      lines(["set_(Tensor self, Storage source) -> Tensor", "r(Tensor self, Stream s) -> ()"]),
    ).toEqual([]);
  });

  it("types lists of optional tensors, enumerations and nothing returned", () => {
    expect(
      lines([
        "f(Tensor self, Tensor?[] indices, Device d, MemoryFormat? m=None, Generator? generator=None) -> ()",
      ])[2],
    ).toBe(
      "(input: Tensor, indices: readonly (Tensor | null)[], d: Device, m: MemoryFormat | null, generator: Generator | null) {} void",
    );
  });
});
