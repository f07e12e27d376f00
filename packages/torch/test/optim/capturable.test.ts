// `capturable`: a step that reads its rate and counters where they are gives what the other one gives.

import * as torch from "@fabric/torch";
import { nn, optim, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";

type Options = Record<string, unknown>;
type Make = (params: Tensor[], options: Options) => optim.Optimizer;

const MAKERS: [string, Make, Options][] = [
  ["Adam", (p, o) => new optim.Adam(p, o), { weightDecay: 0.01 }],
  ["Adam with amsgrad", (p, o) => new optim.Adam(p, o), { amsgrad: true }],
  ["AdamW", (p, o) => new optim.AdamW(p, o), {}],
  ["AdamW, maximizing", (p, o) => new optim.AdamW(p, o), { maximize: true }],
  ["SGD", (p, o) => new optim.SGD(p, o), {}],
  ["Lion", (p, o) => new optim.Lion(p, withoutFused(o)), { weightDecay: 0.5 }],
  ["SGD with momentum", (p, o) => new optim.SGD(p, o), { momentum: 0.9, nesterov: true }],
];

const CENTRED = { centered: true, momentum: 0.9 };
const DECOUPLED = { weightDecay: 0.5, decoupledWeightDecay: true };
const UPWARDS = { ...DECOUPLED, maximize: true };

/** Lion has no fused kernel. */
function withoutFused({ fused: _, ...options }: Options): Options {
  return options;
}

/** Without a fused kernel, so that the factors of a step are computed on the host, or by operators on the device. */
const UNFUSED: [string, Make, Options][] = [
  ["RMSprop", (p, o) => new optim.RMSprop(p, o), { weightDecay: 0.01 }],
  ["RMSprop, centred, with momentum", (p, o) => new optim.RMSprop(p, o), CENTRED],
  ["Adagrad", (p, o) => new optim.Adagrad(p, o), { weightDecay: 0.01, maximize: true }],
  ["Adagrad with a falling rate", (p, o) => new optim.Adagrad(p, o), { lrDecay: 0.1 }],
  ["Adadelta", (p, o) => new optim.Adadelta(p, o), { maximize: true }],
  ["Adamax", (p, o) => new optim.Adamax(p, o), { weightDecay: 0.01 }],
  ["NAdam", (p, o) => new optim.NAdam(p, o), {}],
  ["NAdam, decay apart, maximizing", (p, o) => new optim.NAdam(p, o), UPWARDS],
  // From its 6th step on it is rectified.
  ["RAdam", (p, o) => new optim.RAdam(p, o), {}],
  ["RAdam, decay apart", (p, o) => new optim.RAdam(p, o), DECOUPLED],
  ["RAdam that is never rectified", (p, o) => new optim.RAdam(p, o), { betas: [0.9, 0.5] }],
];

/** Weights after 12 steps on gradients that a seed gives; the rate falls on the way. */
function weights(make: Make, options: Options, dtype: torch.DType): Float64Array {
  const generator = new torch.Generator().manualSeed(3);
  const params = [[7, 5], [5], []].map(
    (shape) => new nn.Parameter(torch.randn(shape, { generator }).to(dtype)),
  );
  const optimizer = make(params, { lr: 2 ** -6, ...options });
  for (let i = 0; i < 12; i++) {
    for (const p of params) p.grad = torch.randn([...p.shape], { generator }).to(dtype);
    if (i === 6) for (const group of optimizer.paramGroups) Object.assign(group, { lr: 2 ** -8 });
    optimizer.step();
  }
  const flat = torch.cat(params.map((p) => p.detach().flatten().double()));
  return flat.toTypedArray() as Float64Array;
}

/** That weights differ by no more than `tolerance`, of the larger ones as a share. */
function expectClose(own: Float64Array, plain: Float64Array, tolerance: number): void {
  plain.forEach((value, i) => {
    expect(Math.abs((own[i] as number) - value)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    );
  });
}

describe.each(MAKERS)("%s", (_name, make, options) => {
  // A power of two, so that the rate is the same number in float32 and float64.
  it.each(["float32", "float64"] as const)("gives the same weights fused, %s", (dtype) => {
    const plain = weights(make, { ...options, fused: true }, dtype);
    const own = weights(make, { ...options, fused: true, capturable: true }, dtype);
    expect(own).toEqual(plain);
  });

  it.each([
    ["float32", 1e-6],
    ["bfloat16", 1e-2],
  ] as const)("gives the same weights an operator at a time, %s", (dtype, tolerance) => {
    const plain = weights(make, { ...options, fused: false }, dtype);
    const own = weights(make, { ...options, fused: false, capturable: true }, dtype);
    expectClose(own, plain, tolerance);
  });
});

describe.each(UNFUSED)("%s", (name, make, options) => {
  it.each([
    // Both compute their factors in float64 from a rate that is a power of two; but NAdam's product of momenta is a float32 state, to
    // which the host multiplies a factor that was rounded first.
    ["float64", name.startsWith("NAdam") ? 1e-8 : 1e-13],
    ["float32", 1e-6],
    // Four units in the last place of a weight above 1, after 12 steps: NAdam on the host rounds the weight twice in each.
    ["float16", 2 ** -8],
    ["bfloat16", 2 ** -5],
  ] as const)("gives the same weights, %s", (dtype, tolerance) => {
    const plain = weights(make, options, dtype);
    const own = weights(make, { ...options, capturable: true }, dtype);
    expectClose(own, plain, tolerance);
  });

  it("goes on from the state of the other kind, and stays what it was made as", () => {
    const generator = new torch.Generator().manualSeed(7);
    const start = torch.randn([9], { generator });
    const grads = Array.from({ length: 8 }, () => torch.randn([9], { generator }));
    const train = (kinds: boolean[]): Float64Array => {
      const p = new nn.Parameter(start.clone());
      let saved: optim.OptimizerStateDict | null = null;
      kinds.forEach((capturable, i) => {
        const optimizer = make([p], { lr: 2 ** -6, ...options, capturable });
        if (saved !== null) optimizer.loadStateDict(saved);
        for (const grad of grads.slice(4 * i, 4 * i + 4)) {
          p.grad = grad.clone();
          optimizer.step();
        }
        expect(optimizer.paramGroups[0]).toMatchObject({ capturable });
        saved = optimizer.stateDict();
      });
      return p.detach().double().toTypedArray() as Float64Array;
    };
    const plain = train([false, false]);
    expectClose(train([true, false]), plain, 1e-6);
    expectClose(train([false, true]), plain, 1e-6);
  });

  // Adamax takes an absolute value, for which libtorch without Python has no meta kernel.
  it.skipIf(name === "Adamax")("keeps its counters beside the parameter", () => {
    const p = new nn.Parameter(torch.ones([3], { device: "meta" }));
    const optimizer = make([p], { ...options, capturable: true });
    p.grad = torch.ones([3], { device: "meta" });
    optimizer.step();
    for (const value of Object.values(optimizer.state.get(p) ?? {}))
      expect((value as Tensor).device).toBe("meta");
  });

  it("decides nothing on the host, and heeds a rate that changes", () => {
    const p = new nn.Parameter(torch.ones([3]));
    const optimizer = make([p], { lr: 2 ** -6, ...options, capturable: true });
    expect(optimizer.captureObstacle()).toBeNull();
    p.grad = torch.tensor([1, -2, 3]);
    optimizer.step(); // makes state and rate
    const record = (): void => {
      const leave = torch.cuda.recording("cpu");
      try {
        optimizer.step();
      } finally {
        leave();
      }
    };
    record();
    const before = p.toArray();
    Object.assign(optimizer.paramGroups[0] as object, { lr: 0, weightDecay: 0 });
    optimizer.refreshCapturable();
    record();
    expect(p.toArray()).toEqual(before);
    const step = optimizer.state.get(p)?.["step"] as Tensor;
    expect(step.item()).toBe(3);
  });

  it("refuses what is no switch", () => {
    expect(() => make([new nn.Parameter(torch.ones([3]))], { capturable: 1 })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTIMIZER" }),
    );
  });
});

describe("capturable", () => {
  const parameter = (): nn.Parameter => new nn.Parameter(torch.ones([3]));

  it("is what makes a step one that can be recorded", () => {
    expect(new optim.AdamW([parameter()], { capturable: true }).captureObstacle()).toBeNull();
    expect(new optim.SGD([parameter()], { capturable: true }).captureObstacle()).toBeNull();
    expect(new optim.AdamW([parameter()]).captureObstacle()).toMatch(/capturable: true/);
    expect(new optim.RMSprop([parameter()]).captureObstacle()).toMatch(/capturable: true/);
    expect(new optim.LBFGS([parameter()]).captureObstacle()).toMatch(/on the host/);
  });

  it("refuses what is no switch", () => {
    expect(() => new optim.Adam([parameter()], { capturable: 1 as never })).toThrowError(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTIMIZER" }),
    );
  });

  it("refuses to begin a parameter's state in a recording", () => {
    const p = parameter();
    p.grad = torch.ones([3]);
    const leave = torch.cuda.recording("cpu");
    try {
      for (const make of [optim.AdamW, optim.RMSprop, optim.RAdam])
        expect(() => new make([p], { capturable: true }).step()).toThrowError(
          expect.objectContaining({ code: "FABRIC_CAPTURE_OPTIMIZER" }),
        );
    } finally {
      leave();
    }
  });

  it("writes a changed rate before a replay, and not while recording", () => {
    const p = parameter();
    const optimizer = new optim.SGD([p], { lr: 0.5, fused: true, capturable: true });
    const step = (): number => {
      p.grad = torch.ones([3]);
      const before = p.detach().clone();
      optimizer.step();
      return before.sub(p.detach()).at(0).item();
    };
    expect(step()).toBe(0.5);
    (optimizer.paramGroups[0] as { lr: number }).lr = 0.25;
    const leave = torch.cuda.recording("meta");
    try {
      expect(step()).toBe(0.5);
    } finally {
      leave();
    }
    optimizer.refreshCapturable();
    expect(step()).toBe(0.25);
  });

  it("is left out by the kernel when a gradient is not finite, and does not count then", () => {
    const p = parameter();
    const optimizer = new optim.AdamW([p], { capturable: true });
    p.grad = torch.ones([3]);
    torch.amp.stepUnless(optimizer, [torch.zeros([1])]);
    const after = p.toArray();
    torch.amp.stepUnless(optimizer, [torch.zeros([1]), torch.ones([])]);
    expect(p.toArray()).toEqual(after);
    const step = optimizer.state.get(p)?.["step"] as Tensor;
    expect(step.item()).toBe(1);
    expect(optimizer.foundInf).toBeNull();
  });

  it("refuses a flag that only the host could heed", () => {
    const p = parameter();
    p.grad = torch.ones([3]);
    const refused = expect.objectContaining({ code: "FABRIC_CAPTURE_OPTIMIZER" });
    const flag = [torch.zeros([1])];
    expect(() => torch.amp.stepUnless(new optim.RMSprop([p]), flag)).toThrowError(refused);
    const plain = new optim.AdamW([p], { capturable: true, fused: false });
    expect(() => torch.cuda.withoutHostReads(() => torch.amp.stepUnless(plain, flag))).toThrowError(
      refused,
    );
  });
});
