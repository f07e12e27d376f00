// What the package says it has, and what its compiled library registers.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { availableKernels, loadKernels, requireKernel } from "../src/index.js";

const isBuilt = torch.buildInfo().origin.libraries["fabric_cuda"] !== undefined;
if (!isBuilt) console.warn("skipped: the CUDA kernels are not built here, as nvcc was not found");

describe("availableKernels", () => {
  it("refuses an operator that has none, and names those that have", () => {
    expect(() => requireKernel("fabric::quantize4bit")).toThrow(
      expect.objectContaining({
        code: "FABRIC_UNSUPPORTED_KERNEL",
        message: expect.stringContaining("fabric::dequantize_4bit"),
      }),
    );
  });

  // The library links and loads without a GPU and with a CPU build of libtorch; its kernels just cannot be reached.
  it.skipIf(!isBuilt)("lists exactly what the compiled library registers for CUDA", () => {
    for (const library of ["fabric_bnb", "fabric_te"]) torch.loadPackagedLibrary(library);
    const operators = Object.keys(torch.ops["fabric"] ?? {});
    const before = operators.filter((name) => torch.hasKernel(`fabric::${name}`, "CUDA"));
    expect(before).toEqual([]);
    loadKernels();
    loadKernels();
    const after = operators.filter((name) => torch.hasKernel(`fabric::${name}`, "CUDA"));
    expect(after.map((name) => `fabric::${name}`).sort()).toEqual([...availableKernels()].sort());
    for (const name of availableKernels()) requireKernel(name);
  });
});
