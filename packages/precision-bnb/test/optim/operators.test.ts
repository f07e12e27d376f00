// The operators themselves: lists, strides, devices, threads, instruction sets, memory.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { optim } from "../../src/index.js";
import { operatorFor } from "../../src/operators.js";
import { CASES, gradient, numbersOf, parameter, savedState } from "./support.js";

const { zeros } = torch;

/** Arguments of a step of lion with 8-bit state on one parameter of 300 elements. */
function lion(device: torch.Device = "cpu"): unknown[] {
  const make = (shape: number[], dtype: torch.DType = "float32") => zeros(shape, { dtype, device });
  return [
    "lion",
    [make([300])],
    [make([300])],
    [make([300], "uint8")],
    [],
    [make([2])],
    [],
    [make([256])],
    [],
    [],
    [1],
    { lr: 0.1, beta1: 0.9, beta2: 0.99 },
  ];
}
const step8 = (args: unknown[]): unknown =>
  operatorFor(
    "optimizer_update_8bit_blockwise_",
    (args[1] as torch.Tensor[])[0] as torch.Tensor,
  )(...args);

describe("many parameters", () => {
  const sizes = [1, 5000, 3, 256, 4096, 0, 257, 12_345, 2, 4095, 600];

  it.each(CASES.map((entry) => [entry.name, entry] as const))(
    "of one call are stepped as each alone: %s",
    (_, { make }) => {
      torch.manualSeed(3);
      const params = sizes.map((n) => parameter([n]));
      const alone = params.map((p) => p.detach().clone().requiresGrad_(true));
      const together = make(params, { minSize8bit: 300 });
      const others = alone.map((p) => make([p], { minSize8bit: 300 }));
      for (let t = 0; t < 3; t++) {
        params.forEach((param, i) => {
          param.grad = gradient([...param.shape]);
          (alone[i] as torch.Tensor).grad = param.grad;
        });
        together.step();
        for (const other of others) other.step();
      }
      params.forEach((param, i) => {
        expect(param.equal(alone[i] as torch.Tensor)).toBe(true);
      });
    },
  );

  it("take as many steps as each has had", () => {
    const [a, b] = [parameter([300]), parameter([300])];
    const twin = b.detach().clone().requiresGrad_(true);
    const both = new optim.Adam8bit([a, b]);
    const single = new optim.Adam8bit([twin]);
    a.grad = gradient([300]);
    both.step();
    b.grad = gradient([300]);
    twin.grad = b.grad;
    both.step();
    single.step();
    expect(b.equal(twin)).toBe(true);
  });
});

it("reads and writes parameters and gradients of any strides", () => {
  const make = (p: torch.Tensor) => new optim.AdamW8bit([p], { minSize8bit: 0 });
  const plain = torch.randn([70, 90]);
  const turned = plain.t().contiguous().t().requiresGrad_(true);
  expect(turned.isContiguous()).toBe(false);
  const straight = plain.clone().requiresGrad_(true);
  const [a, b] = [make(turned), make(straight)];
  for (let t = 0; t < 3; t++) {
    straight.grad = gradient([70, 90]);
    turned.grad = straight.grad.t().contiguous().t();
    a.step();
    b.step();
  }
  expect(turned.equal(straight)).toBe(true);
  expect(turned.isContiguous()).toBe(false);
  const [x, y] = [savedState(a as never), savedState(b as never)];
  expect(x["state1"]?.equal(y["state1"] as torch.Tensor)).toBe(true);
});

it("counts as a change of its parameters", () => {
  const p = parameter([5000]);
  const optimizer = new optim.Adam8bit([p]);
  p.grad = gradient([5000]);
  const loss = p.mul(p).sum();
  optimizer.step();
  // The product saved p, which is another now.
  expect(() => loss.backward()).toThrow(/modified by an inplace operation/);
});

it("gives the same bits with any number of threads", () => {
  const before = torch.getNumThreads();
  try {
    for (const { make } of CASES) {
      const results = [1, 2, 5].map((threads) => {
        torch.setNumThreads(threads);
        torch.manualSeed(2);
        const params = [parameter([70_001]), parameter([33])];
        const optimizer = make(params);
        for (let t = 0; t < 2; t++) {
          for (const param of params) param.grad = gradient([...param.shape]);
          optimizer.step();
        }
        return params.map((p) => p.detach());
      });
      for (const other of results.slice(1))
        other.forEach((p, i) => {
          expect(p.equal(results[0]?.[i] as torch.Tensor)).toBe(true);
        });
    }
  } finally {
    torch.setNumThreads(before);
  }
});

describe("instruction sets", () => {
  /** Checksums of parameters and states after some steps of every optimizer under an instruction set. */
  function checksums(isa: string): string {
    return execFileSync(
      process.execPath,
      [fileURLToPath(new URL("./checksums.mjs", import.meta.url))],
      {
        env: { ...process.env, FABRIC_BNB_ISA: isa },
        encoding: "utf8",
      },
    );
  }

  it("give the same bits: nothing is contracted, sums have one order", () => {
    const best = checksums("");
    expect(best.split("\n").length).toBeGreaterThan(27);
    expect(checksums("avx2")).toBe(best);
    expect(checksums("portable")).toBe(best);
  });
});

describe("what is passed", () => {
  it("is checked", () => {
    const changed = (at: number, value: unknown): unknown[] =>
      lion().map((arg, i) => (i === at ? value : arg));
    expect(() => step8(lion())).not.toThrow();
    expect(() => step8(changed(0, "adamax"))).toThrow(/adamax/);
    expect(() => step8(changed(2, []))).toThrow(/1 tensors in grads/);
    expect(() => step8(changed(2, [zeros([299])]))).toThrow(/gradient of shape/);
    expect(() => step8(changed(3, [zeros([300])]))).toThrow(/uint8/);
    expect(() => step8(changed(3, [zeros([299], { dtype: "uint8" })]))).toThrow(/300 contiguous/);
    expect(() => step8(changed(5, [zeros([1])]))).toThrow(/2 contiguous float32 scales/);
    expect(() => step8(changed(7, [zeros([255])]))).toThrow(/map of 256/);
    expect(() => step8(changed(10, [0]))).toThrow(/step of at least 1/);
    expect(() => step8(changed(11, { lr: 0.1, maxUnorm: 1 }))).toThrow(/max_unorm/);
    const double = { dtype: "float64" } as const;
    expect(() => step8(changed(1, [zeros([300], double)]))).toThrow(/float32, float16 or bfloat16/);
  });

  it("is checked on meta tensors, which stay as they are", () => {
    expect(() => step8(lion("meta"))).not.toThrow();
    const wrong = lion("meta");
    wrong[10] = [1, 2];
    expect(() => step8(wrong)).toThrow(/steps/);
  });

  it("cancels the step with found_inf", () => {
    const args = lion();
    (args[2] as torch.Tensor[])[0]?.fill_(1);
    args[11] = { ...(args[11] as object), foundInf: torch.tensor(1) };
    step8(args);
    expect(numbersOf((args[1] as torch.Tensor[])[0] as torch.Tensor).every((x) => x === 0)).toBe(
      true,
    );
  });
});

it("keeps no memory from step to step", () => {
  const params = Array.from({ length: 20 }, () => parameter([70, 71]));
  const optimizer = new optim.AdEMAMix8bit(params);
  for (const param of params) param.grad = gradient([70, 71]);
  const steps = (count: number): number => {
    for (let t = 0; t < count; t++) optimizer.step();
    return torch.memory().tensors;
  };
  const before = steps(3);
  const rss = process.memoryUsage().rss;
  expect(steps(200)).toBe(before);
  expect(process.memoryUsage().rss - rss).toBeLessThan(64 * 2 ** 20);
});
