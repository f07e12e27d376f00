// Every scheduler follows PyTorch's sequence of rates, and goes on from its state.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { readFixture } from "./fit.js";

const { nn, optim } = torch;
const S = optim.lrScheduler;

interface ScheduleCase {
  name: string;
  lrs: number[][];
  momenta?: number[];
  metrics?: number[];
}
interface Scheduler {
  step(metric?: number): void;
  getLastLr(): number[];
  stateDict(): torch.optim.lrScheduler.SchedulerState;
  loadStateDict(state: torch.optim.lrScheduler.SchedulerState): void;
}

const CASES = readFixture<{ cases: ScheduleCase[] }>("schedulers.json").cases;

const MAKE: Record<string, (o: torch.optim.SGD) => Scheduler> = {
  StepLR: (o) => new S.StepLR(o, 7, { gamma: 0.5 }),
  MultiStepLR: (o) => new S.MultiStepLR(o, [4, 9, 9, 20], { gamma: 0.3 }),
  ConstantLR: (o) => new S.ConstantLR(o, { factor: 0.25, totalIters: 6 }),
  LinearLR: (o) => new S.LinearLR(o, { startFactor: 0.1, endFactor: 0.8, totalIters: 12 }),
  ExponentialLR: (o) => new S.ExponentialLR(o, 0.9),
  PolynomialLR: (o) => new S.PolynomialLR(o, { totalIters: 12, power: 2 }),
  CosineAnnealingLR: (o) => new S.CosineAnnealingLR(o, 12, { etaMin: 0.01 }),
  CosineAnnealingWarmRestarts: (o) =>
    new S.CosineAnnealingWarmRestarts(o, 4, { tMult: 2, etaMin: 0.001 }),
  LambdaLR: (o) => new S.LambdaLR(o, [(t) => 1 / (1 + t), (t) => 0.9 ** t]),
  MultiplicativeLR: (o) => new S.MultiplicativeLR(o, (t) => 1 - 1 / (t + 2)),
  OneCycleLR: (o) => new S.OneCycleLR(o, 0.5, { totalSteps: 20 }),
  "OneCycleLR in three phases, linear": (o) =>
    new S.OneCycleLR(o, 0.5, {
      totalSteps: 25,
      pctStart: 0.4,
      annealStrategy: "linear",
      threePhase: true,
    }),
  SequentialLR: (o) =>
    new S.SequentialLR(
      o,
      [new S.LinearLR(o, { startFactor: 0.1, totalIters: 5 }), new S.CosineAnnealingLR(o, 10)],
      [5],
    ),
  ChainedScheduler: (o) =>
    new S.ChainedScheduler([
      new S.ConstantLR(o, { factor: 0.1, totalIters: 3 }),
      new S.ExponentialLR(o, 0.9),
    ]),
  ReduceLROnPlateau: (o) =>
    new S.ReduceLROnPlateau(o, { patience: 2, factor: 0.5, cooldown: 1, minLr: 0.004 }),
  "ReduceLROnPlateau on an absolute threshold": (o) =>
    new S.ReduceLROnPlateau(o, {
      mode: "max",
      patience: 1,
      factor: 0.5,
      threshold: 0.05,
      thresholdMode: "abs",
    }),
};

function sgd(): torch.optim.SGD {
  const parameter = (): torch.nn.Parameter => new nn.Parameter(torch.zeros([1]));
  return new optim.SGD([{ params: [parameter()] }, { params: [parameter()], lr: 0.02 }], {
    lr: 0.1,
    momentum: 0.9,
  });
}
const rates = (o: torch.optim.SGD): number[] => o.paramGroups.map((g) => g.lr);

// PyTorch multiplies step by step where ours is a closed form: a few dozen roundings of 1e-16 apart.
function expectRates(actual: number[], expected: number[], at: number): void {
  expected.forEach((value, i) => {
    const got = actual[i] as number;
    if (!(Math.abs(got - value) <= 1e-12 * Math.abs(value) + 1e-16))
      throw new Error(`step ${at}, group ${i}: expected ${value} but received ${got}`);
  });
}

describe("schedulers beside PyTorch", () => {
  for (const stored of CASES) {
    const make = MAKE[stored.name];
    if (make === undefined) continue;

    it(`follows ${stored.name}`, () => {
      const optimizer = sgd();
      const scheduler = make(optimizer);
      stored.lrs.forEach((expected, at) => {
        if (at > 0) scheduler.step(stored.metrics?.[at - 1]);
        expectRates(rates(optimizer), expected, at);
        expectRates(scheduler.getLastLr(), expected, at);
        const momentum = stored.momenta?.[at];
        if (momentum !== undefined)
          expect(optimizer.paramGroups[0]?.momentum).toBeCloseTo(momentum, 12);
      });
    });

    it(`goes on from a saved ${stored.name}`, () => {
      const half = Math.floor(stored.lrs.length / 2);
      const first = sgd();
      const before = make(first);
      for (let at = 1; at <= half; at++) before.step(stored.metrics?.[at - 1]);
      const saved = structuredClone({ o: first.stateDict().param_groups, s: before.stateDict() });

      const second = sgd();
      const after = make(second);
      second.loadStateDict({ state: {}, param_groups: saved.o });
      after.loadStateDict(saved.s);
      for (let at = half + 1; at < stored.lrs.length; at++) {
        after.step(stored.metrics?.[at - 1]);
        expectRates(rates(second), stored.lrs[at] as number[], at);
      }
    });
  }

  it("covers every stored sequence", () => {
    expect(Object.keys(MAKE).sort()).toEqual(CASES.map((c) => c.name).sort());
  });

  it("warms up in a line, then hands over", () => {
    const optimizer = sgd();
    const scheduler = S.withWarmup(new S.CosineAnnealingLR(optimizer, 10), 4, { startFactor: 0.2 });
    const seen = [optimizer.paramGroups[0]?.lr];
    for (let i = 0; i < 14; i++) {
      scheduler.step();
      seen.push(optimizer.paramGroups[0]?.lr);
    }
    [0.02, 0.04, 0.06, 0.08, 0.1].forEach((lr, i) => {
      expect(seen[i]).toBeCloseTo(lr, 12);
    });
    expect(seen[9]).toBeCloseTo(0.05, 12);
    expect(seen[14]).toBeCloseTo(0, 12);
  });

  it("lets one step a batch run through a one-cycle schedule, and no further", () => {
    const scheduler = new S.OneCycleLR(sgd(), 0.5, { totalSteps: 6 });
    for (let i = 0; i < 6; i++) scheduler.step();
    expect(() => scheduler.step()).toThrow(
      expect.objectContaining({ code: "FABRIC_USAGE_SCHEDULER_END" }),
    );
  });

  it("moves beta1 of Adam against the rate", () => {
    const adam = new optim.AdamW([new nn.Parameter(torch.zeros([1]))]);
    const scheduler = new S.OneCycleLR(adam, 0.5, { totalSteps: 10 });
    expect(adam.paramGroups[0]?.betas[0]).toBe(0.95);
    scheduler.step();
    scheduler.step();
    expect(adam.paramGroups[0]?.betas).toEqual([0.85, 0.999]);
  });

  const wrong: [string, () => unknown][] = [
    ["something else than an optimizer", () => new S.ExponentialLR({} as never, 0.9)],
    ["a step size of zero", () => new S.StepLR(sgd(), 0)],
    ["a start factor of zero", () => new S.LinearLR(sgd(), { startFactor: 0 })],
    ["a factor above one", () => new S.ConstantLR(sgd(), { factor: 2 })],
    ["a share above one", () => new S.OneCycleLR(sgd(), 1, { totalSteps: 5, pctStart: 2 })],
    ["too few functions", () => new S.LambdaLR(sgd(), [(t) => t])],
    ["a plateau factor of one", () => new S.ReduceLROnPlateau(sgd(), { factor: 1 })],
    ["a metric that is no number", () => new S.ReduceLROnPlateau(sgd()).step("1" as never)],
    ["resuming without the first rate", () => new S.StepLR(sgd(), 2, { lastEpoch: 3 })],
    [
      "schedulers of another optimizer",
      () => new S.SequentialLR(sgd(), [new S.StepLR(sgd(), 1), new S.StepLR(sgd(), 1)], [2]),
    ],
  ];
  for (const [what, make] of wrong) {
    it(`refuses ${what}`, () => {
      expect(make).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_SCHEDULER" }));
    });
  }

  it("refuses the state of another shape", () => {
    expect(() => new S.StepLR(sgd(), 2).loadStateDict({ last_epoch: 1, base_lrs: [1] })).toThrow(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_MISMATCH" }),
    );
  });
});
