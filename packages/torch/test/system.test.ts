// What can be asked of the loaded libtorch and its devices.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

describe("hasKernel", () => {
  it("knows an operator's kernels by dispatch key", () => {
    expect(torch.hasKernel("aten::mm", "CPU")).toBe(true);
    expect(torch.hasKernel("aten::mm", "MkldnnCPU")).toBe(false);
    expect(torch.hasKernel("aten::linear", "CompositeImplicitAutograd")).toBe(true);
  });

  it("refuses unknown operators and keys", () => {
    expect(() => torch.hasKernel("aten::nothing", "CPU")).toThrowError(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_OPERATOR" }),
    );
    expect(() => torch.hasKernel("aten::mm", "Cpu")).toThrowError(torch.TorchError);
  });
});

describe("cuda.getDeviceCapability", () => {
  it("names a device that is not there", () => {
    const missing = torch.cuda.deviceCount();
    expect(() => torch.cuda.getDeviceCapability(missing)).toThrowError(
      expect.objectContaining({ code: "FABRIC_MISSING_DEVICE" }),
    );
    expect(() => torch.cuda.getDeviceCapability(-1)).toThrow(/-1/);
  });

  it.skipIf(!torch.cuda.isAvailable())("tells major and minor", () => {
    const [major, minor] = torch.cuda.getDeviceCapability(0);
    expect(major).toBeGreaterThanOrEqual(5);
    expect(minor).toBeGreaterThanOrEqual(0);
  });
});
