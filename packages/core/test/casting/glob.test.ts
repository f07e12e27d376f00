import { describe, expect, it } from "vitest";
import { compileGlob } from "../../src/casting/glob.js";

describe("compileGlob", () => {
  it.each([
    ["weight", "weight", true],
    ["weight", "fc.weight", false],
    ["fc.*", "fc.weight", true],
    ["fc.*", "fc.inner.weight", false],
    ["**", "a.b.c", true],
    ["**.rope.*", "rope.cos", true],
    ["**.rope.*", "blocks.0.rope.cos", true],
    ["**.rope.*", "blocks.0.rope", false],
    ["**.rope.*", "blocks.0.grope.cos", false],
    ["blocks.*.ln?.weight", "blocks.0.ln?.weight", true],
    ["blocks.*.ln*.weight", "blocks.0.ln1.weight", true],
    ["blocks.**.weight", "blocks.weight", true],
    ["a+b.(c)", "a+b.(c)", true],
  ])("tests `%s` against `%s`: %s", (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected);
  });
});
