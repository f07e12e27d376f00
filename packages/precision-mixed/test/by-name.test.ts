// What an alias of this package means on a CPU. In a file of its own: a warning appears once in a process.
import { Fabric } from "@fabric/core";
import { expect, it, vi } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";

it("turns 16-mixed by name into bf16-mixed on a CPU, and warns once", () => {
  const emit = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  for (let i = 0; i < 2; i++) {
    const fabric = new Fabric({ accelerator: testDevice, precision: "16-mixed" });
    expect(fabric.precision.precision).toBe("bf16-mixed");
    expect(fabric.lossScale).toBe(1);
  }
  expect(emit.mock.calls.map(([message]) => message)).toEqual([
    expect.stringContaining('"bf16-mixed"'),
  ]);
});

it.each([16, "16", "bf16"])("serves the legacy value %s", (precision) => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  expect(new Fabric({ accelerator: testDevice, precision }).precision.precision).toBe("bf16-mixed");
});
