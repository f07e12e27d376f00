import { Fabric } from "@fabric/core";
import { describe, expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { createPrecision, TransformerEnginePrecision } from "../src/index.js";

const UNSUPPORTED = expect.objectContaining({ code: "FABRIC_UNSUPPORTED_PRECISION" });

describe("TransformerEnginePrecision", () => {
  it.each(manifest.fabric.precisions)("says with a typed error that %s comes later", (alias) => {
    expect(() => createPrecision(alias, { accelerator: "cpu", device: "cpu" })).toThrow(
      UNSUPPORTED,
    );
  });

  it("cannot be made as an object either", () => {
    expect(() => new TransformerEnginePrecision({ weightsDtype: "bfloat16" })).toThrow(UNSUPPORTED);
  });

  it.each(manifest.fabric.precisions)("is found by Fabric under %s, and fails there", (alias) => {
    expect(() => new Fabric({ accelerator: "cpu", precision: alias })).toThrow(UNSUPPORTED);
  });
});
