import { expect, it } from "vitest";
import { camelCase, identifier } from "../names.mjs";

it.each([
  ["layer_norm", "layerNorm"],
  ["add_", "add_"],
  ["index_put_", "indexPut_"],
  ["max_pool2d", "maxPool2d"],
  ["special_i0e", "specialI0e"],
  ["mT", "mT"],
  ["_fused_adam_", "_fusedAdam_"],
])("turns %s into %s", (name, camel) => {
  expect(camelCase(name)).toBe(camel);
});

it("appends an underscore to reserved words only", () => {
  expect([identifier("var"), identifier("sum")]).toEqual(["var_", "sum"]);
});
