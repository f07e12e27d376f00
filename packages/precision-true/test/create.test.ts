import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import manifest from "../package.json" with { type: "json" };
import { createPrecision } from "../src/index.js";

const CPU = { accelerator: testDevice, device: "cpu" } as const;

describe("createPrecision", () => {
  it.each(manifest.fabric.precisions)("makes a plugin that reports %s", (alias) => {
    expect(createPrecision(alias, CPU).precision).toBe(alias);
  });

  it("refuses an alias that is not in the manifest", () => {
    expect(() => createPrecision("16-mixed", CPU)).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_PRECISION" }),
    );
  });
});
