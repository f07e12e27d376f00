import { describe, expect, it } from "vitest";
import { emitAll } from "../emit.mjs";
import { overload } from "./schema-fixture.js";

const ADD = [
  overload("add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor"),
  overload("add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor"),
  overload("add.out(Tensor self, Tensor other, *, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"),
];

describe("emitAll", () => {
  it("writes one bound function with typed overloads for each operator", () => {
    const functions = emitAll(ADD)["functions.ts"];
    expect(functions).toContain(`import { op } from "../dispatch/op.js";
import type { Scalar, Tensor } from "../tensor.js";

/**
 * - \`add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor\`
 * - \`add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor\`
 */
export const add: {
  (input: Tensor, other: Tensor | Scalar, options?: { alpha?: Scalar | undefined; out?: Tensor | undefined }): Tensor;
  (input: Tensor, other: Scalar, alpha: Scalar): Tensor;
} = op("add");
`);
  });

  it("writes methods that return `this` where self is written, and their names for run time", () => {
    const methods = emitAll([overload("add_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)")])[
      "methods.ts"
    ];
    expect(methods).toContain("  add_(other: Tensor): this;\n");
    expect(methods).toContain('  ["add_", "add_"],\n');
  });

  it("leaves out members that class Tensor writes by hand", () => {
    const methods = emitAll([overload("size(Tensor self) -> int[]"), ...ADD])["methods.ts"];
    expect(methods).not.toContain("size(");
    expect(methods).toContain("add(");
  });

  it("exports an operator named by a reserved word through an alias", () => {
    const functions = emitAll([overload("var(Tensor self, bool unbiased=True) -> Tensor")])[
      "functions.ts"
    ];
    expect(functions).toContain("\nconst var_: {\n");
    expect(functions).toContain('} = op("var");\nexport { var_ as var };\n');
  });

  it("collects linalg operators under their short names", () => {
    const namespaces = emitAll([overload("linalg_matrix_norm(Tensor self) -> Tensor")])[
      "namespaces.ts"
    ];
    expect(namespaces).toContain("readonly matrixNorm: typeof fn.linalgMatrixNorm;");
    expect(namespaces).toContain("matrixNorm: fn.linalgMatrixNorm,");
  });

  it("hides operators that begin with an underscore and those of other namespaces", () => {
    const hidden = [
      overload("_fused_adam(Tensor self) -> Tensor"),
      overload("c::add(Tensor self) -> Tensor"),
    ];
    expect(emitAll(hidden)["functions.ts"]).not.toContain("op(");
  });

  it("stops when two operators share a name after camelCasing", () => {
    const schemas = [
      overload("layer_norm(Tensor self) -> Tensor"),
      overload("layerNorm(Tensor self) -> Tensor"),
    ];
    expect(() => emitAll(schemas)).toThrow(
      "operators: `layer_norm` and `layerNorm` both become `layerNorm`",
    );
  });

  it("stops when two arguments share a name after camelCasing", () => {
    const schemas = [overload("f(Tensor self, int a_b, int aB) -> Tensor")];
    expect(() => emitAll(schemas)).toThrow("arguments of aten::f: `a_b` and `aB` both become `aB`");
  });
});
