import { isFabricError } from "@fabric/torch";
import { expect, it } from "vitest";
import { availableKernels, requireKernel } from "../src/index.js";

it("says with a typed error that no kernel is there yet", () => {
  expect(availableKernels()).toEqual([]);
  try {
    requireKernel("fabric::quantize4bit");
    expect.unreachable();
  } catch (error) {
    expect(isFabricError(error, "FABRIC_UNSUPPORTED_KERNEL")).toBe(true);
    expect((error as Error).message).toContain("fabric::quantize4bit");
  }
});
