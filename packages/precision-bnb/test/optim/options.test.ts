// Constructors: defaults, and what they refuse.
import * as torch from "@fabric/torch";
import { describe, expect, it, vi } from "vitest";
import { optim } from "../../src/index.js";
import { gradient, parameter } from "./support.js";

const param = (): torch.Tensor[] => [parameter([8])];
const code = "FABRIC_CONFIG_OPTIMIZER";
const failing = (fn: () => unknown, text: string): void =>
  expect(fn).toThrow(expect.objectContaining({ code, message: expect.stringContaining(text) }));

it("has bitsandbytes' defaults", () => {
  const groupOf = (optimizer: torch.optim.Optimizer): object => {
    const { params: _, ...group } = optimizer.paramGroups[0] as { params: unknown };
    return group;
  };
  const adam = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 };
  expect(groupOf(new optim.Adam8bit(param()))).toEqual(adam);
  expect(groupOf(new optim.AdamW8bit(param()))).toEqual({ ...adam, weightDecay: 1e-2 });
  expect(groupOf(new optim.LAMB8bit(param()))).toEqual(adam);
  expect(groupOf(new optim.Lion8bit(param()))).toEqual({
    lr: 1e-4,
    betas: [0.9, 0.99],
    weightDecay: 0,
  });
  expect(groupOf(new optim.RMSprop8bit(param()))).toEqual({
    lr: 1e-2,
    alpha: 0.99,
    eps: 1e-8,
    weightDecay: 0,
  });
  expect(groupOf(new optim.Adagrad8bit(param()))).toEqual({ lr: 1e-2, eps: 1e-10, weightDecay: 0 });
  expect(groupOf(new optim.AdEMAMix8bit(param()))).toEqual({
    lr: 1e-3,
    betas: [0.9, 0.999, 0.9999],
    alpha: 5,
    tAlpha: null,
    tBeta3: null,
    eps: 1e-8,
    weightDecay: 1e-2,
  });
  const sgd = { lr: 0.1, momentum: 0.9, weightDecay: 0 };
  expect(groupOf(new optim.SGD8bit(param(), { lr: 0.1, momentum: 0.9 }))).toEqual(sgd);
  expect(groupOf(new optim.LARS8bit(param(), { lr: 0.1, momentum: 0.9 }))).toEqual(sgd);
});

it("takes what is fixed at its only value", () => {
  const options = { percentileClipping: 100, blockWise: true } as const;
  expect(
    () => new optim.Adam8bit(param(), { ...options, amsgrad: false, optimBits: 32 }),
  ).not.toThrow();
  expect(
    () => new optim.AdamW8bit(param(), { ...options, amsgrad: false, optimBits: 32 }),
  ).not.toThrow();
  expect(() => new optim.LAMB8bit(param(), { ...options, amsgrad: false })).not.toThrow();
  expect(
    () => new optim.Adagrad8bit(param(), { ...options, lrDecay: 0, optimBits: 8 }),
  ).not.toThrow();
  expect(
    () => new optim.RMSprop8bit(param(), { ...options, momentum: 0, centered: false }),
  ).not.toThrow();
  expect(() => new optim.Lion8bit(param(), options)).not.toThrow();
  expect(() => new optim.AdEMAMix8bit(param(), options)).not.toThrow();
});

it("refuses other values, with what to do", () => {
  const bad = (Class: keyof typeof optim, options: object, text: string): void =>
    failing(
      () => new (optim[Class] as new (...args: unknown[]) => unknown)(param(), options),
      text,
    );
  bad("Adam8bit", { percentileClipping: 5 }, "fabric.clipGradients");
  bad("Adam8bit", { blockWise: false }, "blockWise");
  bad("Adam8bit", { amsgrad: true }, "optim.AdamW");
  bad("AdamW8bit", { amsgrad: true }, "optim.AdamW");
  bad("LAMB8bit", { amsgrad: true }, "optim.AdamW");
  bad("Adam8bit", { optimBits: 8 }, "GlobalOptimManager");
  bad("Adagrad8bit", { optimBits: 32 }, "GlobalOptimManager");
  bad("Lion8bit", { optimBits: 8 }, "unknown option `optimBits`");
  bad("Adam8bit", { min_8bit_size: 1 }, "unknown option `min_8bit_size`");
  bad("Adam8bit", { maxUnorm: 1 }, "unknown option `maxUnorm`");
  bad("Adam8bit", { minSize8bit: -1 }, "an integer >= 0");
  bad("Adam8bit", { skipZeros: 1 }, "a boolean");
  bad("Adam8bit", { lr: -1 }, "`lr`");
  bad("Adam8bit", { lr: Number.NaN }, "`lr`");
  bad("Adam8bit", { betas: [0.9] }, "2 numbers");
  bad("Adam8bit", { betas: [0.9, 1] }, "[0, 1)");
  bad("Adam8bit", { eps: "1e-8" }, "`eps`");
  bad("AdEMAMix8bit", { betas: [0.9, 0.999] }, "3 numbers");
  bad("AdEMAMix8bit", { tAlpha: 0 }, "a number > 0 or null");
  bad("LAMB8bit", { maxUnorm: -1 }, "`maxUnorm`");
  bad("SGD8bit", { lr: 0.1 }, "optim.SGD");
  bad("SGD8bit", { lr: 0.1, momentum: 0 }, "optim.SGD");
  bad("SGD8bit", { momentum: 0.9 }, "`lr`");
  bad("LARS8bit", { lr: 0.1, momentum: 0 }, "optim.SGD");
  bad("RMSprop8bit", { alpha: 0 }, "`alpha`");
  bad("RMSprop8bit", { centered: true }, "optim.RMSprop");
  bad("RMSprop8bit", { momentum: 0.9 }, "optim.RMSprop");
  bad("Adagrad8bit", { lrDecay: 0.1 }, "scheduler");
  bad("Adagrad8bit", { initialAccumulatorValue: 1 }, "optim.Adagrad");
});

it("refuses in a group what holds for the whole optimizer", () => {
  const group = { params: param(), optimBits: 32 };
  failing(() => new optim.Adam8bit([group]), "overrideConfig");
});

it("refuses what is not there, also in a group, and options that are none", () => {
  failing(() => new optim.AdamW8bit([{ params: param(), maximize: true } as never]), "maximize");
  failing(() => new optim.AdamW8bit(param(), null as never), "null");
  const manager = optim.GlobalOptimManager.getInstance();
  failing(() => manager.registerParameters(3 as never), "3");
  const module = new torch.nn.Linear(2, 2);
  failing(() => manager.registerModuleOverride(module, "weight", null as never), "null");
});

it("says that dampening and nesterov are not used", () => {
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const written = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  new optim.SGD8bit(param(), { lr: 0.1, momentum: 0.9, dampening: 0.5, nesterov: true });
  const said = [...warned.mock.calls, ...written.mock.calls].map(String).join("\n");
  warned.mockRestore();
  written.mockRestore();
  expect(said).toContain("dampening");
  expect(said).toContain("nesterov");
});

describe("parameters", () => {
  it("of float64 are refused, with the optimizer to use", () => {
    const p = torch.randn([5000], { dtype: "float64" }).requiresGrad_(true);
    const optimizer = new optim.AdamW8bit([p]);
    p.grad = torch.randn([5000], { dtype: "float64" });
    expect(() => optimizer.step()).toThrow(
      expect.objectContaining({
        code: "FABRIC_UNSUPPORTED_DTYPE",
        message: expect.stringContaining("optim.AdamW"),
      }),
    );
  });

  it("take their group's options", () => {
    const [a, b] = [parameter([5000]), parameter([5000])];
    const before = a.detach().clone();
    const optimizer = new optim.Adam8bit([{ params: [a], lr: 0 }, { params: [b] }], { lr: 0.1 });
    a.grad = gradient([5000]);
    b.grad = gradient([5000]);
    optimizer.step();
    expect(a.equal(before)).toBe(true);
    expect(b.equal(before)).toBe(false);
  });

  it("follow a scheduler", () => {
    const p = parameter([5000]);
    const optimizer = new optim.Adam8bit([p], { lr: 1 });
    const scheduler = new torch.optim.lrScheduler.StepLR(optimizer as never, 1, { gamma: 0.5 });
    p.grad = gradient([5000]);
    optimizer.step();
    scheduler.step();
    expect((optimizer.paramGroups[0] as { lr: number }).lr).toBe(0.5);
  });
});
