import { expect, it } from "vitest";
import { BitsandbytesPrecision } from "../src/index.js";

it("says with a typed error that 4-bit and 8-bit weights come later", () => {
  expect(() => new BitsandbytesPrecision({ mode: "nf4" })).toThrow(
    expect.objectContaining({
      code: "FABRIC_UNSUPPORTED_PRECISION",
      message: expect.stringContaining('"nf4"'),
    }),
  );
});
