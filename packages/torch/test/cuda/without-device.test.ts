// What torch.cuda answers on a machine without a device.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const { cuda } = torch;

describe.skipIf(cuda.isAvailable())("torch.cuda without a device", () => {
  const missing = (fn: () => unknown): void =>
    expect(fn).toThrowError(expect.objectContaining({ code: "FABRIC_MISSING_DEVICE" }));

  it("says that there is none, and why", () => {
    expect(cuda.deviceCount()).toBe(0);
    expect(cuda.unavailableReason()).toMatch(/built without CUDA|driver|device/);
    expect(torch.buildInfo().cudaBuilt).toBe(cuda.isBuilt());
    expect(cuda.cudaVersion() === null).toBe(!cuda.isBuilt());
  });

  it("gives PyTorch's values where PyTorch gives one", () => {
    expect(cuda.memoryAllocated()).toBe(0);
    expect(cuda.maxMemoryAllocated()).toBe(0);
    expect(cuda.memoryReserved()).toBe(0);
    expect(cuda.maxMemoryReserved()).toBe(0);
    expect(cuda.memoryStats()).toEqual({});
    expect(cuda.isCurrentStreamCapturing()).toBe(false);
    expect(cuda.emptyCache()).toBeUndefined();
    expect(cuda.manualSeed(1)).toBeUndefined();
    expect(cuda.manualSeedAll(1n)).toBeUndefined();
    expect(torch.ones([2]).isPinned()).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ["currentDevice", () => cuda.currentDevice()],
    ["setDevice", () => cuda.setDevice(0)],
    ["getDeviceName", () => cuda.getDeviceName()],
    ["getDeviceProperties", () => cuda.getDeviceProperties("cuda:0")],
    ["getDeviceCapability", () => cuda.getDeviceCapability()],
    ["synchronize", () => cuda.synchronize()],
    ["memGetInfo", () => cuda.memGetInfo()],
    ["resetPeakMemoryStats", () => cuda.resetPeakMemoryStats()],
    ["resetAccumulatedMemoryStats", () => cuda.resetAccumulatedMemoryStats()],
    ["Stream", () => new cuda.Stream()],
    ["Event", () => new cuda.Event()],
    ["currentStream", () => cuda.currentStream()],
    ["defaultStream", () => cuda.defaultStream()],
    ["CUDAGraph", () => new cuda.CUDAGraph()],
    ["graphPoolHandle", () => cuda.graphPoolHandle()],
    ["init", () => cuda.init()],
    ["pinMemory", () => torch.ones([2]).pinMemory()],
  ])("%s throws FABRIC_MISSING_DEVICE and names itself", (name, fn) => {
    missing(fn);
    expect(fn).toThrow(new RegExp(name));
  });

  it("refuses devices of another kind and seeds that are none", () => {
    const argument = expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" });
    expect(() => cuda.setDevice("cpu")).toThrowError(argument);
    expect(() => cuda.manualSeed(1.5)).toThrowError(argument);
    expect(() => cuda.stream({} as never, () => 1)).toThrowError(argument);
    expect(() => cuda.graph({} as never, () => 1)).toThrowError(argument);
  });
});

describe("setFloat32MatmulPrecision", () => {
  it("is kept, and refuses other words", () => {
    expect(torch.getFloat32MatmulPrecision()).toBe("highest");
    torch.setFloat32MatmulPrecision("high");
    expect(torch.getFloat32MatmulPrecision()).toBe("high");
    torch.setFloat32MatmulPrecision("highest");
    expect(() => torch.setFloat32MatmulPrecision("tf32" as "high")).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("has a switch for convolutions", () => {
    expect(cuda.allowTf32Convolutions()).toBe(true);
    cuda.setAllowTf32Convolutions(false);
    expect(cuda.allowTf32Convolutions()).toBe(false);
    cuda.setAllowTf32Convolutions(true);
  });
});
