import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

describe("contexts", () => {
  it("restore their state on return and on a throw, nested too", () => {
    expect(torch.noGrad(() => torch.enableGrad(() => torch.isGradEnabled()))).toBe(true);
    expect(() =>
      torch.noGrad(() => {
        throw new Error("x");
      }),
    ).toThrow("x");
    expect(torch.isGradEnabled()).toBe(true);
    {
      using _ = torch.inferenceMode();
      expect(torch.isInferenceModeEnabled()).toBe(true);
    }
    expect(torch.isInferenceModeEnabled()).toBe(false);
  });

  it("noGrad records nothing, inferenceMode makes inference tensors", () => {
    const w = torch.ones([1], { requiresGrad: true });
    expect(torch.noGrad(() => w.mul(2)).requiresGrad).toBe(false);
    expect(torch.inferenceMode(() => w.mul(2)).isInference()).toBe(true);
  });

  it("autocast casts by operator and restores; float32 is refused", () => {
    const a = torch.ones([2, 2]);
    torch.autocast({ device: "cpu", dtype: "bfloat16" }, () => {
      expect(a.mm(a).dtype).toBe("bfloat16");
      expect(torch.autocast({ device: "cpu", enabled: false }, () => a.mm(a).dtype)).toBe(
        "float32",
      );
      expect(a.mm(a).dtype).toBe("bfloat16");
    });
    expect(a.mm(a).dtype).toBe("float32");
    expect(torch.autocastState("cpu").enabled).toBe(false);
    expect(() => torch.autocast({ dtype: "float32" }, () => 0)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("device places new tensors, defaultDtype types them", () => {
    expect(
      torch.device("meta", () => [
        torch.ones([1]).device,
        torch.tensor([1]).device,
        torch.onesLike(torch.ones([1], { device: "cpu" })).device,
      ]),
    ).toEqual(["meta", "meta", "cpu"]);
    expect(
      torch.defaultDtype("float64", () => [
        torch.ones([1]).dtype,
        torch.tensor([1]).dtype,
        torch.full([1], 2).dtype,
      ]),
    ).toEqual(["float64", "float64", "float64"]);
    // integer division gives the default float dtype, inside libtorch
    expect(torch.defaultDtype("bfloat16", () => torch.arange(0, 3).div(2).dtype)).toBe("bfloat16");
    expect(torch.ones([1]).dtype).toBe("float32");
  });

  it("never shows a worker thread another default dtype, while both compute", async () => {
    const entry = import.meta.resolve("@fabric/torch");
    const code = `
      import { parentPort } from "node:worker_threads";
      import * as torch from ${JSON.stringify(entry)};
      const seen = new Set();
      for (let i = 0; i < 3000; i++) torch.scope(() => seen.add(torch.ones([4]).dtype + torch.arange(0, 4).div(3).dtype));
      const w = torch.tensor([[1, 2], [3, 4]], { requiresGrad: true });
      w.mm(w).sum().backward();
      parentPort.postMessage({ seen: [...seen], grad: w.grad.toArray() });
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
    const answer = new Promise<{ seen: string[]; grad: number[][] }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    let done = false;
    void answer.finally(() => {
      done = true;
    });
    const mine = new Set<string>();
    while (!done) {
      torch.defaultDtype("bfloat16", () =>
        torch.scope(() => {
          for (let i = 0; i < 200; i++) mine.add(torch.ones([4]).dtype);
        }),
      );
      await new Promise((next) => setImmediate(next));
    }
    expect(await answer).toEqual({
      seen: ["float32float32"],
      grad: [
        [7, 11],
        [9, 13],
      ],
    });
    expect([...mine]).toEqual(["bfloat16"]);
    await worker.terminate();
    expect(fileURLToPath(entry)).toContain("dist");
  });

  it("sets threads, and refuses nonsense", () => {
    const before = torch.getNumThreads();
    torch.setNumThreads(1);
    expect(torch.getNumThreads()).toBe(1);
    torch.setNumThreads(before);
    expect(() => torch.setNumThreads(0)).toThrowError(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
  });

  it("refuse autocast on a device that has none", () => {
    expect(() => torch.autocast({ device: "meta" }, () => 1)).toThrowError(torch.TorchError);
    expect(torch.autocastState().enabled).toBe(false);
  });

  it("close a guard left open inside a function before its context ends", async () => {
    const warnings: string[] = [];
    const listener = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", listener);
    torch.noGrad(() => {
      torch.enableGrad();
    });
    torch.inferenceMode(() => {
      torch.inferenceMode();
    });
    torch.scope(() => {
      torch.scope();
      torch.noGrad();
    });
    expect(torch.isGradEnabled()).toBe(true);
    expect(torch.isInferenceModeEnabled()).toBe(false);
    await new Promise((next) => setImmediate(next));
    expect(torch.isGradEnabled()).toBe(true);
    expect(warnings).toHaveLength(3);
    process.off("warning", listener);
  });
});
